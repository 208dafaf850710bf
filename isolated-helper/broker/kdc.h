/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The address of a KDC, and the realm's name as we accept it. */
#ifndef CG_BROKER_KDC_H
#define CG_BROKER_KDC_H

#include <stdbool.h>
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
bool cg_kdc_is_same(const struct cg_kdc *a, const struct cg_kdc *b);
/* For log lines: address and port. */
void cg_kdc_text(const struct cg_kdc *kdc, char out[CG_KDC_TEXT_LEN]);

#endif
