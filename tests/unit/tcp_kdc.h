/* SPDX-License-Identifier: GPL-3.0-or-later */
/* KDCs on loopback, in the same event loop: good ones, which answer with what
 * they were sent, and the other kinds. */
#ifndef CG_TESTS_TCP_KDC_H
#define CG_TESTS_TCP_KDC_H

#include <stdint.h>
#include <talloc.h>
#include <tevent.h>

enum tcp_kdc_kind {
	KDC_GOOD,
	KDC_SILENT,		/* accepts, reads, never answers */
	KDC_DEAF,		/* does not even complete a connect */
	KDC_CLOSES_EARLY,	/* in the middle of its answer */
	KDC_CLOSES_AT_ONCE,
	KDC_LENGTH_0,
	KDC_LENGTH_4G,
	KDC_LENGTH_TOO_LARGE,	/* by one */
	KDC_SLOW,		/* a byte every 10 ms */
};

struct tcp_kdc {
	struct tevent_context *ev;
	enum tcp_kdc_kind kind;
	uint16_t port;
	int fd;
	uint32_t n_connections;
	uint32_t n_open;
};

struct tcp_kdc *tcp_kdc_open(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			       enum tcp_kdc_kind kind);
/* A port on which nothing listens. */
uint16_t tcp_kdc_refusing_port(void);

#endif
