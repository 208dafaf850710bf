/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8 as RFC 3629 has it, without control characters. */
#include "plugin/client/printable.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct sequence {
	uint8_t lead_mask;
	uint8_t lead;
	uint32_t lowest;	/* a shorter one would do below this */
};

static const struct sequence sequences[] = {
	{ 0x80, 0x00, 0x20 },
	{ 0xe0, 0xc0, 0xa0 },	/* U+0080 to U+009F are controls */
	{ 0xf0, 0xe0, 0x800 },
	{ 0xf8, 0xf0, 0x10000 },
};

/* Marks that turn or hide text: zero width, embeddings, overrides,
 * isolates, the byte order mark. */
static bool is_deceptive(uint32_t c)
{
	return (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

static bool may_be_shown(uint32_t c, const struct sequence *s)
{
	return c >= s->lowest && c != 0x7f && c <= 0x10ffff &&
	       !(c >= 0xd800 && c <= 0xdfff) && !is_deceptive(c);
}

/* Whether the first extra + 1 bytes are one character of this length. */
static bool is_shown(struct cg_bytes in, size_t extra)
{
	const struct sequence *s = &sequences[extra];
	uint32_t c = in.data[0] & (uint8_t)~s->lead_mask;

	if (in.len <= extra || (in.data[0] & s->lead_mask) != s->lead) {
		return false;
	}
	for (size_t i = 1; i <= extra; i++) {
		if ((in.data[i] & 0xc0) != 0x80) {
			return false;
		}
		c = (c << 6) | (in.data[i] & 0x3f);
	}
	return may_be_shown(c, s);
}

/* Bytes of the character at the start, 0 when it must be escaped. */
static size_t shown_length(struct cg_bytes in)
{
	for (size_t extra = 0; extra < 4; extra++) {
		if (is_shown(in, extra)) {
			return extra + 1;
		}
	}
	return 0;
}

static char *append_character(char *text, struct cg_bytes character,
			      const char *quoted)
{
	if (strchr(quoted, character.data[0]) != NULL) {
		text = talloc_strdup_append_buffer(text, "\\");
	}
	/* talloc takes text as char. */
	return talloc_strndup_append_buffer(
		text, (const char *)character.data, character.len);
}

char *cg_printable_append(char *text, struct cg_bytes name,
			  const char *quoted)
{
	size_t n;

	while (text != NULL && name.len > 0) {
		n = shown_length(name);
		if (n == 0) {
			text = talloc_asprintf_append_buffer(
				text, "\\x%02x", name.data[0]);
			n = 1;
		} else {
			text = append_character(
				text, (struct cg_bytes){ name.data, n },
				quoted);
		}
		name.data += n;
		name.len -= n;
	}
	return text;
}

char *cg_printable(TALLOC_CTX *mem_ctx, struct cg_bytes name)
{
	return cg_printable_append(talloc_strdup(mem_ctx, ""), name, "");
}

size_t cg_printable_width(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		/* Bytes that continue a character add no column. */
		if (((unsigned char)*text & 0xc0) != 0x80) {
			n++;
		}
	}
	return n;
}
