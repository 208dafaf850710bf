/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the module for Samba works in the Samba that is installed. It is
 * built for one version; after an upgrade Samba leaves it out silently. */
#ifndef CG_CLIENT_CTL_SAMBA_H
#define CG_CLIENT_CTL_SAMBA_H

#include <talloc.h>

enum cg_ctl_samba_state {
	CG_SAMBA_ABSENT,	/* the module is not installed */
	CG_SAMBA_LOADS,
	CG_SAMBA_REFUSED	/* by the loader, by Samba or by itself */
};

struct cg_ctl_samba {
	enum cg_ctl_samba_state state;
	const char *path;
	const char *reason;	/* printable; NULL when it loads */
};

/* Tries it in a child process. */
struct cg_ctl_samba cg_ctl_samba_look(TALLOC_CTX *mem_ctx, const char *path);
/* Of --json: loads, absent, refused. */
const char *cg_ctl_samba_word(enum cg_ctl_samba_state state);

/* The child: loads the module at path as Samba does and says on standard
 * output what was wrong. Ends the process, with 0 when it loads. */
__attribute__((noreturn)) void cg_ctl_samba_probe(const char *path);

#endif
