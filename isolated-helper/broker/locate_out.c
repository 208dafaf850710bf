/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See locate_out.h. */
#include "isolated-helper/broker/locate_out.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void put_address(struct cg_locate_out *out, const struct addrinfo *ai)
{
	char host[NI_MAXHOST];
	char port[NI_MAXSERV];

	if (out->n >= CG_LOCATE_LINES_MAX
	    || getnameinfo(ai->ai_addr, ai->ai_addrlen, host, sizeof(host),
			   port, sizeof(port),
			   NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
		return;
	}
	if (printf("%s %s\n", host, port) < 0 || fflush(stdout) != 0) {
		exit(1);
	}
	out->n++;
}

void cg_locate_put(struct cg_locate_out *out, const char *host, uint16_t port)
{
	const struct addrinfo hints = {
		.ai_flags = AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *all = NULL;
	char port_text[8];

	(void)snprintf(port_text, sizeof(port_text), "%u", port);
	if (getaddrinfo(host, port_text, &hints, &all) != 0) {
		return;
	}
	for (const struct addrinfo *ai = all; ai != NULL; ai = ai->ai_next) {
		put_address(out, ai);
	}
	freeaddrinfo(all);
}

static uint16_t port_of(const char *text)
{
	unsigned long port = strtoul(text, NULL, 10);

	/* The cast: compared before. */
	return port >= 1 && port <= UINT16_MAX ? (uint16_t)port
					       : CG_KERBEROS_PORT;
}

/* Ends host where its port begins; NULL: it has none. */
static char *split(char *host)
{
	char *colon = strchr(host, ':');

	/* Two colons: an IPv6 address without brackets. */
	if (colon == NULL || strchr(colon + 1, ':') != NULL) {
		return NULL;
	}
	*colon = '\0';
	return colon + 1;
}

static char *split_brackets(char **host)
{
	char *end = strchr(*host, ']');

	(*host)++;
	if (end == NULL) {
		return NULL;
	}
	*end = '\0';
	return end[1] == ':' ? end + 2 : NULL;
}

void cg_locate_put_text(struct cg_locate_out *out, const char *text)
{
	char copy[512];
	char *host = copy;
	const char *port;
	size_t len = strlen(text);

	if (len >= sizeof(copy)) {
		return;
	}
	memcpy(copy, text, len + 1);
	port = host[0] == '[' ? split_brackets(&host) : split(host);
	cg_locate_put(out, host,
		      port != NULL ? port_of(port) : CG_KERBEROS_PORT);
}
