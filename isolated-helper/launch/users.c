/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See users.h. */
#include "isolated-helper/launch/users.h"

#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stddef.h>

#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/settings.h"

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

static enum cg_status differ(const char *a, const char *b, bool is_same)
{
	if (is_same) {
		cg_log("users %s and %s must differ: their uids guard them "
		       "from each other", a, b);
		return CG_E_DENIED;
	}
	return CG_OK;
}

/* The group that may use winbindd's privileged pipe, and so ours. */
static enum cg_status find_front(const struct cg_settings *s,
				 struct cg_users *out)
{
	enum cg_status st = find(s->front_user, &out->front);
	const struct group *group;

	if (st != CG_OK) {
		return st;
	}
	st = differ(s->front_user, s->vault_user,
		    out->front.uid == out->vault.uid);
	if (st == CG_OK) {
		st = differ(s->front_user, s->broker_user,
			    out->front.uid == out->broker.uid);
	}
	if (st != CG_OK) {
		return st;
	}
	group = getgrnam("winbindd_priv");
	if (group == NULL) {
		cg_log("there is no group winbindd_priv: is winbindd "
		       "installed?");
		return CG_E_NOT_FOUND;
	}
	out->winbindd_priv = group->gr_gid;
	return CG_OK;
}

enum cg_status cg_users_find(const struct cg_settings *s,
			     struct cg_users *out)
{
	enum cg_status st;

	*out = (struct cg_users){ 0 };
	if (find(s->vault_user, &out->vault) != CG_OK ||
	    find(s->broker_user, &out->broker) != CG_OK) {
		return CG_E_NOT_FOUND;
	}
	st = differ(s->vault_user, s->broker_user,
		    out->vault.uid == out->broker.uid);
	if (st == CG_OK && s->has_front) {
		st = find_front(s, out);
	}
	return st;
}
