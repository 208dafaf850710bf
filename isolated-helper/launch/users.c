/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See users.h. */
#include "isolated-helper/launch/users.h"

#include <pwd.h>
#include <stddef.h>

#include "isolated-helper/launch/log.h"

static enum cg_status find(const char *name, struct cg_user *out)
{
	const struct passwd *pw = getpwnam(name);

	if (pw == NULL) {
		cg_log("there is no user %s; as root, run: useradd --system "
		       "--user-group --no-create-home --shell "
		       "/usr/sbin/nologin %s", name, name);
		return CG_E_NOT_FOUND;
	}
	if (pw->pw_uid == 0 || pw->pw_gid == 0) {
		cg_log("user %s must not be root", name);
		return CG_E_DENIED;
	}
	*out = (struct cg_user){ pw->pw_uid, pw->pw_gid };
	return CG_OK;
}

enum cg_status cg_users_find(const char *vault_name, const char *broker_name,
			     struct cg_users *out)
{
	*out = (struct cg_users){ 0 };
	if (find(vault_name, &out->vault) != CG_OK ||
	    find(broker_name, &out->broker) != CG_OK) {
		return CG_E_NOT_FOUND;
	}
	if (out->vault.uid == out->broker.uid) {
		cg_log("users %s and %s must differ: the vault's uid guards "
		       "it from the broker", vault_name, broker_name);
		return CG_E_DENIED;
	}
	return CG_OK;
}
