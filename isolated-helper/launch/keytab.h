/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the machine's own keys out of a keytab, file format version 2 (MIT's
 * documentation, "Keytab file format"). Only those of host/NAME and of the
 * enctypes that the vault takes. */
#ifndef CG_LAUNCH_KEYTAB_H
#define CG_LAUNCH_KEYTAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"

#define CG_KEYTAB_KEYS_MAX 64U
#define CG_KEYTAB_NAME_MAX 512U
#define CG_KEYTAB_KEY_MAX 32U

struct cg_keytab_key {
	uint32_t kvno;
	int32_t enctype;
	bool is_full_name;
	size_t server_len;
	size_t key_len;
	uint8_t server[CG_KEYTAB_NAME_MAX];	/* a principal on our wire */
	uint8_t key[CG_KEYTAB_KEY_MAX];
};

/* The best first: the newest, of a full host name. */
struct cg_keytab {
	size_t n;
	struct cg_keytab_key keys[CG_KEYTAB_KEYS_MAX];
};

/* *out ends with cg_keytab_forget(); NULL on failure. CG_E_NOT_FOUND: there is
 * no such file. CG_E_DENIED: others than root may change or read it.
 * CG_E_INVALID: no keytab. */
CG_MUST_CHECK enum cg_status cg_keytab_read(const char *path,
					    struct cg_keytab **out);
/* The same from bytes. */
CG_MUST_CHECK enum cg_status cg_keytab_parse(struct cg_bytes file,
					     struct cg_keytab **out);
/* Wipes; *keytab becomes NULL, and may be. */
void cg_keytab_forget(struct cg_keytab **keytab);

#endif
