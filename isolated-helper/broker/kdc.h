/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The address of a KDC, and the realm's name as we accept it. */
#ifndef CG_BROKER_KDC_H
#define CG_BROKER_KDC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "idl/bytes.h"
#include "idl/cg_idl.h"
#include "idl/status.h"

#define CG_KDC_COUNT_MAX 16U		/* of one realm */
#define CG_KDC_TEXT_LEN 64U

struct cg_kdc {
	struct sockaddr_storage addr;
	socklen_t len;
};

/* Our own address on a connection; len 0: not known. */
struct cg_kdc_local {
	uint8_t len;			/* 4, 16 or 0 */
	uint8_t bytes[16];
};

/* Realms come from clients and from the network, and end as an argument of a
 * program: letters, digits, '.', '-', '_', at most 255, no '-' in front. */
struct cg_realm {
	char text[CG_REALM_MAX + 1];
};

CG_MUST_CHECK enum cg_status cg_realm_of(struct cg_bytes from,
					 struct cg_realm *out);
/* "ADDRESS PORT", both numbers. */
CG_MUST_CHECK enum cg_status cg_kdc_of_line(const char *line,
					    struct cg_kdc *out);
/* Of a connected socket. */
void cg_kdc_local_of(int fd, struct cg_kdc_local *out);
/* The port of the service for passwords, RFC 3244, of the same host. */
struct cg_kdc cg_kdc_kpasswd(const struct cg_kdc *kdc);
bool cg_kdc_is_same(const struct cg_kdc *a, const struct cg_kdc *b);
/* For log lines: address and port. */
void cg_kdc_text(const struct cg_kdc *kdc, char out[CG_KDC_TEXT_LEN]);

#endif
