/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tickets that lie outside the vault already, and who else would keep them.
 */
#include "plugin/client/ctl_checks.h"

#include <string.h>

#include "plugin/client/ctl_check_file.h"

static const char *find_first(const struct cg_ctl_check_machine *machine,
			      struct cg_ctl_check_found *out, size_t *n)
{
	static const char *const patterns[] = {
		"/tmp/krb5cc*", "/run/user/*/krb5cc*", "/var/tmp/krb5cc*",
	};
	const char *first = NULL;

	*n = 0;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		size_t more;
		char **paths = cg_ctl_check_file_glob(out, machine,
						      patterns[i], &more);

		if (first == NULL && more > 0) {
			first = cg_ctl_check_file_plain(machine, paths[0]);
		}
		*n += more;
	}
	return first;
}

void cg_ctl_check_ticket_files(const struct cg_ctl_check_machine *machine,
			       struct cg_ctl_check_found *out)
{
	size_t n;
	const char *first = find_first(machine, out, &n);

	if (n == 0) {
		cg_ctl_check_ok(out, "none lies where they usually do");
		return;
	}
	cg_ctl_check_bad(out, "rm -rf /tmp/krb5cc* /run/user/*/krb5cc* "
			 "/var/tmp/krb5cc*",
			 "%zu: %s%s; their owners sign in again by "
			 "credguardctl logon", n, first,
			 n > 1 ? " and others" : "");
}

struct other {
	const char *path;	/* of an enabled unit */
	const char *name;
	const char *mend;
};

#define SSSD_MEND "systemctl disable --now sssd-kcm.socket sssd-kcm.service"
#define HEIMDAL_MEND "systemctl disable --now heimdal-kcm.service"

static const struct other others[] = {
	{ "/etc/systemd/system/sockets.target.wants/sssd-kcm.socket",
	  "sssd-kcm.socket is enabled", SSSD_MEND },
	{ "/etc/systemd/system/multi-user.target.wants/sssd-kcm.service",
	  "sssd-kcm.service is enabled", SSSD_MEND },
	{ "/etc/systemd/system/multi-user.target.wants/heimdal-kcm.service",
	  "heimdal-kcm.service is enabled", HEIMDAL_MEND },
};

/* The name of the process of /proc/PID/comm, when it is one of them. */
static const struct other *running(const char *name)
{
	static const struct other sssd = {
		.name = "sssd_kcm runs", .mend = SSSD_MEND,
	};
	static const struct other heimdal = {
		.name = "Heimdal's kcm runs", .mend = HEIMDAL_MEND,
	};

	if (name == NULL) {
		return NULL;
	}
	if (strcmp(name, "sssd_kcm") == 0) {
		return &sssd;
	}
	return strcmp(name, "kcm") == 0 ? &heimdal : NULL;
}

static const struct other *find_running(
	const struct cg_ctl_check_machine *machine, TALLOC_CTX *mem_ctx)
{
	const struct other *found = NULL;
	size_t n;
	char **paths = cg_ctl_check_file_glob(mem_ctx, machine,
					      "/proc/[0-9]*/comm", &n);

	for (size_t i = 0; i < n && found == NULL; i++) {
		const char *plain = cg_ctl_check_file_plain(machine, paths[i]);
		char *name = cg_ctl_check_file_read(NULL, machine, plain);

		found = running(name);
		talloc_free(name);
	}
	return found;
}

void cg_ctl_check_other_kcm(const struct cg_ctl_check_machine *machine,
			    struct cg_ctl_check_found *out)
{
	const struct other *found = find_running(machine, out);

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (found == NULL &&
		    cg_ctl_check_file_is_there(machine, others[i].path)) {
			found = &others[i];
		}
	}
	if (found == NULL) {
		cg_ctl_check_ok(out, "nobody else wants the socket");
		return;
	}
	cg_ctl_check_bad(out, found->mend, "%s: it wants the socket of "
			 "credguard, and keeps tickets that root can read",
			 found->name);
}
