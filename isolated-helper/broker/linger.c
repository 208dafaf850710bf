/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See linger.h. Sessions of the kernel or of systemd are no measure: a
 * tmux server leaves the one and may leave the other. */
#include "isolated-helper/broker/linger.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/queue.h>
#include <sys/stat.h>

#include "isolated-helper/broker/log.h"

struct user {
	TAILQ_ENTRY(user) link;
	uid_t uid;
};

struct cg_linger {
	struct cg_linger_setup setup;
	struct tevent_timer *timer;	/* NULL: nobody is watched */
	TAILQ_HEAD(users, user) users;
};

static void look_again(struct cg_linger *linger);

struct cg_linger *cg_linger_open(TALLOC_CTX *mem_ctx,
				 const struct cg_linger_setup *setup)
{
	struct cg_linger *linger = talloc_zero(mem_ctx, struct cg_linger);

	if (linger == NULL) {
		return NULL;
	}
	linger->setup = *setup;
	TAILQ_INIT(&linger->users);
	return linger;
}

static bool is_process_of(int proc, const char *name, uid_t uid)
{
	struct stat sb;

	return name[0] >= '1' && name[0] <= '9'
	       && fstatat(proc, name, &sb, AT_SYMLINK_NOFOLLOW) == 0
	       && sb.st_uid == uid;
}

bool cg_linger_has_process(uid_t uid)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	bool found = false;

	if (proc == NULL) {
		return false;
	}
	while (!found && (entry = readdir(proc)) != NULL) {
		found = is_process_of(dirfd(proc), entry->d_name, uid);
	}
	(void)closedir(proc);
	return found;
}

static void time_to_look(struct tevent_context *ev, struct tevent_timer *te,
			 struct timeval now, void *private_data)
{
	struct cg_linger *linger = talloc_get_type_abort(private_data,
							 struct cg_linger);
	struct user *user = TAILQ_FIRST(&linger->users);

	(void)ev;
	(void)now;
	talloc_free(te);
	linger->timer = NULL;
	while (user != NULL) {
		struct user *next = TAILQ_NEXT(user, link);
		uid_t uid = user->uid;

		if (!cg_linger_has_process(uid)) {
			TAILQ_REMOVE(&linger->users, user, link);
			talloc_free(user);
			linger->setup.on_gone(uid, linger->setup.arg);
		}
		user = next;
	}
	look_again(linger);
}

static void look_again(struct cg_linger *linger)
{
	if (linger->timer != NULL || TAILQ_EMPTY(&linger->users)) {
		return;
	}
	linger->timer = tevent_add_timer(
		linger->setup.ev, linger,
		tevent_timeval_current_ofs(CG_LINGER_LOOK_S, 0),
		time_to_look, linger);
}

static bool is_watched(const struct cg_linger *linger, uid_t uid)
{
	const struct user *user;

	TAILQ_FOREACH(user, &linger->users, link) {
		if (user->uid == uid) {
			return true;
		}
	}
	return false;
}

void cg_linger_watch(struct cg_linger *linger, uid_t uid)
{
	struct user *user = NULL;

	if (is_watched(linger, uid)) {
		return;
	}
	/* The process that just ended its session may be the last one: it is
	 * looked at the first time when it had a moment to go. */
	if (linger->setup.may) {
		user = talloc_zero(linger, struct user);
	}
	if (user == NULL) {
		linger->setup.on_gone(uid, linger->setup.arg);
		return;
	}
	cg_log(CG_LOG_INFO, "uid %u has no session; its processes are watched",
	       (unsigned int)uid);
	user->uid = uid;
	TAILQ_INSERT_TAIL(&linger->users, user, link);
	look_again(linger);
}
