/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the module uses of the Heimdal inside Samba. The two structures with a
 * layout come from the source of the Samba that it is built for (wscript);
 * everything else is opaque. Not to be mixed with MIT's krb5.h. */
#ifndef CG_SAMBA_KRB5_HEIMDAL_H
#define CG_SAMBA_KRB5_HEIMDAL_H

#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define KRB5_CALLCONV

typedef int32_t krb5_error_code;
typedef int32_t krb5_flags;
typedef time_t krb5_deltat;
typedef time_t krb5_timestamp;
typedef void *krb5_cc_cursor;
typedef struct krb5_context_data *krb5_context;
typedef struct Principal *krb5_principal;
typedef struct krb5_creds krb5_creds;
typedef struct krb5_storage_data krb5_storage;
typedef struct heim_octet_string {
	size_t length;
	void *data;
} krb5_data;
typedef struct krb5_ccache_data *krb5_ccache;

#include <cg_heimdal_ops.h>

/* Of the com_err table "krb5", the same in every Kerberos. */
enum {
	CG_HEIM_KDC_UNREACH = -1765328228,
	CG_HEIM_CC_NOTFOUND = -1765328243,
	CG_HEIM_CC_END = -1765328242,
	CG_HEIM_CC_NOMEM = -1765328186,
	CG_HEIM_CC_NOSUPP = -1765328137
};

krb5_error_code krb5_init_context(krb5_context *context);
void krb5_free_context(krb5_context context);
krb5_error_code krb5_plugin_register(krb5_context context, int type,
				     const char *name, void *symbol);
void krb5_set_error_message(krb5_context context, krb5_error_code code,
			    const char *fmt, ...);
const char *krb5_cc_default_name(krb5_context context);
krb5_storage *krb5_storage_emem(void);
krb5_storage *krb5_storage_from_mem(void *data, size_t len);
int krb5_storage_free(krb5_storage *sp);
off_t krb5_storage_seek(krb5_storage *sp, off_t offset, int whence);
ssize_t krb5_storage_write(krb5_storage *sp, const void *data, size_t len);
krb5_error_code krb5_storage_to_data(krb5_storage *sp, krb5_data *out);
void krb5_data_free(krb5_data *data);
krb5_error_code krb5_store_creds_tag(krb5_storage *sp, krb5_creds *creds);
krb5_error_code krb5_ret_creds(krb5_storage *sp, krb5_creds *out);
krb5_error_code krb5_ret_principal(krb5_storage *sp, krb5_principal *out);

#endif
