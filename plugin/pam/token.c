/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/pam/token.h"

#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "plugin/client/password.h"
#include "plugin/client/wipe.h"
#include "plugin/pam/call.h"
#include "plugin/pam/talk.h"

static void drop(char *text)
{
	if (text != NULL) {
		cg_wipe(text, strlen(text));
		free(text);
	}
}

static int code_of(enum cg_status st)
{
	if (st == CG_OK) {
		return PAM_SUCCESS;
	}
	/* Longer than any that a domain takes, or no text. */
	return st == CG_E_LIMIT || st == CG_E_INVALID ? PAM_AUTH_ERR
						      : PAM_BUF_ERR;
}

/* Into locked memory. */
static int keep(struct cg_pam_call *call, const char *text,
		struct cg_password **out)
{
	struct cg_secret_bytes bytes = {
		/* Text of libpam; a password is bytes. */
		(const uint8_t *)text, strlen(text),
	};
	enum cg_status st;

	st = cg_password_open(out);
	if (st != CG_OK) {
		cg_pam_log(call, LOG_ERR,
			   "cannot lock memory for a password: %m");
		return PAM_BUF_ERR;
	}
	st = cg_password_append(*out, bytes);
	if (st != CG_OK) {
		cg_password_forget(out);
	}
	return code_of(st);
}

static int ask_once(struct cg_pam_call *call, const char *prompt, char **out)
{
	int code = pam_prompt(call->pamh, PAM_PROMPT_ECHO_OFF, out, "%s",
			      prompt);

	if (code == PAM_SUCCESS && *out == NULL) {
		return PAM_CONV_ERR;
	}
	return code;
}

static int ask_again(struct cg_pam_call *call, const char *prompt,
		     const char *first)
{
	char *second = NULL;
	int code = ask_once(call, prompt, &second);

	if (code == PAM_SUCCESS && strcmp(first, second) != 0) {
		cg_pam_tell_error(call, "Sorry, passwords do not match");
		code = PAM_TRY_AGAIN;
	}
	drop(second);
	return code;
}

static int ask(struct cg_pam_call *call, const struct cg_pam_token *how,
	       struct cg_password **out)
{
	char *text = NULL;
	int code;

	code = ask_once(call, how->prompt, &text);
	if (code == PAM_SUCCESS && how->again != NULL) {
		code = ask_again(call, how->again, text);
	}
	if (code == PAM_SUCCESS) {
		/* For the modules after this one; libpam copies it. */
		code = pam_set_item(call->pamh, how->item, text);
	}
	if (code == PAM_SUCCESS) {
		code = keep(call, text, out);
	}
	drop(text);
	return code;
}

int cg_pam_token_get(struct cg_pam_call *call, const struct cg_pam_token *how,
		     struct cg_password **out)
{
	const void *item = NULL;
	int code;

	*out = NULL;
	if (how->may_reuse) {
		code = pam_get_item(call->pamh, how->item, &item);
		if (code != PAM_SUCCESS) {
			return code;
		}
	}
	if (item != NULL) {
		return keep(call, item, out);
	}
	if (!how->may_ask) {
		return PAM_AUTHTOK_RECOVERY_ERR;
	}
	return ask(call, how, out);
}
