/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ctl_sessions.h. */
#include "plugin/client/ctl_sessions.h"

#include <inttypes.h>
#include <jansson.h>

#include "idl/cg_idl.h"
#include "plugin/client/calls.h"
#include "plugin/client/ctl.h"
#include "plugin/client/ctl_json.h"
#include "plugin/client/ctl_table.h"
#include "plugin/client/ctl_terminal.h"
#include "plugin/client/ctl_time.h"
#include "plugin/client/ctl_user.h"
#include "plugin/client/printable.h"

enum { N_CELLS = 5 };

static const struct cg_ctl_table_column columns[N_CELLS] = {
	{ .title = "SESSION", .is_number = true },
	{ .title = "USER", .may_shrink = true },
	{ .title = "SINCE" },
	{ .title = "SERVICE", .may_shrink = true },
	{ .title = "PROCESS", .is_number = true },
};

/* Where the answers go; one of the two is NULL. */
struct output {
	struct cg_ctl_table *table;
	json_t *list;
	size_t n;
};

static bool add_row(struct cg_ctl_table *table,
		    const struct cg_client_list_session_out *s)
{
	TALLOC_CTX *frame = talloc_new(table);
	const struct cg_ctl_table_cell cells[N_CELLS] = {
		{ talloc_asprintf(frame, "%" PRIu64, s->session),
		  CG_TINT_NONE },
		{ cg_ctl_user_text(frame, s->uid), CG_TINT_NONE },
		{ cg_ctl_time_text(frame, s->opened, cg_ctl_time_now()),
		  CG_TINT_NONE },
		{ cg_printable(frame, s->service), CG_TINT_NONE },
		{ talloc_asprintf(frame, "%" PRIu32, s->leader),
		  CG_TINT_NONE },
	};
	bool ok = cg_ctl_table_add(table, cells);

	talloc_free(frame);
	return ok;
}

static bool add_json(json_t *list, const struct cg_client_list_session_out *s)
{
	static const char *const waiting[] = {
		[CG_WAITING_NO] = "no",
		[CG_WAITING_FOR_KDC] = "yes",
		[CG_WAITING_REFUSED] = "refused",
	};
	char *service = cg_printable(NULL, s->service);
	json_t *value = json_pack(
		"{s:o, s:o, s:o, s:s, s:o, s:s}",
		"session", cg_ctl_json_number(s->session),
		"uid", cg_ctl_json_number(s->uid),
		"opened", cg_ctl_json_time(s->opened),
		"service", service == NULL ? "" : service,
		"process", cg_ctl_json_number(s->leader),
		"waiting", waiting[s->waiting]);

	talloc_free(service);
	return json_array_append_new(list, value) == 0;
}

static bool add(struct output *out,
		const struct cg_client_list_session_out *s)
{
	out->n++;
	return out->list != NULL ? add_json(out->list, s)
				 : add_row(out->table, s);
}

static enum cg_status fetch_next(struct cg_ctl *ctl, TALLOC_CTX *mem_ctx,
				 struct cg_client_list_session_in *in,
				 struct cg_client_list_session_out *out)
{
	struct tevent_req *req;
	enum cg_status st;

	req = cg_call_client_list_session_send(ctl, ctl->ev, ctl->client, in);
	st = cg_ctl_wait(ctl, req);
	if (st == CG_OK) {
		st = cg_call_client_list_session_recv(req, mem_ctx, out,
						      &ctl->error);
	}
	talloc_free(req);
	if (st != CG_OK) {
		return st;
	}
	/* A broker that goes in circles must not keep us. */
	if (out->session <= in->after) {
		return cg_client_error_set(&ctl->error, CG_STAGE_CALL,
					   CG_E_PROTO, NULL, NULL);
	}
	in->after = out->session;
	return CG_OK;
}

static enum cg_status fetch_all(struct cg_ctl *ctl, bool all,
				struct output *out)
{
	struct cg_client_list_session_in in = { .all = all ? 1 : 0 };
	struct cg_client_list_session_out next;
	enum cg_status st = CG_OK;

	while (st == CG_OK) {
		TALLOC_CTX *frame = talloc_new(ctl);

		st = fetch_next(ctl, frame, &in, &next);
		if (st == CG_OK && !add(out, &next)) {
			st = cg_client_error_set(&ctl->error, CG_STAGE_LOCAL,
						 CG_E_NO_MEMORY, NULL, NULL);
		}
		talloc_free(frame);
	}
	return st == CG_E_NOT_FOUND ? CG_OK : st;
}

uint32_t cg_ctl_sessions_waiting(struct cg_ctl *ctl)
{
	struct cg_client_list_session_in in = { .all = 0 };
	struct cg_client_list_session_out next;
	TALLOC_CTX *frame = talloc_new(ctl);
	uint32_t waiting = CG_WAITING_NO;

	/* It is the same for all of them. */
	if (fetch_next(ctl, frame, &in, &next) == CG_OK) {
		waiting = next.waiting;
	}
	talloc_free(frame);
	return waiting;
}

static int print(const struct output *out)
{
	if (out->list != NULL) {
		return cg_ctl_json_print(json_pack("{s:O}", "sessions",
						   out->list));
	}
	if (out->n == 0) {
		(void)puts("no logon sessions");
		return CG_EXIT_OK;
	}
	cg_ctl_table_print(out->table, stdout, cg_ctl_width(stdout));
	return CG_EXIT_OK;
}

int cg_ctl_sessions_list(struct cg_ctl *ctl, bool all, bool json)
{
	struct output out = {
		.list = json ? json_array() : NULL,
		.table = json ? NULL : cg_ctl_table_new(ctl, columns,
							N_CELLS),
	};
	int code;

	if (out.list == NULL && out.table == NULL) {
		cg_ctl_complain("out of memory");
		return CG_EXIT_FAILURE;
	}
	code = fetch_all(ctl, all, &out) == CG_OK ? print(&out)
						  : cg_ctl_failed(ctl, NULL);
	json_decref(out.list);
	talloc_free(out.table);
	return code;
}
