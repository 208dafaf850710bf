/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the broker asks this machine at its start, without the network. */
#ifndef CG_BROKER_HOST_H
#define CG_BROKER_HOST_H

#include <talloc.h>

/* The path of a program that lies next to this one; NULL: out of memory. */
const char *cg_host_program(TALLOC_CTX *mem_ctx, const char *name);
/* The first search domain of the resolver, or NULL. */
const char *cg_host_domain(TALLOC_CTX *mem_ctx);
/* Of the file of metrics, next to the socket that clients connect to; NULL:
 * that cannot be told. */
const char *cg_host_metrics(TALLOC_CTX *mem_ctx, int client_fd);

#endif
