/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/pam/user.h"

#include <ctype.h>
#include <errno.h>
#include <pwd.h>
#include <security/pam_modules.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "idl/cg_idl.h"
#include "idl/cursor.h"
#include "plugin/pam/call.h"
#include "plugin/pam/talk.h"

#define PASSWD_MAX 65536U
#define NT_PRINCIPAL 1U		/* RFC 4120 6.2 */

static int code_of(wbcErr error)
{
	if (WBC_ERROR_IS_OK(error)) {
		return PAM_SUCCESS;
	}
	if (error == WBC_ERR_NO_MEMORY) {
		return PAM_BUF_ERR;
	}
	return error == WBC_ERR_WINBIND_NOT_AVAILABLE ? PAM_AUTHINFO_UNAVAIL
						      : PAM_USER_UNKNOWN;
}

/* Those of this machine's own file are nobody else's business, and must get
 * in when winbind does not answer. */
static bool is_in_file(const char *name, char *text)
{
	FILE *file = fopen("/etc/passwd", "re");
	struct passwd buf;
	struct passwd *found = NULL;
	bool is_there = false;

	while (file != NULL && !is_there &&
	       fgetpwent_r(file, &buf, text, PASSWD_MAX, &found) == 0) {
		is_there = strcmp(buf.pw_name, name) == 0;
	}
	if (file != NULL) {
		(void)fclose(file);
	}
	return is_there;
}

static int find_uid(struct cg_pam_call *call, const char *name, uid_t *out)
{
	char *text = talloc_array(call, char, PASSWD_MAX);
	struct passwd buf;
	struct passwd *found = NULL;
	int error = 0;

	if (text == NULL) {
		return PAM_BUF_ERR;
	}
	if (!is_in_file(name, text)) {
		error = getpwnam_r(name, &buf, text, PASSWD_MAX, &found);
	}
	if (found != NULL) {
		*out = found->pw_uid;
	}
	talloc_free(text);
	if (found == NULL) {
		return error == ENOMEM ? PAM_BUF_ERR : PAM_USER_UNKNOWN;
	}
	/* Root is of this machine, whatever winbind maps to it. */
	return *out == 0 ? PAM_USER_UNKNOWN : PAM_SUCCESS;
}

/* The realm of an Active Directory domain is its DNS name in capitals. */
static int find_realm(struct cg_pam_call *call, const char *domain, char **out)
{
	struct wbcDomainInfo *info = NULL;
	wbcErr error;

	error = wbcCtxDomainInfo(call->winbind, domain, &info);
	if (!WBC_ERROR_IS_OK(error)) {
		return code_of(error);
	}
	if (info->dns_name == NULL || info->dns_name[0] == '\0') {
		/* This machine's own accounts are a domain, too. */
		wbcFreeMemory(info);
		return PAM_USER_UNKNOWN;
	}
	*out = talloc_strdup(call, info->dns_name);
	wbcFreeMemory(info);
	if (*out == NULL) {
		return PAM_BUF_ERR;
	}
	for (char *c = *out; *c != '\0'; c++) {
		*c = (char)toupper((unsigned char)*c);
	}
	return PAM_SUCCESS;
}

static struct cg_bytes text_bytes(const char *text)
{
	/* Text is char, the wire is bytes. */
	return (struct cg_bytes){ (const uint8_t *)text, strlen(text) };
}

static int write_principal(struct cg_pam_call *call, const char *name,
			   const char *realm, struct cg_bytes *out)
{
	uint8_t *data = talloc_array(call, uint8_t, CG_PRINCIPAL_MAX);
	struct cg_writer w;

	if (data == NULL) {
		return PAM_BUF_ERR;
	}
	w = cg_writer_of(data, CG_PRINCIPAL_MAX);
	cg_writer_u32_be(&w, NT_PRINCIPAL);
	cg_writer_u32_be(&w, 1);
	cg_writer_counted_be(&w, text_bytes(realm));
	cg_writer_counted_be(&w, text_bytes(name));
	out->data = data;
	return cg_writer_finish(&w, &out->len) == CG_OK ? PAM_SUCCESS
							: PAM_USER_UNKNOWN;
}

static int fill(struct cg_pam_call *call, const char *domain,
		const char *name, struct cg_pam_user *out)
{
	char *realm = NULL;
	int code = find_realm(call, domain, &realm);

	if (code != PAM_SUCCESS) {
		return code;
	}
	out->domain = talloc_strdup(call, domain);
	out->text = talloc_asprintf(call, "%s@%s", name, realm);
	if (out->domain == NULL || out->text == NULL) {
		return PAM_BUF_ERR;
	}
	return write_principal(call, name, realm, &out->principal);
}

static int find_account(struct cg_pam_call *call, struct cg_pam_user *out)
{
	char *domain = NULL;
	char *name = NULL;
	enum wbcSidType type = WBC_SID_NAME_USE_NONE;
	wbcErr error;
	int code;

	error = wbcCtxUidToSid(call->winbind, out->uid, &out->sid);
	if (WBC_ERROR_IS_OK(error)) {
		error = wbcCtxLookupSid(call->winbind, &out->sid, &domain,
					&name, &type);
	}
	code = code_of(error);
	if (code == PAM_SUCCESS && type != WBC_SID_NAME_USER) {
		code = PAM_USER_UNKNOWN;
	}
	if (code == PAM_SUCCESS) {
		code = fill(call, domain, name, out);
	}
	wbcFreeMemory(domain);
	wbcFreeMemory(name);
	return code;
}

int cg_pam_user_find(struct cg_pam_call *call, struct cg_pam_user *out)
{
	const char *name = NULL;
	int code;

	*out = (struct cg_pam_user){ 0 };
	code = pam_get_user(call->pamh, &name, NULL);
	if (code != PAM_SUCCESS) {
		return code;
	}
	code = find_uid(call, name, &out->uid);
	if (code == PAM_SUCCESS) {
		code = find_account(call, out);
	}
	if (code != PAM_SUCCESS) {
		cg_pam_log(call, LOG_DEBUG, "%s is no user of a domain: %s",
			   name, pam_strerror(call->pamh, code));
		return code;
	}
	cg_pam_log(call, LOG_DEBUG, "%s is %s, uid %u", name, out->text,
		   (unsigned int)out->uid);
	return PAM_SUCCESS;
}
