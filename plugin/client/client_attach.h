/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the pipe front alone: to ask for another. */
#ifndef CG_CLIENT_CLIENT_ATTACH_H
#define CG_CLIENT_CLIENT_ATTACH_H

struct cg_client;

/* The next call is made for who is at the other end of that accepted socket,
 * which stays open until the answer. The broker hangs up on others than the
 * front. */
void cg_client_attach(struct cg_client *client, int fd);

#endif
