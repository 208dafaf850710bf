/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program of ours is started with: its words, its environment and its
 * descriptors, whoever starts it. The text, "NAME\0OPTION\0...\0\0KEY=VALUE\0"
 * and so on, is also what credguard-fetch gets. */
#ifndef CG_LAUNCH_ORDER_H
#define CG_LAUNCH_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "idl/start.h"

#define CG_ORDER_LEN CG_START_ORDER_LEN
#define CG_ORDER_FDS CG_START_FDS
#define CG_ORDER_WORDS 16

struct cg_order {
	int fds[CG_ORDER_FDS];	/* they become 3, 4, ...; all the caller's */
	size_t n_fds;
	size_t len;
	size_t n_words;
	bool is_full;		/* something had no room */
	char text[CG_ORDER_LEN];
};

void cg_order_add(struct cg_order *order, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Words before are arguments, those after are the environment: PATH, and what
 * the libraries need from ours. */
void cg_order_end_arguments(struct cg_order *order);
/* Both with CG_ORDER_WORDS places; they point into the order. */
void cg_order_split(struct cg_order *order, char **argv, char **envp);

#endif
