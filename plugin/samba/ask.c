/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tevent in a loop of its own per question, so that nothing of the program's
 * runs meanwhile. */
#include "plugin/samba/ask.h"

#include <string.h>
#include <tevent.h>

#include "plugin/client/blocking.h"
#include "plugin/client/calls.h"
#include "plugin/client/client.h"
#include "plugin/client/client_error.h"
#include "plugin/samba/patience.h"

struct asker {
	struct tevent_context *ev;
	struct cg_client *client;
	struct cg_client_error error;
};

void cg_ask_prepare(void)
{
	struct tevent_context *ev = tevent_context_init(NULL);

	talloc_free(ev);
}

static enum cg_status wait_for(struct asker *asker, struct tevent_req *req)
{
	if (req == NULL) {
		return CG_E_NO_MEMORY;
	}
	return tevent_req_poll(req, asker->ev) ? CG_OK : CG_E_SYSTEM;
}

static enum cg_status asker_open(TALLOC_CTX *mem_ctx, struct asker **out)
{
	struct asker *asker = talloc_zero(mem_ctx, struct asker);
	struct tevent_req *req;
	enum cg_status st;

	*out = asker;
	if (asker == NULL) {
		return CG_E_NO_MEMORY;
	}
	asker->ev = tevent_context_init(asker);
	if (asker->ev == NULL) {
		return CG_E_NO_MEMORY;
	}
	req = cg_client_connect_send(asker, asker->ev, NULL);
	st = wait_for(asker, req);
	if (st == CG_OK) {
		st = cg_client_connect_recv(req, asker, &asker->client,
					    &asker->error);
	}
	talloc_free(req);
	return st;
}

static enum cg_status list_next(struct asker *asker, TALLOC_CTX *mem_ctx,
				uint64_t after,
				struct cg_client_list_out *out)
{
	struct cg_client_list_in in = { .after = after };
	struct tevent_req *req;
	enum cg_status st;

	req = cg_call_client_list_send(asker, asker->ev, asker->client, &in);
	st = wait_for(asker, req);
	if (st == CG_OK) {
		st = cg_call_client_list_recv(req, mem_ctx, out,
					      &asker->error);
	}
	talloc_free(req);
	if (st == CG_OK && out->index <= after) {
		return CG_E_PROTO;	/* it would go in circles */
	}
	return st;
}

/* cache: "KCM:" and what a program may have put behind it. */
static bool is_cache(const struct cg_client_list_out *cache,
		     const char *residual)
{
	const size_t skip = strlen("KCM:");
	size_t len = strlen(residual);

	if (len == 0) {
		return cache->is_default != 0;
	}
	return cache->cache.len == skip + len &&
	       memcmp(cache->cache.data + skip, residual, len) == 0;
}

static enum cg_status find(struct asker *asker, TALLOC_CTX *mem_ctx,
			   const char *residual,
			   struct cg_client_list_out *out)
{
	uint64_t after = 0;
	enum cg_status st;

	do {
		st = list_next(asker, mem_ctx, after, out);
		after = out->index;
	} while (st == CG_OK && !is_cache(out, residual));
	return st;
}

enum cg_status cg_ask_cache(struct cg_patience *patience, TALLOC_CTX *mem_ctx,
			    const char *residual,
			    struct cg_client_list_out *out)
{
	struct asker *asker;
	enum cg_status st;

	*out = (struct cg_client_list_out){ 0 };
	if (cg_patience_is_lost(patience)) {
		return CG_E_TIMEOUT;
	}
	st = asker_open(mem_ctx, &asker);
	if (st == CG_OK) {
		st = find(asker, mem_ctx, residual, out);
	}
	talloc_free(asker);
	return cg_patience_note(patience, st);
}

/* The broker knows its caches with "KCM:" and without. */
enum cg_status cg_ask_ticket(struct cg_patience *patience,
			     TALLOC_CTX *mem_ctx, const char *residual,
			     struct cg_bytes server, struct cg_ask_ticket *out)
{
	const struct cg_client_make_ticket_in in = {
		.cache = { (const uint8_t *)residual, strlen(residual) },
		.server = server,
	};
	struct cg_client_error error = { 0 };
	enum cg_status st;

	*out = (struct cg_ask_ticket){ 0 };
	if (cg_patience_is_lost(patience)) {
		return CG_E_TIMEOUT;
	}
	st = cg_blocking_make_ticket(mem_ctx, &in, &out->out, &error);
	if (st == CG_E_KRB5) {
		out->krb5_code = error.krb5_code;
	}
	return cg_patience_note(patience, st);
}
