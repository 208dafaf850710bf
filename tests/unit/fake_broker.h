/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A broker of the tests: a process that listens in a directory of its own
 * and does to one connection what the test tells it. */
#ifndef CG_TESTS_FAKE_BROKER_H
#define CG_TESTS_FAKE_BROKER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "idl/cg_idl.h"
#include "idl/cursor.h"

struct fake_broker {
	char dir[32];
	char socket_path[48];
	int listen_fd;
	pid_t pid;		/* 0: nobody serves */
};

/* Runs in the child, once for each connection. */
typedef void (*fake_broker_fn)(int conn);

/* A directory and a bound socket; nobody listens yet. */
void fake_broker_make(struct fake_broker *broker);
/* From now on uid listens, and serves with fn; fn NULL: accepts nothing. */
void fake_broker_serve(struct fake_broker *broker, uid_t uid,
		       fake_broker_fn fn);
void fake_broker_end(struct fake_broker *broker);

/* For the children: the next request's header, and a reply to it. */
struct cg_header fake_broker_request(int conn);
void fake_broker_send(int conn, const struct cg_writer *w);
struct cg_writer fake_broker_reply(const struct cg_header *request,
				   uint32_t status, uint32_t detail);
void fake_broker_hello(int conn);

#endif
