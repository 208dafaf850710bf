/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See policy_record.h. */
#include "isolated-helper/launch/policy_record.h"

#include <string.h>

#define VERSION 1U
#define WORD_MAX 32U

static struct cg_bytes bytes_of(const char *text)
{
	return (struct cg_bytes){ (const uint8_t *)text, strlen(text) };
}

enum cg_status cg_policy_record_write(
	const struct cg_policy_strength *strength, struct cg_bytes rules,
	uint8_t *out, size_t cap, size_t *len)
{
	struct cg_writer w = cg_writer_of(out, cap);

	*len = 0;
	cg_writer_u8(&w, VERSION);
	cg_writer_u8(&w, CG_POLICY_SCALES);
	for (size_t i = 0; i < CG_POLICY_SCALES; i++) {
		const struct cg_policy_scale *s = cg_policy_strength_scale(i);

		cg_writer_counted_be(&w, bytes_of(s->section));
		cg_writer_counted_be(&w, bytes_of(s->name));
		cg_writer_u32_be(&w, strength->of[i]);
	}
	cg_writer_bytes(&w, rules.data, rules.len);
	return cg_writer_finish(&w, len) == CG_OK ? CG_OK : CG_E_LIMIT;
}

static bool is_text(struct cg_bytes a, const char *b)
{
	return a.len == strlen(b) && memcmp(a.data, b, a.len) == 0;
}

static void take(struct cg_policy_strength *strength,
		 struct cg_bytes section, struct cg_bytes name, uint32_t value)
{
	for (size_t i = 0; i < CG_POLICY_SCALES; i++) {
		const struct cg_policy_scale *s = cg_policy_strength_scale(i);

		if (is_text(section, s->section) && is_text(name, s->name)) {
			strength->of[i] = value;
		}
	}
}

enum cg_status cg_policy_record_read(struct cg_bytes record,
				     struct cg_policy_strength *strength,
				     struct cg_bytes *rules)
{
	struct cg_reader r = cg_reader_of(record.data, record.len);
	uint8_t version = cg_reader_u8(&r);
	uint8_t n = cg_reader_u8(&r);

	*rules = (struct cg_bytes){ 0 };
	cg_policy_strength_preset(strength);
	for (unsigned int i = 0; i < n && !r.failed; i++) {
		struct cg_bytes section = cg_reader_counted_be(&r, WORD_MAX);
		struct cg_bytes name = cg_reader_counted_be(&r, WORD_MAX);
		uint32_t value = cg_reader_u32_be(&r);

		if (!r.failed) {
			take(strength, section, name, value);
		}
	}
	if (r.failed || version != VERSION) {
		return CG_E_INVALID;
	}
	rules->data = record.data + r.pos;
	rules->len = record.len - r.pos;
	return cg_policy_check(*rules);
}
