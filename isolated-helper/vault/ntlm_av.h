/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The AV_PAIR list, [MS-NLMP] 2.2.2.1. */
#ifndef CG_VAULT_NTLM_AV_H
#define CG_VAULT_NTLM_AV_H

#include <stdint.h>

#include "idl/bytes.h"
#include "idl/cursor.h"
#include "idl/status.h"

enum cg_ntlm_av_id {
	CG_AV_EOL = 0,
	CG_AV_NB_COMPUTER = 1,
	CG_AV_NB_DOMAIN = 2,
	CG_AV_DNS_COMPUTER = 3,
	CG_AV_FLAGS = 6,
	CG_AV_TIMESTAMP = 7,
	CG_AV_SINGLE_HOST = 8,
	CG_AV_TARGET_NAME = 9,
	CG_AV_CHANNEL_BINDINGS = 10,
};

#define CG_AV_FLAG_MIC 0x2U

struct cg_ntlm_av {
	uint16_t id;
	struct cg_bytes value;
};

/* Takes one pair from the front of *rest. CG_E_INVALID: it is cut. */
CG_MUST_CHECK enum cg_status cg_ntlm_av_next(struct cg_bytes *rest,
					     struct cg_ntlm_av *out);
void cg_ntlm_av_put(struct cg_writer *w, enum cg_ntlm_av_id id,
		    struct cg_bytes value);

/* Integers of NTLM's messages: little endian, anywhere. The caller has
 * compared at with the length. */
uint32_t cg_ntlm_av_u16(const uint8_t *at);
uint32_t cg_ntlm_av_u32(const uint8_t *at);
void cg_ntlm_av_put_u16(struct cg_writer *w, uint32_t v);
void cg_ntlm_av_put_u32(struct cg_writer *w, uint32_t v);

#endif
