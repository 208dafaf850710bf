/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See pac.h. The vault has opened the ticket that this came in, so a KDC has
 * made it; still it is read like what anybody sends. */
#include "isolated-helper/broker/pac.h"

#include "idl/cursor.h"

#define LOGON_INFO 1U
#define BUFFERS_MAX 64U
/* [MS-RPCE] 2.2.6: version 1, little endian, eight bytes long. */
#define SERIALISED 0x00081001U
#define TIMES_BEFORE 5U		/* of logon, logoff, kickoff, last set, can */
#define EPOCH_S UINT64_C(11644473600)	/* from 1601 to 1970 */
#define TICKS_PER_S UINT64_C(10000000)
#define NEVER UINT64_C(0x7fffffffffffffff)

static struct cg_bytes find_logon_info(struct cg_bytes pac)
{
	struct cg_reader r = cg_reader_of(pac.data, pac.len);
	uint32_t n = cg_reader_u32(&r);
	uint32_t version = cg_reader_u32(&r);

	for (uint32_t i = 0; version == 0 && i < n && i < BUFFERS_MAX; i++) {
		uint32_t kind = cg_reader_u32(&r);
		uint32_t len = cg_reader_u32(&r);
		uint64_t at = cg_reader_u64(&r);

		if (r.failed) {
			break;
		}
		if (kind == LOGON_INFO && at <= pac.len &&
		    len <= pac.len - at) {
			return (struct cg_bytes){ pac.data + at, len };
		}
	}
	return (struct cg_bytes){ 0 };
}

/* FILETIME: two halves, so that it lies at any multiple of four. */
static uint64_t filetime(struct cg_reader *r)
{
	uint64_t low = cg_reader_u32(r);
	uint64_t high = cg_reader_u32(r);

	return high << 32 | low;
}

uint64_t cg_pac_password_expires(struct cg_bytes pac)
{
	struct cg_bytes info = find_logon_info(pac);
	struct cg_reader r = cg_reader_of(info.data, info.len);
	uint32_t serialised = cg_reader_u32(&r);
	uint64_t when;

	(void)cg_reader_take(&r, 12);	/* filler; length; filler */
	(void)cg_reader_u32(&r);	/* of the pointer to it all */
	for (uint32_t i = 0; i < TIMES_BEFORE; i++) {
		(void)filetime(&r);
	}
	when = filetime(&r);
	if (r.failed || serialised != SERIALISED || when >= NEVER ||
	    when / TICKS_PER_S <= EPOCH_S) {
		return 0;
	}
	return when / TICKS_PER_S - EPOCH_S;
}
