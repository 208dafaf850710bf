/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of credguardctl check share: one function for each check,
 * and how it says what it found. ctl_check_list.c has the table of them. */
#ifndef CG_CLIENT_CTL_CHECK_H
#define CG_CLIENT_CTL_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

enum cg_ctl_check_state {
	CG_CHECK_OK = 0,
	CG_CHECK_NA,		/* does not apply, or could not be seen */
	CG_CHECK_WARN,		/* leaks to level 3, or in rarer cases */
	CG_CHECK_BAD		/* leaks to who reads files or copies memory */
};

/* The machine that is looked at. */
struct cg_ctl_check_machine {
	const char *prefix;	/* before every path; "" is this machine */
	bool is_live;		/* this one: the kernel may be asked */
};

struct cg_ctl_check_found {	/* a talloc chunk, parent of its texts */
	enum cg_ctl_check_state state;
	const char *reason;	/* NULL: out of memory */
	const char *mend;	/* a command; NULL: there is none */
};

typedef void (*cg_ctl_check_fn)(const struct cg_ctl_check_machine *machine,
				struct cg_ctl_check_found *out);

struct cg_ctl_check {
	const char *name;	/* stable: scripts know it */
	cg_ctl_check_fn fn;
	const char *help;	/* what it looks at */
};

size_t cg_ctl_check_list_n(void);
const struct cg_ctl_check *cg_ctl_check_list_at(size_t i);

/* Each check says exactly one of these. */
void cg_ctl_check_ok(struct cg_ctl_check_found *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void cg_ctl_check_na(struct cg_ctl_check_found *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void cg_ctl_check_warn(struct cg_ctl_check_found *out, const char *mend,
		       const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void cg_ctl_check_bad(struct cg_ctl_check_found *out, const char *mend,
		      const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
