/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl passwd */
#include "plugin/client/ctl.h"

#include <stdio.h>

#include "idl/cg_idl.h"
#include "idl/limits.h"
#include "plugin/client/client_change.h"
#include "plugin/client/ctl_options.h"
#include "plugin/client/ctl_password.h"
#include "plugin/client/ctl_principal.h"
#include "plugin/client/ctl_terminal.h"
#include "plugin/client/errors.h"
#include "plugin/client/krb5_kpasswd_text.h"
#include "plugin/client/krb5_principal.h"
#include "plugin/client/password.h"

static const struct option long_options[] = {
	{ "enterprise", no_argument, NULL, 'E' },
	{ "password-fd", required_argument, NULL, 'p' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const struct cg_ctl_options options = {
	.short_options = ":Eh",
	.long_options = long_options,
	.help = "Usage: credguardctl passwd [OPTIONS] [PRINCIPAL]\n"
		"\n"
		"Changes a password, also one that has expired. Without\n"
		"PRINCIPAL it is that of your login name in the default\n"
		"realm.\n"
		"\n"
		"  -E, --enterprise       PRINCIPAL is a user principal name\n"
		"                         (alice@example.test)\n"
		"  --password-fd N        read the old password and, on the\n"
		"                         next line, the new one from this\n"
		"                         file descriptor\n",
	.max_operands = 1,
};

struct choice {
	bool enterprise;
	int password_fd;
	const char *principal;
};

struct passwords {
	struct cg_password *old;
	struct cg_password *fresh;
	struct cg_password *again;
};

static bool read_options(int argc, char **argv, struct choice *out, int *code)
{
	int c;

	*out = (struct choice){ .password_fd = -1 };
	while ((c = cg_ctl_options_next(&options, argc, argv, code)) != -1) {
		if (c == CG_OPTIONS_STOP) {
			return false;
		}
		out->enterprise = out->enterprise || c == 'E';
		if (c == 'p' && cg_ctl_options_number("password-fd",
						      &out->password_fd) !=
					CG_OK) {
			*code = CG_EXIT_USAGE;
			return false;
		}
	}
	out->principal = argv[optind];
	return true;
}

static enum cg_status ask(struct cg_ctl *ctl, const char *words,
			  const char *name, struct cg_password *to)
{
	char *question = talloc_asprintf(ctl, "%s for %s: ", words, name);
	enum cg_status st = CG_E_NO_MEMORY;

	if (question != NULL) {
		st = cg_ctl_password_ask(question, to, &ctl->ended_by_signal);
	}
	talloc_free(question);
	return st;
}

static enum cg_status ask_all(struct cg_ctl *ctl, const char *name,
			      const struct passwords *p)
{
	enum cg_status st = ask(ctl, "Old password", name, p->old);

	if (st == CG_OK) {
		st = ask(ctl, "New password", name, p->fresh);
	}
	if (st == CG_OK) {
		st = ask(ctl, "New password again", name, p->again);
	}
	if (st == CG_OK && !cg_password_is_same(p->fresh, p->again)) {
		cg_ctl_complain("the two new passwords differ; nothing was "
				"changed");
		return CG_E_INVALID;
	}
	return st;
}

static enum cg_status get_passwords(struct cg_ctl *ctl, const struct choice *c,
				    struct cg_bytes client,
				    const struct passwords *p)
{
	enum cg_status st;
	char *name;

	if (c->password_fd >= 0) {
		st = cg_ctl_password_read(c->password_fd, p->old);
		return st == CG_OK ? cg_ctl_password_read(c->password_fd,
							  p->fresh) : st;
	}
	name = cg_principal_text(ctl, client);
	st = name != NULL ? ask_all(ctl, name, p) : CG_E_NO_MEMORY;
	talloc_free(name);
	return st;
}

static void forget(struct passwords *p)
{
	cg_password_forget(&p->old);
	cg_password_forget(&p->fresh);
	cg_password_forget(&p->again);
}

static int print(struct cg_ctl *ctl,
		 const struct cg_client_change_password_out *out)
{
	char *text;

	if (out->result == 0) {
		(void)puts("the password is changed");
		return CG_EXIT_OK;
	}
	text = cg_krb5_kpasswd_text(ctl, out->result, out->text);
	cg_ctl_complain("%s", text == NULL ? "out of memory" : text);
	talloc_free(text);
	return CG_EXIT_FAILURE;
}

/* The passwords are forgotten before anything is waited for. */
static int change(struct cg_ctl *ctl, struct cg_bytes client,
		  struct passwords *p)
{
	const struct cg_errors_subject about = { .principal = client };
	struct cg_client_change_params params = {
		.uid = CG_UID_ALL, .client = client,
	};
	struct cg_client_change_password_out out;
	struct tevent_req *req;
	enum cg_status st;

	/* Typing takes time: the first connection may be stale. */
	if (cg_ctl_connect(ctl) != CG_OK) {
		return cg_ctl_failed(ctl, &about);
	}
	params.old = cg_password_bytes(p->old);
	params.fresh = cg_password_bytes(p->fresh);
	req = cg_client_change_send(ctl, ctl->ev, ctl->client, &params);
	forget(p);
	st = cg_ctl_wait(ctl, req);
	if (st == CG_OK) {
		st = cg_client_change_recv(req, ctl, &out, &ctl->error);
	}
	talloc_free(req);
	return st == CG_OK ? print(ctl, &out) : cg_ctl_failed(ctl, &about);
}

static int passwd(struct cg_ctl *ctl, const struct choice *c,
		  struct passwords *p)
{
	struct cg_bytes client;

	if (cg_ctl_principal_find(ctl, c->principal, c->enterprise,
				  &client) != CG_OK) {
		return CG_EXIT_FAILURE;
	}
	/* Nobody should type a password to learn that nothing runs. */
	if (cg_ctl_connect(ctl) != CG_OK) {
		return cg_ctl_failed(ctl, NULL);
	}
	if (get_passwords(ctl, c, client, p) != CG_OK) {
		return CG_EXIT_FAILURE;
	}
	return change(ctl, client, p);
}

int cg_ctl_passwd(struct cg_ctl *ctl, int argc, char **argv)
{
	struct passwords p = { NULL, NULL, NULL };
	struct choice choice;
	int code = CG_EXIT_FAILURE;

	if (!read_options(argc, argv, &choice, &code)) {
		return code;
	}
	if (cg_password_open(&p.old) != CG_OK ||
	    cg_password_open(&p.fresh) != CG_OK ||
	    cg_password_open(&p.again) != CG_OK) {
		cg_ctl_complain("cannot lock memory for the passwords; raise "
				"the limit, see: ulimit -l");
	} else {
		code = passwd(ctl, &choice, &p);
	}
	forget(&p);
	return code;
}
