/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/samba/permit.h"

#include <string.h>
#include <strings.h>

/* A password that Samba would ask for, but has not yet, or none at all. A
 * value is stored only over a weaker one: that tells without asking. */
static bool is_still_to_ask(struct cli_credentials *creds)
{
	struct cli_credentials *copy = cli_credentials_shallow_copy(creds,
								    creds);
	bool is_open;

	if (copy == NULL) {
		return false;
	}
	is_open = cli_credentials_set_password(copy, NULL, CRED_CALLBACK);
	talloc_free(copy);
	return is_open;
}

/* An NTLM response that the program made, or passes on. */
static bool has_response(struct cli_credentials *creds, TALLOC_CTX *mem_ctx)
{
	uint8_t challenge[8] = { 0 };
	DATA_BLOB blob = { challenge, sizeof(challenge) };
	DATA_BLOB response = { 0 };
	NTSTATUS status;
	int flags = 0;

	status = cli_credentials_get_ntlm_response(
		creds, mem_ctx, &flags, blob, NULL, (DATA_BLOB){ 0 }, NULL,
		&response, NULL, NULL);
	return NT_STATUS_IS_OK(status) && response.length != 0;
}

/* -N, and a prompt that was answered by Enter, give nothing. */
static bool has_secret(struct cli_credentials *creds)
{
	TALLOC_CTX *frame;
	const char *password;
	bool has;

	if (is_still_to_ask(creds)) {
		return false;
	}
	password = cli_credentials_get_password(creds);
	if (password != NULL) {
		return *password != '\0';
	}
	frame = talloc_new(creds);
	has = frame == NULL ||
	      cli_credentials_get_nt_hash(creds, frame) != NULL ||
	      has_response(creds, frame);
	talloc_free(frame);
	return has;
}

bool cg_permit(const struct gensec_security *gensec)
{
	struct cli_credentials *creds = gensec->credentials;

	return gensec->gensec_role == GENSEC_CLIENT && creds != NULL &&
	       !cli_credentials_is_anonymous(creds) && !has_secret(creds);
}

static bool is_same(const char *a, const char *b, size_t len)
{
	return strlen(b) == len && strncasecmp(a, b, len) == 0;
}

bool cg_permit_user(struct cli_credentials *creds, const char *user)
{
	enum credentials_obtained obtained = CRED_UNINITIALISED;
	const char *named;

	named = cli_credentials_get_username_and_obtained(creds, &obtained);
	if (named == NULL || obtained < CRED_SPECIFIED) {
		return true;
	}
	return is_same(named, user, strcspn(named, "@"));
}
