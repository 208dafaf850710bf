/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See sealed_record.h. */
#include "isolated-helper/launch/sealed_record.h"

#include <stdlib.h>
#include <string.h>

#include "isolated-helper/launch/ledger.h"
#include "isolated-helper/launch/sealing.h"

/* CG_LEDGER_RECORDS: no such. */
static size_t find(const struct cg_ledger *ledger, const char *name)
{
	size_t i = 0;

	while (i < CG_LEDGER_RECORDS &&
	       strcmp(ledger->records[i].name, name) != 0) {
		i++;
	}
	return i;
}

enum cg_status cg_sealed_record_read(const struct cg_sealing *sealing,
				     const char *name, struct cg_bytes *out)
{
	size_t i = find(&sealing->ledger, name);

	*out = (struct cg_bytes){ 0 };
	if (!sealing->is_open) {
		return CG_E_DENIED;
	}
	if (i == CG_LEDGER_RECORDS) {
		return sealing->is_lost ? CG_E_CRYPTO : CG_E_NOT_FOUND;
	}
	*out = (struct cg_bytes){ sealing->ledger.records[i].data,
				  sealing->ledger.records[i].len };
	return CG_OK;
}

static void set(struct cg_ledger_record *at, const char *name,
		struct cg_bytes record)
{
	*at = (struct cg_ledger_record){ 0 };
	if (record.len == 0) {
		return;
	}
	memcpy(at->name, name, strlen(name));
	memcpy(at->data, record.data, record.len);
	at->len = record.len;
}

enum cg_status cg_sealed_record_write(struct cg_sealing *sealing,
				      const char *name,
				      struct cg_bytes record)
{
	size_t i = find(&sealing->ledger, name);
	struct cg_ledger_record *old;
	enum cg_status st;

	if (!sealing->is_open) {
		return CG_E_DENIED;
	}
	if (i == CG_LEDGER_RECORDS) {
		i = find(&sealing->ledger, "");
	}
	if (i == CG_LEDGER_RECORDS || name[0] == '\0' ||
	    strlen(name) > CG_SEALED_RECORD_NAME_MAX ||
	    record.len > CG_SEALED_RECORD_MAX) {
		return CG_E_LIMIT;
	}
	old = malloc(sizeof(*old));
	if (old == NULL) {
		return CG_E_NO_MEMORY;
	}
	*old = sealing->ledger.records[i];
	set(&sealing->ledger.records[i], name, record);
	st = cg_sealing_commit(sealing);
	if (st != CG_OK) {
		sealing->ledger.records[i] = *old;
	}
	free(old);
	return st;
}
