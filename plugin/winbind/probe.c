/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See probe.h; [MS-NLMP] 2.2.1. */
#include "plugin/winbind/probe.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "idl/cursor.h"

#define USER_FIELD 36U
#define PAYLOAD 48U		/* of a CHALLENGE without a version */
#define FILETIME_PER_S 10000000ULL
#define FILETIME_OF_1970_S 11644473600ULL

enum {			/* NEGOTIATE flags */
	UNICODE = 0x1,
	NTLM = 0x200,
	EXTENDED_SECURITY = 0x80000,
	TARGET_INFO = 0x800000,
};

enum { AV_EOL, AV_NB_COMPUTER, AV_NB_DOMAIN, AV_TIMESTAMP = 7 };

struct cg_bytes cg_probe_negotiate(void)
{
	static const uint8_t message[32] = {
		'N', 'T', 'L', 'M', 'S', 'S', 'P', 0, 1, 0, 0, 0,
		UNICODE, NTLM >> 8, EXTENDED_SECURITY >> 16, 0,
	};

	return (struct cg_bytes){ message, sizeof(message) };
}

static void put_pair(struct cg_writer *w, uint8_t id, const uint8_t *value,
		     uint8_t len)
{
	cg_writer_u8(w, id);
	cg_writer_u8(w, 0);
	cg_writer_u8(w, len);
	cg_writer_u8(w, 0);
	cg_writer_bytes(w, value, len);
}

static void put_info(struct cg_writer *w)
{
	static const uint8_t name[] = { 'P', 0, 'R', 0, 'O', 0, 'B', 0, 'E',
					0 };
	/* The cast: it is not before 1970. */
	uint64_t now = ((uint64_t)time(NULL) + FILETIME_OF_1970_S) *
		       FILETIME_PER_S;
	uint8_t stamp[8];

	for (unsigned int i = 0; i < sizeof(stamp); i++) {
		stamp[i] = (uint8_t)(now >> (8 * i));
	}
	put_pair(w, AV_NB_DOMAIN, name, sizeof(name));
	put_pair(w, AV_NB_COMPUTER, name, sizeof(name));
	put_pair(w, AV_TIMESTAMP, stamp, sizeof(stamp));
	put_pair(w, AV_EOL, NULL, 0);
}

enum cg_status cg_probe_challenge(uint8_t *out, size_t *len)
{
	uint8_t info[CG_PROBE_LEN - PAYLOAD] = { 0 };
	uint8_t challenge[8];
	struct cg_writer pairs = cg_writer_of(info, sizeof(info));
	struct cg_writer w = cg_writer_of(out, CG_PROBE_LEN);
	static const uint8_t zeros[8];

	*len = 0;
	if (getrandom(challenge, sizeof(challenge), 0) !=
	    (ssize_t)sizeof(challenge)) {
		return CG_E_SYSTEM;
	}
	put_info(&pairs);
	cg_writer_bytes(&w, (const uint8_t *)"NTLMSSP", 8);
	cg_writer_u32(&w, 2);
	cg_writer_u32(&w, 0);			/* no target name */
	cg_writer_u32(&w, PAYLOAD);
	cg_writer_u32(&w, UNICODE | NTLM | EXTENDED_SECURITY | TARGET_INFO);
	cg_writer_bytes(&w, challenge, sizeof(challenge));
	cg_writer_bytes(&w, zeros, sizeof(zeros));
	cg_writer_u8(&w, (uint8_t)pairs.len);
	cg_writer_u8(&w, 0);
	cg_writer_u8(&w, (uint8_t)pairs.len);
	cg_writer_u8(&w, 0);
	cg_writer_u32(&w, PAYLOAD);
	cg_writer_bytes(&w, info, pairs.len);
	return pairs.failed ? CG_E_LIMIT : cg_writer_finish(&w, len);
}

struct cg_bytes cg_probe_user(struct cg_bytes authenticate)
{
	const struct cg_bytes m = authenticate;
	struct cg_reader r;
	uint32_t lens, offset;
	size_t len;

	if (m.len < USER_FIELD + 8) {
		return (struct cg_bytes){ 0 };
	}
	r = cg_reader_of(m.data + USER_FIELD, 8);
	lens = cg_reader_u32(&r);
	offset = cg_reader_u32(&r);
	len = lens & 0xffff;
	if (offset > m.len || len > m.len - offset) {
		return (struct cg_bytes){ 0 };
	}
	return (struct cg_bytes){ m.data + offset, len };
}
