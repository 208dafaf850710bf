/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A process of ours, held by its pidfd. */
#ifndef CG_LAUNCH_CHILD_H
#define CG_LAUNCH_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

struct cg_child {
	const char *name;	/* static; NULL: there is none */
	pid_t pid;
	int pidfd;
	uid_t uid;		/* whose it becomes; 0: stays ours */
	bool is_unit;		/* systemd's child, not ours */
};

/* What an exit code means; the last row has no text. */
struct cg_exit_text {
	int code;
	const char *text;
};

/* If it ends within that time, logs how. texts may be NULL. */
void cg_child_reap(struct cg_child *child, int wait_ms,
		   const struct cg_exit_text *texts);
/* Ends it at once, without a word; does nothing where there is none. */
void cg_child_kill(struct cg_child *child);

#endif
