/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See locate_dns.h. The order is that of RFC 2782. */
#include "isolated-helper/broker/locate_dns.h"

#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isolated-helper/broker/locate_out.h"

#define ANSWER_MAX 16384
#define RECORDS_MAX 32U
#define SRV_FIXED_LEN 6		/* priority, weight, port */

struct srv {
	uint16_t priority;
	uint16_t weight;
	uint16_t port;
	char target[NS_MAXDNAME];
};

struct srvs {
	size_t n;
	struct srv srv[RECORDS_MAX];
};

static bool read_srv(const ns_msg *msg, const ns_rr *rr, struct srv *out)
{
	const unsigned char *data = ns_rr_rdata(*rr);

	if (ns_rr_type(*rr) != ns_t_srv || ns_rr_rdlen(*rr) <= SRV_FIXED_LEN) {
		return false;
	}
	/* The casts: ns_get16 reads two bytes. */
	out->priority = (uint16_t)ns_get16(data);
	out->weight = (uint16_t)ns_get16(data + 2);
	out->port = (uint16_t)ns_get16(data + 4);
	if (dn_expand(ns_msg_base(*msg), ns_msg_end(*msg),
		      data + SRV_FIXED_LEN, out->target,
		      sizeof(out->target)) < 0) {
		return false;
	}
	/* "." says that there is no such service. */
	return out->target[0] != '\0' && strcmp(out->target, ".") != 0;
}

static void read_answer(const unsigned char *answer, int len,
			struct srvs *out)
{
	ns_msg msg;
	ns_rr rr;

	if (ns_initparse(answer, len, &msg) != 0) {
		return;
	}
	for (int i = 0; i < ns_msg_count(msg, ns_s_an); i++) {
		if (out->n == RECORDS_MAX) {
			return;
		}
		if (ns_parserr(&msg, ns_s_an, i, &rr) == 0
		    && read_srv(&msg, &rr, &out->srv[out->n])) {
			out->n++;
		}
	}
}

static void query(const char *realm, struct srvs *out)
{
	struct __res_state res;
	char name[NS_MAXDNAME];
	unsigned char *answer = malloc(ANSWER_MAX);
	int len;

	memset(&res, 0, sizeof(res));
	if (answer == NULL || res_ninit(&res) != 0) {
		free(answer);
		return;
	}
	/* The dot: no search domain of ours is appended. */
	(void)snprintf(name, sizeof(name), "_kerberos._tcp.%s.", realm);
	len = res_nsearch(&res, name, ns_c_in, ns_t_srv, answer, ANSWER_MAX);
	if (len > 0) {
		read_answer(answer, len < ANSWER_MAX ? len : ANSWER_MAX, out);
	}
	res_nclose(&res);
	free(answer);
}

static uint16_t lowest_priority(const struct srvs *all)
{
	uint16_t lowest = UINT16_MAX;

	for (size_t i = 0; i < all->n; i++) {
		if (all->srv[i].priority < lowest) {
			lowest = all->srv[i].priority;
		}
	}
	return lowest;
}

/* Among the lowest priority by chance, as the weights tell. */
static size_t pick(const struct srvs *all)
{
	uint16_t priority = lowest_priority(all);
	uint32_t sum = 0;
	uint32_t point;
	size_t last = 0;

	for (size_t i = 0; i < all->n; i++) {
		if (all->srv[i].priority == priority) {
			sum += all->srv[i].weight;
		}
	}
	point = arc4random_uniform(sum + 1);
	for (size_t i = 0; i < all->n; i++) {
		if (all->srv[i].priority != priority) {
			continue;
		}
		last = i;
		if (point <= all->srv[i].weight) {
			return i;
		}
		point -= all->srv[i].weight;
	}
	return last;
}

void cg_locate_dns(struct cg_locate_out *out, const char *realm)
{
	struct srvs *all = calloc(1, sizeof(*all));

	if (all == NULL) {
		return;
	}
	query(realm, all);
	while (all->n > 0) {
		size_t i = pick(all);

		cg_locate_put(out, all->srv[i].target, all->srv[i].port);
		all->srv[i] = all->srv[--all->n];
	}
	free(all);
}
