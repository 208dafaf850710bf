/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two cursors of the wire. Both are sticky: after the first failure every
 * call returns nothing, and finish tells. Neither allocates.
 * The plain integers are little endian and aligned to their size from the
 * start of the cursor (NDR); the _be ones are big endian and unaligned (KCM
 * and ccache formats). Padding read must be zero; padding written is.
 */
#ifndef CG_IDL_CURSOR_H
#define CG_IDL_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_reader {
	const uint8_t *data;
	size_t len;
	size_t pos;
	bool failed;
};

struct cg_reader cg_reader_of(const uint8_t *data, size_t len);
uint8_t cg_reader_u8(struct cg_reader *r);
uint16_t cg_reader_u16_be(struct cg_reader *r);
uint32_t cg_reader_u32(struct cg_reader *r);
uint32_t cg_reader_u32_be(struct cg_reader *r);
uint64_t cg_reader_u64(struct cg_reader *r);
/* n bytes of the message in place; NULL and failure when fewer are left. */
const uint8_t *cg_reader_take(struct cg_reader *r, size_t n);
/* A big-endian uint32 length of at most max, and as many bytes. */
struct cg_bytes cg_reader_counted_be(struct cg_reader *r, size_t max);
/* CG_OK only when nothing failed and nothing is left. */
CG_MUST_CHECK enum cg_status cg_reader_finish(const struct cg_reader *r);

struct cg_writer {
	uint8_t *data;
	size_t cap;
	size_t len;
	bool failed;
};

struct cg_writer cg_writer_of(uint8_t *data, size_t cap);
void cg_writer_u8(struct cg_writer *w, uint8_t v);
void cg_writer_u16_be(struct cg_writer *w, uint16_t v);
void cg_writer_u32(struct cg_writer *w, uint32_t v);
void cg_writer_u32_be(struct cg_writer *w, uint32_t v);
void cg_writer_u64(struct cg_writer *w, uint64_t v);
void cg_writer_bytes(struct cg_writer *w, const uint8_t *data, size_t len);
void cg_writer_counted_be(struct cg_writer *w, struct cg_bytes b);
/* CG_E_LIMIT when it did not fit; *out_len is then 0. */
CG_MUST_CHECK enum cg_status cg_writer_finish(const struct cg_writer *w,
					      size_t *out_len);

#endif
