/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plug-in does, as a program: asks the broker by plugin/client and
 * prints what came, in hex.
 *
 *   ntlm_client response NEGOTIATE CHALLENGE TARGET [BINDINGS]
 *   ntlm_client authenticate NEGOTIATE CHALLENGE
 *   ntlm_client ticket SERVICE/HOST[@REALM]
 */
#include <krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tevent.h>

#include "idl/cursor.h"
#include "plugin/client/blocking.h"
#include "plugin/client/calls.h"
#include "plugin/client/client.h"

static struct cg_bytes text(const char *from)
{
	return (struct cg_bytes){ (const uint8_t *)from, strlen(from) };
}

static struct cg_bytes unhex(TALLOC_CTX *mem_ctx, const char *from)
{
	size_t len = strlen(from) / 2;
	uint8_t *out = talloc_zero_array(mem_ctx, uint8_t, (unsigned int)len);

	for (size_t i = 0; i < len; i++) {
		unsigned int byte = 0;

		(void)sscanf(from + 2 * i, "%2x", &byte);
		out[i] = (uint8_t)byte;
	}
	return (struct cg_bytes){ out, len };
}

static void put(const char *name, const uint8_t *data, size_t len)
{
	printf("%s ", name);
	for (size_t i = 0; i < len; i++) {
		printf("%02x", data[i]);
	}
	printf("\n");
}

static int failed(enum cg_status st)
{
	printf("refused %u %s\n", st, cg_status_text(st));
	return 1;
}

static int response(TALLOC_CTX *top, int argc, char **argv)
{
	const struct cg_client_make_ntlm_response_in in = {
		.negotiate = unhex(top, argv[2]),
		.challenge = unhex(top, argv[3]),
		.target = text(argv[4]),
		.channel_bindings = argc > 5 ? unhex(top, argv[5])
					     : (struct cg_bytes){ 0 },
	};
	struct cg_client_make_ntlm_response_out out;
	enum cg_status st = cg_blocking_make_ntlm_response(top, &in, &out,
							   NULL);

	if (st != CG_OK) {
		return failed(st);
	}
	put("user", out.user.data, out.user.len);
	put("domain", out.domain.data, out.domain.len);
	put("response", out.response.data, out.response.len);
	put("session_base_key", out.session_base_key.data,
	    out.session_base_key.len);
	return 0;
}

static struct cg_client *connected(TALLOC_CTX *top, struct tevent_context *ev)
{
	struct tevent_req *req = cg_client_connect_send(top, ev, NULL);
	struct cg_client *client = NULL;

	if (!tevent_req_poll(req, ev)
	    || cg_client_connect_recv(req, top, &client, NULL) != CG_OK) {
		abort();
	}
	return client;
}

/* What credguard-winbind does; no plug-in waits for this one. */
static int authenticate(TALLOC_CTX *top, char **argv)
{
	const struct cg_client_make_ntlm_authenticate_in in = {
		.negotiate = unhex(top, argv[2]),
		.challenge = unhex(top, argv[3]),
	};
	struct cg_client_make_ntlm_authenticate_out out;
	struct tevent_context *ev = tevent_context_init(top);
	struct tevent_req *req = cg_call_client_make_ntlm_authenticate_send(
		top, ev, connected(top, ev), &in);
	enum cg_status st;

	if (!tevent_req_poll(req, ev)) {
		abort();
	}
	st = cg_call_client_make_ntlm_authenticate_recv(req, top, &out, NULL);
	if (st != CG_OK) {
		return failed(st);
	}
	put("authenticate", out.authenticate.data, out.authenticate.len);
	put("session_key", out.session_key.data, out.session_key.len);
	return 0;
}

/* service/host[@REALM], by hand: libkrb5 would add a realm. */
static struct cg_bytes principal(TALLOC_CTX *mem_ctx, char *name)
{
	char *realm = strchr(name, '@');
	char *host = strchr(name, '/');
	uint8_t *wire = talloc_zero_size(mem_ctx, CG_PRINCIPAL_MAX);
	struct cg_writer w = cg_writer_of(wire, CG_PRINCIPAL_MAX);
	size_t len = 0;

	if (realm != NULL) {
		*realm++ = '\0';
	}
	if (host != NULL) {
		*host++ = '\0';
	}
	cg_writer_u32_be(&w, KRB5_NT_SRV_HST);
	cg_writer_u32_be(&w, 2);
	cg_writer_counted_be(&w, text(realm == NULL ? "" : realm));
	cg_writer_counted_be(&w, text(name));
	cg_writer_counted_be(&w, text(host == NULL ? "" : host));
	if (cg_writer_finish(&w, &len) != CG_OK) {
		abort();
	}
	return (struct cg_bytes){ wire, len };
}

static int ticket(TALLOC_CTX *top, char **argv)
{
	const struct cg_client_make_ticket_in in = {
		.server = principal(top, argv[2]),
	};
	struct cg_client_make_ticket_out out;
	enum cg_status st = cg_blocking_make_ticket(top, &in, &out, NULL);

	if (st != CG_OK) {
		return failed(st);
	}
	put("client", out.client.data, out.client.len);
	put("server", out.server.data, out.server.len);
	printf("enctype %d\n", out.enctype);
	put("session_key", out.session_key.data, out.session_key.len);
	put("ticket", out.ticket.data, out.ticket.len);
	return 0;
}

int main(int argc, char **argv)
{
	TALLOC_CTX *top = talloc_new(NULL);
	int code = 2;

	if (argc >= 5 && strcmp(argv[1], "response") == 0) {
		code = response(top, argc, argv);
	} else if (argc == 4 && strcmp(argv[1], "authenticate") == 0) {
		code = authenticate(top, argv);
	} else if (argc == 3 && strcmp(argv[1], "ticket") == 0) {
		code = ticket(top, argv);
	}
	talloc_free(top);
	return code;
}
