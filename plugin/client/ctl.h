/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands of credguardctl share. Each command is a file,
 * ctl_NAME.c; credguardctl.c has the table of them. */
#ifndef CG_CLIENT_CTL_H
#define CG_CLIENT_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <tevent.h>

#include "plugin/client/client.h"
#include "plugin/client/client_error.h"

enum cg_ctl_exit {
	CG_EXIT_OK = 0,
	CG_EXIT_FAILURE = 1,
	CG_EXIT_USAGE = 2,
	CG_EXIT_NOT_RUNNING = 3,
	CG_EXIT_WARN = 4,	/* of check */
	CG_EXIT_BAD = 5
};

struct cg_errors_subject;

struct cg_ctl {			/* a talloc chunk, parent of all the rest */
	struct tevent_context *ev;
	struct cg_client_options options;
	struct cg_client *client;	/* NULL until cg_ctl_connect() */
	struct cg_client_error error;	/* of the last call */
	int ended_by_signal;		/* main lets it have its effect */
};

/* argv[0] is the command's name. Returns an enum cg_ctl_exit. */
typedef int (*cg_ctl_fn)(struct cg_ctl *ctl, int argc, char **argv);

int cg_ctl_logon(struct cg_ctl *ctl, int argc, char **argv);
int cg_ctl_passwd(struct cg_ctl *ctl, int argc, char **argv);
int cg_ctl_list(struct cg_ctl *ctl, int argc, char **argv);
int cg_ctl_renew(struct cg_ctl *ctl, int argc, char **argv);
int cg_ctl_logoff(struct cg_ctl *ctl, int argc, char **argv);
int cg_ctl_enable(struct cg_ctl *ctl, int argc, char **argv);
int cg_ctl_disable(struct cg_ctl *ctl, int argc, char **argv);
int cg_ctl_forget(struct cg_ctl *ctl, int argc, char **argv);
int cg_ctl_status(struct cg_ctl *ctl, int argc, char **argv);
int cg_ctl_check(struct cg_ctl *ctl, int argc, char **argv);
int cg_ctl_audit(struct cg_ctl *ctl, int argc, char **argv);
int cg_ctl_policy(struct cg_ctl *ctl, int argc, char **argv);

/* A connection, anew when there was one. */
CG_MUST_CHECK enum cg_status cg_ctl_connect(struct cg_ctl *ctl);
/* Until the request has ended; the caller asks its recv for the result. */
CG_MUST_CHECK enum cg_status cg_ctl_wait(struct cg_ctl *ctl,
					 struct tevent_req *req);
/* Says what ctl->error is, and returns the exit code for it. */
int cg_ctl_failed(const struct cg_ctl *ctl,
		  const struct cg_errors_subject *about);

#endif
