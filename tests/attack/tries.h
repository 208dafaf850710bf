/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System calls that code in the vault might try; each is one function, so
 * that the same code runs inside and, as a control, outside. */
#ifndef CG_TESTS_TRIES_H
#define CG_TESTS_TRIES_H

#include <stdbool.h>

struct cg_try {
	const char *name;
	bool allowed;		/* in the vault */
	long (*run)(void);	/* a raw result: -1 and errno on failure */
};

/* The last row has no name. */
extern const struct cg_try cg_tries[];

#endif
