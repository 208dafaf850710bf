/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/ntlm_messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define TARGET "EXAMPLE"

struct out {
	uint8_t *data;
	size_t len;
};

static void put(struct out *o, const void *data, size_t len)
{
	if (len > 0) {
		memcpy(o->data + o->len, data, len);
	}
	o->len += len;
}

static void put_int(struct out *o, uint64_t v, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		o->data[o->len++] = (uint8_t)(v >> 8 * i);
	}
}

static void put_field(struct out *o, size_t len, size_t offset)
{
	put_int(o, len, 2);
	put_int(o, len, 2);
	put_int(o, offset, 4);
}

uint64_t ntlm_filetime_now(void)
{
	return ((uint64_t)time(NULL) + 11644473600ULL) * 10000000ULL;
}

struct cg_bytes ntlm_text(const char *text)
{
	static uint8_t texts[8][2048];
	static unsigned int next;
	uint8_t *to = texts[next++ % 8];
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++) {
		to[2 * i] = (uint8_t)text[i];
		to[2 * i + 1] = 0;
	}
	return (struct cg_bytes){ to, 2 * len };
}

size_t ntlm_negotiate(uint32_t flags, uint8_t *out)
{
	struct out o = { out, 0 };

	put(&o, "NTLMSSP", 8);
	put_int(&o, 1, 4);
	put_int(&o, flags, 4);
	put_field(&o, 0, 0);
	put_field(&o, 0, 0);
	return o.len;
}

static void put_pair(struct out *o, uint16_t id, struct cg_bytes value)
{
	put_int(o, id, 2);
	put_int(o, value.len, 2);
	put(o, value.data, value.len);
}

static void put_usual_pairs(struct out *o, uint64_t filetime)
{
	put_pair(o, 2, ntlm_text("EXAMPLE"));
	put_pair(o, 1, ntlm_text("FS1"));
	put_pair(o, 4, ntlm_text("example.test"));
	put_pair(o, 3, ntlm_text("fs1.example.test"));
	put_int(o, 7, 2);
	put_int(o, 8, 2);
	put_int(o, filetime, 8);
}

static void put_pairs(struct out *o, const struct ntlm_challenge *c)
{
	if (c->pairs[0].id == 0) {
		put_usual_pairs(o, c->filetime);
	}
	for (size_t i = 0; i < NTLM_PAIRS_MAX && c->pairs[i].id != 0; i++) {
		const struct ntlm_pair *p = &c->pairs[i];

		put_pair(o, p->id, (struct cg_bytes){ p->data, p->len });
	}
	if (!c->without_end) {
		put_int(o, 0, 4);
	}
	for (size_t i = 0; i < c->more; i++) {
		put_int(o, 0, 1);
	}
}

size_t ntlm_challenge(const struct ntlm_challenge *c, uint8_t *out)
{
	struct cg_bytes name = ntlm_text(TARGET);
	size_t name_at = 48;
	struct out pairs = { out + name_at + name.len, 0 };
	struct out o = { out, 0 };

	put_pairs(&pairs, c);
	put(&o, "NTLMSSP", 8);
	put_int(&o, 2, 4);
	put_field(&o, name.len, name_at);
	put_int(&o, c->flags, 4);
	put(&o, c->server_challenge, 8);
	put_int(&o, 0, 8);
	put_field(&o, pairs.len, name_at + name.len);
	put(&o, name.data, name.len);
	return o.len + pairs.len;
}

struct cg_bytes ntlm_pair_of(struct cg_bytes response, unsigned int id,
			     unsigned int *n)
{
	struct cg_bytes found = { 0 };
	size_t at = 16 + 28;

	*n = 0;
	for (;;) {
		const uint8_t *p = response.data + at;
		size_t len = (size_t)p[2] | (size_t)p[3] << 8;

		assert_true(at + 4 + len <= response.len);
		if (p[0] == id && p[1] == 0) {
			found = (struct cg_bytes){ p + 4, len };
			++*n;
		}
		at += 4 + len;
		if (p[0] == 0 && p[1] == 0) {
			break;
		}
	}
	assert_int_equal(response.len - at, 4);
	return found;
}

struct cg_bytes ntlm_field(struct cg_bytes m, size_t at)
{
	size_t len = (size_t)m.data[at] | (size_t)m.data[at + 1] << 8;
	uint32_t offset;

	memcpy(&offset, m.data + at + 4, 4);
	assert_true(offset + len <= m.len);
	return (struct cg_bytes){ m.data + offset, len };
}
