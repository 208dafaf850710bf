/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking for the verifiers, one after the other, and showing them. */
#include "plugin/client/ctl_offline.h"

#include <inttypes.h>

#include "idl/cg_idl.h"
#include "plugin/client/calls.h"
#include "plugin/client/ctl.h"
#include "plugin/client/ctl_json.h"
#include "plugin/client/ctl_table.h"
#include "plugin/client/ctl_time.h"
#include "plugin/client/krb5_principal.h"
#include "plugin/client/printable.h"

enum { N_CELLS = 6 };

static const struct cg_ctl_table_column columns[N_CELLS] = {
	{ .title = "UID", .is_number = true },
	{ .title = "PRINCIPAL", .may_shrink = true },
	{ .title = "LAST USE" },
	{ .title = "EXPIRES" },
	{ .title = "FAILED", .is_number = true },
	{ .title = "STATE", .may_shrink = true },
};

static enum cg_status fetch_next(struct cg_ctl *ctl, TALLOC_CTX *mem_ctx,
				 uint32_t from_uid,
				 struct cg_client_list_offline_out *out)
{
	const struct cg_client_list_offline_in in = { .from_uid = from_uid };
	struct tevent_req *req = cg_call_client_list_offline_send(
		ctl, ctl->ev, ctl->client, &in);
	enum cg_status st = cg_ctl_wait(ctl, req);

	if (st == CG_OK) {
		st = cg_call_client_list_offline_recv(req, mem_ctx, out,
						      &ctl->error);
	}
	talloc_free(req);
	return st;
}

static enum cg_status add(struct cg_ctl_offline *list, TALLOC_CTX *mem_ctx,
			  const struct cg_client_list_offline_out *next)
{
	struct cg_client_list_offline_out *more = talloc_realloc_size(
		mem_ctx, list->of, (list->n + 1) * sizeof(*more));

	if (more == NULL) {
		return CG_E_NO_MEMORY;
	}
	more[list->n] = *next;
	list->of = more;
	list->n++;
	return CG_OK;
}

enum cg_status cg_ctl_offline_fetch(struct cg_ctl *ctl, TALLOC_CTX *mem_ctx,
				    struct cg_ctl_offline *out)
{
	struct cg_client_list_offline_out next;
	uint32_t from = 0;
	enum cg_status st;

	*out = (struct cg_ctl_offline){ 0 };
	for (;;) {
		st = fetch_next(ctl, mem_ctx, from, &next);
		if (st != CG_OK) {
			return st == CG_E_NOT_FOUND ? CG_OK : st;
		}
		/* A broker that goes in circles must not keep us. */
		if (next.uid < from) {
			return cg_client_error_set(&ctl->error, CG_STAGE_CALL,
						   CG_E_PROTO, NULL, NULL);
		}
		st = add(out, mem_ctx, &next);
		if (st != CG_OK) {
			return cg_client_error_set(&ctl->error, CG_STAGE_LOCAL,
						   st, NULL, NULL);
		}
		if (next.uid == UINT32_MAX) {
			return CG_OK;
		}
		from = next.uid + 1;
	}
}

static const char *state_of(const struct cg_client_list_offline_out *v,
			    uint64_t now)
{
	if (v->is_usable == 0) {
		return "of no use";
	}
	if (v->expires != 0 && v->expires <= now) {
		return "expired";
	}
	return v->locked_until > now ? "locked" : "good";
}

static bool add_row(struct cg_ctl_table *table,
		    const struct cg_client_list_offline_out *v, uint64_t now)
{
	TALLOC_CTX *frame = talloc_new(table);
	const char *state = state_of(v, now);
	bool is_known = v->is_usable != 0;
	const struct cg_ctl_table_cell cells[N_CELLS] = {
		{ talloc_asprintf(frame, "%" PRIu32, v->uid), CG_TINT_NONE },
		{ is_known ? cg_principal_text(frame, v->client) : "-",
		  CG_TINT_NONE },
		{ cg_ctl_time_text(frame, v->last_use, now), CG_TINT_NONE },
		{ cg_ctl_time_text(frame, v->expires, now), CG_TINT_NONE },
		{ talloc_asprintf(frame, "%" PRIu32, v->n_failures),
		  CG_TINT_NONE },
		{ state, state[0] == 'g' ? CG_TINT_NONE : CG_TINT_WARN },
	};
	bool ok = cg_ctl_table_add(table, cells);

	talloc_free(frame);
	return ok;
}

bool cg_ctl_offline_print(const struct cg_ctl_offline *list, FILE *file,
			  size_t width)
{
	struct cg_ctl_table *table = cg_ctl_table_new(NULL, columns, N_CELLS);
	uint64_t now = cg_ctl_time_now();
	bool ok = table != NULL;

	for (size_t i = 0; ok && i < list->n; i++) {
		ok = add_row(table, &list->of[i], now);
	}
	if (ok) {
		cg_ctl_table_print(table, file, width);
	}
	talloc_free(table);
	return ok;
}

static json_t *one_json(const struct cg_client_list_offline_out *v,
			uint64_t now)
{
	TALLOC_CTX *frame = talloc_new(NULL);
	const char *principal = cg_principal_text(frame, v->client);
	const char *sid = cg_printable(frame, v->sid);
	const char *domain = cg_printable(frame, v->domain);
	json_t *value;

	if (v->is_usable == 0) {
		principal = "";
	}
	value = json_pack(
		"{s:o, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}",
		"uid", cg_ctl_json_number(v->uid),
		"state", state_of(v, now),
		"principal", principal == NULL ? "" : principal,
		"sid", sid == NULL ? "" : sid,
		"domain", domain == NULL ? "" : domain,
		"made", cg_ctl_json_time(v->made),
		"last_use", cg_ctl_json_time(v->last_use),
		"expires", cg_ctl_json_time(v->expires),
		"locked_until", cg_ctl_json_time(v->locked_until),
		"failures", cg_ctl_json_number(v->n_failures));
	talloc_free(frame);
	return value;
}

json_t *cg_ctl_offline_json(const struct cg_ctl_offline *list, uint64_t now)
{
	json_t *array = json_array();

	for (size_t i = 0; array != NULL && i < list->n; i++) {
		if (json_array_append_new(array, one_json(&list->of[i],
							  now)) != 0) {
			json_decref(array);
			array = NULL;
		}
	}
	return json_pack("{s:o}", "verifiers", array);
}
