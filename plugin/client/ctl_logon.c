/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl logon */
#include "plugin/client/ctl.h"

#include <stdio.h>

#include "idl/cg_idl.h"
#include "idl/limits.h"
#include "plugin/client/client_logon.h"
#include "plugin/client/ctl_cache.h"
#include "plugin/client/ctl_logon_options.h"
#include "plugin/client/ctl_password.h"
#include "plugin/client/ctl_principal.h"
#include "plugin/client/ctl_terminal.h"
#include "plugin/client/ctl_time.h"
#include "plugin/client/errors.h"
#include "plugin/client/krb5_default_cache.h"
#include "plugin/client/krb5_principal.h"
#include "plugin/client/password.h"
#include "plugin/client/printable.h"

static enum cg_status get_password(struct cg_ctl *ctl,
				   const struct cg_ctl_logon_options *choice,
				   struct cg_bytes client,
				   struct cg_password *password)
{
	enum cg_status st;
	char *question;
	char *name;

	if (choice->password_fd >= 0) {
		return cg_ctl_password_read(choice->password_fd, password);
	}
	name = cg_principal_text(ctl, client);
	question = talloc_asprintf(ctl, "Password for %s: ", name);
	if (name == NULL || question == NULL) {
		return CG_E_NO_MEMORY;
	}
	st = cg_ctl_password_ask(question, password, &ctl->ended_by_signal);
	talloc_free(question);
	talloc_free(name);
	return st;
}

/* The password is forgotten before anything is waited for. */
static enum cg_status sign_in(struct cg_ctl *ctl,
			      struct cg_client_logon_params *params,
			      struct cg_password **password,
			      struct cg_client_logon_out *out)
{
	struct tevent_req *req;
	enum cg_status st;

	/* Typing takes time: the first connection may be stale. */
	st = cg_ctl_connect(ctl);
	if (st != CG_OK) {
		return st;
	}
	params->password = cg_password_bytes(*password);
	req = cg_client_logon_send(ctl, ctl->ev, ctl->client, params);
	params->password = (struct cg_secret_bytes){ 0 };
	cg_password_forget(password);
	st = cg_ctl_wait(ctl, req);
	if (st == CG_OK) {
		st = cg_client_logon_recv(req, ctl, out, &ctl->error);
	}
	talloc_free(req);
	return st;
}

/* Signed in, but nobody will look there. */
static void warn_of_other_cache(TALLOC_CTX *mem_ctx, const char *cache)
{
	char *name = cg_krb5_default_cache_name(mem_ctx);

	if (name == NULL || cg_krb5_default_cache_is_ours(name)) {
		return;
	}
	cg_ctl_complain("note: programs look for credentials in %s here; "
			"to let them find these: export KRB5CCNAME=%s",
			name, cache);
}

static void print_result(const struct cg_client_logon_out *out)
{
	TALLOC_CTX *frame = talloc_new(NULL);
	uint64_t now = cg_ctl_time_now();
	const char *who = cg_principal_text(frame, out->client);
	const char *cache = cg_printable(frame, out->cache);
	const char *end = cg_ctl_time_text(frame, out->endtime, now);
	const char *till = cg_ctl_time_text(frame, out->renew_till, now);

	if (who == NULL || cache == NULL || end == NULL || till == NULL) {
		(void)puts("signed in");
	} else {
		(void)printf("signed in as %s until %s%s%s (%s)\n", who, end,
			     out->renew_till == 0 ? "" : ", renewable until ",
			     out->renew_till == 0 ? "" : till, cache);
		warn_of_other_cache(frame, cache);
	}
	talloc_free(frame);
}

static int logon(struct cg_ctl *ctl, const struct cg_ctl_logon_options *choice,
		 struct cg_client_logon_params *params,
		 struct cg_password **password)
{
	const struct cg_errors_subject about = {
		.principal = params->client, .cache = choice->cache,
	};
	struct cg_client_logon_out out;

	/* Nobody should type a password to learn that nothing runs. */
	if (cg_ctl_connect(ctl) != CG_OK) {
		return cg_ctl_failed(ctl, &about);
	}
	if (get_password(ctl, choice, params->client, *password) != CG_OK) {
		return CG_EXIT_FAILURE;
	}
	if (sign_in(ctl, params, password, &out) != CG_OK) {
		return cg_ctl_failed(ctl, &about);
	}
	print_result(&out);
	return CG_EXIT_OK;
}

int cg_ctl_logon(struct cg_ctl *ctl, int argc, char **argv)
{
	struct cg_client_logon_params params = { .uid = CG_UID_ALL };
	struct cg_ctl_logon_options choice;
	struct cg_password *password;
	int code;

	if (!cg_ctl_logon_options_read(argc, argv, &choice, &code)) {
		return code;
	}
	if (cg_ctl_principal_find(ctl, choice.principal, choice.enterprise,
				  &params.client) != CG_OK) {
		return CG_EXIT_FAILURE;
	}
	params.lifetime_s = choice.lifetime_s;
	params.renewable_s = choice.renewable_s;
	choice.cache = cg_ctl_cache_name(ctl, choice.cache);
	params.cache = cg_ctl_cache_bytes(choice.cache);
	if (cg_password_open(&password) != CG_OK) {
		cg_ctl_complain("cannot lock memory for the password; raise "
				"the limit, see: ulimit -l");
		return CG_EXIT_FAILURE;
	}
	code = logon(ctl, &choice, &params, &password);
	cg_password_forget(&password);
	return code;
}
