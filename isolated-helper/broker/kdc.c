/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kdc.h. */
#include "isolated-helper/broker/kdc.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KPASSWD_PORT 464

static bool is_realm_char(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
	       || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

enum cg_status cg_realm_of(struct cg_bytes from, struct cg_realm *out)
{
	*out = (struct cg_realm){ .text = "" };
	if (from.len == 0 || from.len > CG_REALM_MAX || from.data[0] == '-') {
		return CG_E_INVALID;
	}
	for (size_t i = 0; i < from.len; i++) {
		if (!is_realm_char(from.data[i])) {
			return CG_E_INVALID;
		}
	}
	memcpy(out->text, from.data, from.len);
	return CG_OK;
}

/* getaddrinfo takes any number and cuts it. */
static bool is_port(const char *text)
{
	unsigned long port = strtoul(text, NULL, 10);

	return port >= 1 && port <= UINT16_MAX;
}

enum cg_status cg_kdc_of_line(const char *line, struct cg_kdc *out)
{
	const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *found = NULL;
	char address[CG_KDC_TEXT_LEN];
	char port[6];
	char more;

	*out = (struct cg_kdc){ .len = 0 };
	if (sscanf(line, "%63s %5[0-9] %c", address, port, &more) != 2
	    || !is_port(port)
	    || getaddrinfo(address, port, &hints, &found) != 0) {
		return CG_E_INVALID;
	}
	if (found->ai_addrlen > sizeof(out->addr)) {
		freeaddrinfo(found);
		return CG_E_INVALID;
	}
	memcpy(&out->addr, found->ai_addr, found->ai_addrlen);
	out->len = found->ai_addrlen;
	freeaddrinfo(found);
	return CG_OK;
}

bool cg_kdc_is_same(const struct cg_kdc *a, const struct cg_kdc *b)
{
	return a->len == b->len && memcmp(&a->addr, &b->addr, a->len) == 0;
}

void cg_kdc_text(const struct cg_kdc *kdc, char out[CG_KDC_TEXT_LEN])
{
	/* The cast is how the socket interface takes any address. */
	const struct sockaddr *addr = (const struct sockaddr *)&kdc->addr;
	char host[CG_KDC_TEXT_LEN - 16];
	char port[6];

	if (getnameinfo(addr, kdc->len, host, sizeof(host), port,
			sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
		(void)snprintf(out, CG_KDC_TEXT_LEN, "unknown address");
		return;
	}
	(void)snprintf(out, CG_KDC_TEXT_LEN, "%s port %s", host, port);
}

static void take(struct cg_kdc_local *out, const void *address, uint8_t len)
{
	memcpy(out->bytes, address, len);
	out->len = len;
}

void cg_kdc_local_of(int fd, struct cg_kdc_local *out)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} own = { .any = { .sa_family = AF_UNSPEC } };
	socklen_t len = sizeof(own);

	*out = (struct cg_kdc_local){ .len = 0 };
	if (getsockname(fd, &own.any, &len) != 0) {
		return;
	}
	if (own.any.sa_family == AF_INET) {
		take(out, &own.v4.sin_addr, 4);
	} else if (own.any.sa_family == AF_INET6) {
		take(out, &own.v6.sin6_addr, 16);
	}
}

struct cg_kdc cg_kdc_kpasswd(const struct cg_kdc *kdc)
{
	struct cg_kdc out = *kdc;
	in_port_t port = htons(KPASSWD_PORT);

	/* Both kinds of address have it in the same place. */
	memcpy((char *)&out.addr + offsetof(struct sockaddr_in, sin_port),
	       &port, sizeof(port));
	return out;
}
