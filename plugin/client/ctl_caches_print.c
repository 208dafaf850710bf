/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of caches. */
#include "plugin/client/ctl_caches.h"

#include <inttypes.h>
#include <string.h>

#include "idl/cg_idl.h"
#include "plugin/client/ctl_table.h"
#include "plugin/client/ctl_ticket.h"
#include "plugin/client/ctl_time.h"
#include "plugin/client/ctl_user.h"
#include "plugin/client/krb5_principal.h"
#include "plugin/client/printable.h"

enum { N_CELLS = 8, N_WITHOUT_USER = 7, SHORT_NAME = 40 };

static const struct cg_ctl_table_column columns[N_CELLS] = {
	{ .title = "" },
	{ .title = "CACHE", .may_shrink = true },
	{ .title = "PRINCIPAL", .may_shrink = true },
	{ .title = "EXPIRES" },
	{ .title = "RENEW UNTIL" },
	{ .title = "TICKETS", .is_number = true },
	{ .title = "NTLM" },
	{ .title = "USER", .may_shrink = true },
};

static struct cg_ctl_table_cell expiry(TALLOC_CTX *mem_ctx,
				       const struct cg_client_list_out *cache,
				       uint64_t now)
{
	if (cache->has_tgt == 0) {
		return (struct cg_ctl_table_cell){ "no TGT", CG_TINT_WARN };
	}
	if (cg_ctl_ticket_has_expired(cache, now)) {
		return (struct cg_ctl_table_cell){ "expired", CG_TINT_BAD };
	}
	return (struct cg_ctl_table_cell){
		cg_ctl_time_text(mem_ctx, cache->endtime, now), CG_TINT_NONE,
	};
}

static const char *renewal(TALLOC_CTX *mem_ctx,
			   const struct cg_client_list_out *cache,
			   uint64_t now)
{
	if (!cg_ctl_ticket_may_renew(cache, now)) {
		return "-";
	}
	return cg_ctl_time_text(mem_ctx, cache->renew_till, now);
}

static bool add_row(struct cg_ctl_table *table,
		    const struct cg_client_list_out *cache, uint64_t now)
{
	TALLOC_CTX *frame = talloc_new(table);
	const struct cg_ctl_table_cell cells[N_CELLS] = {
		{ cache->is_default != 0 ? "*" : " ", CG_TINT_NONE },
		{ cg_printable(frame, cache->cache), CG_TINT_NONE },
		{ cg_principal_text(frame, cache->client), CG_TINT_NONE },
		expiry(frame, cache, now),
		{ renewal(frame, cache, now), CG_TINT_NONE },
		{ talloc_asprintf(frame, "%" PRIu32, cache->n_tickets),
		  CG_TINT_NONE },
		{ cache->has_ntlm != 0 ? "yes" : "-", CG_TINT_NONE },
		{ cg_ctl_user_text(frame, cache->uid), CG_TINT_NONE },
	};
	bool ok = cg_ctl_table_add(table, cells);

	talloc_free(frame);
	return ok;
}

static char *logon_text(char *name, const struct cg_client_list_out *cache)
{
	return talloc_asprintf(name, "credguardctl logon%s%s",
			       cache->is_default != 0 ? "" : " --cache ",
			       cache->is_default != 0 ? "" : name);
}

/* NULL: there is nothing to say. Names are whole where a command has them. */
static char *note(char *name, const struct cg_client_list_out *cache,
		  uint64_t now)
{
	if (cg_ctl_ticket_has_expired(cache, now) && cache->next_due != 0) {
		return talloc_asprintf(
			name, "%s has expired; there is a new one, by itself, "
			"when a domain controller answers", name);
	}
	if (cg_ctl_ticket_has_expired(cache, now)) {
		return talloc_asprintf(
			name, "%s has expired and cannot be renewed; sign in "
			"again: %s", name, logon_text(name, cache));
	}
	if (cg_ctl_ticket_ends(cache, now)) {
		return talloc_asprintf(
			name, "%s cannot be renewed, and there is no new one "
			"by itself when it expires; sign in again by then: %s",
			name, logon_text(name, cache));
	}
	if (cache->has_tgt == 0 || cache->next_due == 0) {
		return NULL;
	}
	return talloc_asprintf(name, "%.*s%s is %s by itself, next at %s",
			       SHORT_NAME, name,
			       strlen(name) > SHORT_NAME ? "..." : "",
			       cache->reacquires != 0 ? "got anew" : "renewed",
			       cg_ctl_time_text(name, cache->next_due, now));
}

static void print_note(FILE *file, const struct cg_client_list_out *cache,
		       uint64_t now, size_t width)
{
	char *name = cg_printable(NULL, cache->cache);
	char *text = note(name, cache, now);
	char *lines;

	lines = text == NULL ? NULL : cg_ctl_wrapped(name, text, 2, width);
	if (lines != NULL) {
		(void)fprintf(file, "%s\n", lines);
	}
	talloc_free(name);
}

bool cg_ctl_caches_print(const struct cg_ctl_caches *caches, bool with_users,
			 FILE *file, size_t width)
{
	uint64_t now = cg_ctl_time_now();
	struct cg_ctl_table *table;
	bool ok;

	table = cg_ctl_table_new(NULL, columns,
				 with_users ? N_CELLS : N_WITHOUT_USER);
	ok = table != NULL;
	for (size_t i = 0; ok && i < caches->n; i++) {
		ok = add_row(table, &caches->of[i], now);
	}
	if (ok) {
		cg_ctl_table_print(table, file, width);
	}
	talloc_free(table);
	for (size_t i = 0; ok && i < caches->n; i++) {
		print_note(file, &caches->of[i], now, width);
	}
	return ok;
}
