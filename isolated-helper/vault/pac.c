/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/pac.h"

#include <stdbool.h>

#include "idl/cursor.h"

#define BUFFERS_MAX 64U
#define LOGON_INFO 1U		/* [MS-PAC] 2.4 */
#define STRING_MAX 65536U	/* characters */
#define GROUPS_MAX 8192U

/* Of KERB_VALIDATION_INFO, [MS-PAC] 2.5, in NDR. */
#define HEADERS_LEN 16U		/* [MS-RPCE] 2.2.6.1 and 2.2.6.2 */
#define TIMES_LEN 48U
#define N_STRINGS 6U
#define LENGTHS_LEN 4U		/* of a string, before its pointer */
#define COUNTS_LEN 4U		/* of logons */
#define REST_LEN 100U		/* after the groups' pointer */

struct fixed_part {
	bool has_string[N_STRINGS];
	uint32_t primary_group;
	uint32_t n_groups;
	bool has_groups;
};

/* A KDC that is none of Active Directory's has none to tell. */
static struct cg_bytes find_logon_info(struct cg_bytes pac, bool *is_absent)
{
	struct cg_reader r = cg_reader_of(pac.data, pac.len);
	uint32_t n = cg_reader_u32(&r);

	*is_absent = false;
	(void)cg_reader_u32(&r);	/* version */
	for (uint32_t i = 0; i < n && i < BUFFERS_MAX && !r.failed; i++) {
		uint32_t type = cg_reader_u32(&r);
		uint32_t size = cg_reader_u32(&r);
		uint64_t offset = cg_reader_u64(&r);

		if (r.failed || type != LOGON_INFO) {
			continue;
		}
		if (offset > pac.len || size > pac.len - offset) {
			return (struct cg_bytes){ 0 };
		}
		return (struct cg_bytes){ pac.data + offset, size };
	}
	*is_absent = !r.failed && n <= BUFFERS_MAX;
	return (struct cg_bytes){ 0 };
}

static void read_fixed_part(struct cg_reader *r, struct fixed_part *out)
{
	(void)cg_reader_take(r, HEADERS_LEN);
	r->failed |= cg_reader_u32(r) == 0;	/* the pointer to all of it */
	(void)cg_reader_take(r, TIMES_LEN);
	for (size_t i = 0; i < N_STRINGS; i++) {
		(void)cg_reader_take(r, LENGTHS_LEN);
		out->has_string[i] = cg_reader_u32(r) != 0;
	}
	(void)cg_reader_take(r, COUNTS_LEN);
	(void)cg_reader_u32(r);			/* the user's own RID */
	out->primary_group = cg_reader_u32(r);
	out->n_groups = cg_reader_u32(r);
	out->has_groups = cg_reader_u32(r) != 0;
	(void)cg_reader_take(r, REST_LEN);
}

/* What fills up to the next number may be anything. */
static void skip_padding(struct cg_reader *r)
{
	(void)cg_reader_take(r, (4 - r->pos % 4) % 4);
}

static void skip_string(struct cg_reader *r)
{
	uint32_t n_chars;

	skip_padding(r);
	(void)cg_reader_u32(r);		/* room */
	(void)cg_reader_u32(r);		/* offset */
	n_chars = cg_reader_u32(r);
	r->failed |= n_chars > STRING_MAX;
	(void)cg_reader_take(r, 2 * (size_t)n_chars);
}

static bool is_among_groups(struct cg_reader *r, uint32_t n, uint32_t rid)
{
	bool found = false;

	skip_padding(r);
	r->failed |= n > GROUPS_MAX || cg_reader_u32(r) != n;
	for (uint32_t i = 0; i < n && !r->failed; i++) {
		found |= cg_reader_u32(r) == rid;
		(void)cg_reader_u32(r);	/* attributes */
	}
	return found;
}

enum cg_pac_answer cg_pac_is_member(struct cg_bytes pac, uint32_t rid)
{
	bool is_absent;
	struct cg_bytes info = find_logon_info(pac, &is_absent);
	struct cg_reader r = cg_reader_of(info.data, info.len);
	struct fixed_part fixed = { 0 };
	bool found;

	if (pac.len == 0 || is_absent) {
		return CG_PAC_NO;
	}
	read_fixed_part(&r, &fixed);
	for (size_t i = 0; i < N_STRINGS; i++) {
		if (fixed.has_string[i]) {
			skip_string(&r);
		}
	}
	found = fixed.primary_group == rid;
	if (fixed.has_groups) {
		found |= is_among_groups(&r, fixed.n_groups, rid);
	}
	if (r.failed) {
		return CG_PAC_UNREADABLE;
	}
	return found ? CG_PAC_YES : CG_PAC_NO;
}
