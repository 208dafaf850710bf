/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names to principals, with complaints that show the way out. */
#include "plugin/client/ctl_principal.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "plugin/client/ctl_terminal.h"
#include "plugin/client/krb5_principal.h"
#include "plugin/client/krb5_sentences.h"

const char *cg_ctl_principal_of_login(const char *login)
{
	const char *separator = strrchr(login, '\\');

	return separator == NULL ? login : separator + 1;
}

static void complain(const char *name, enum cg_status st, int32_t code)
{
	char *text;

	if (st == CG_E_NOT_FOUND) {
		cg_ctl_complain("%s: the realm is missing and /etc/krb5.conf "
				"has no default_realm; give the whole name, "
				"for example alice@EXAMPLE.TEST", name);
		return;
	}
	if (st != CG_E_KRB5) {
		cg_ctl_complain("%s: %s", name, cg_status_text(st));
		return;
	}
	text = cg_krb5_library_text(NULL, code);
	cg_ctl_complain("%s is not a principal name: %s", name,
			text == NULL ? "?" : text);
	talloc_free(text);
}

enum cg_status cg_ctl_principal_find(TALLOC_CTX *mem_ctx, const char *typed,
				     bool enterprise, struct cg_bytes *out)
{
	const struct passwd *user;
	const char *name = typed;
	enum cg_status st;
	int32_t code;

	*out = (struct cg_bytes){ 0 };
	if (name == NULL) {
		user = getpwuid(getuid());
		if (user == NULL) {
			cg_ctl_complain("your uid has no name; say which "
					"account: credguardctl logon "
					"PRINCIPAL");
			return CG_E_NOT_FOUND;
		}
		name = cg_ctl_principal_of_login(user->pw_name);
		/* A login name of that form is a user principal name. */
		enterprise = enterprise || strchr(name, '@') != NULL;
	}
	st = cg_principal_parse(mem_ctx, name, enterprise, out, &code);
	if (st != CG_OK) {
		complain(name, st, code);
	}
	return st;
}
