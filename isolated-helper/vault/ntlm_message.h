/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NEGOTIATE and CHALLENGE, [MS-NLMP] 2.2.1.1 and 2.2.1.2, read within their
 * bounds. CG_E_INVALID: no such message. CG_E_DENIED: one that leads to
 * something else than NTLMv2 with a MIC, or that a server since 2008 would
 * not send: somebody on the way took something out.
 */
#ifndef CG_VAULT_NTLM_MESSAGE_H
#define CG_VAULT_NTLM_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"

enum cg_ntlm_flag {
	CG_NTLM_UNICODE = 0x00000001,
	CG_NTLM_OEM = 0x00000002,
	CG_NTLM_REQUEST_TARGET = 0x00000004,
	CG_NTLM_DATAGRAM = 0x00000040,
	CG_NTLM_LM_KEY = 0x00000080,
	CG_NTLM_NTLM = 0x00000200,
	CG_NTLM_EXTENDED_SECURITY = 0x00080000,
	CG_NTLM_TARGET_INFO = 0x00800000,
	CG_NTLM_VERSION = 0x02000000,
	CG_NTLM_KEY_EXCH = 0x40000000,
};

#define CG_NTLM_CHALLENGE_LEN 8U

struct cg_ntlm_negotiate {
	uint32_t flags;
};

/* Views of the message. The names are UTF-16, empty when they are not there.
 */
struct cg_ntlm_challenge {
	uint32_t flags;
	const uint8_t *server_challenge;
	struct cg_bytes target_info;
	struct cg_bytes nb_computer;
	struct cg_bytes nb_domain;
	struct cg_bytes dns_computer;
	struct cg_bytes timestamp;	/* 8 bytes: FILETIME */
	uint32_t av_flags;
};

CG_MUST_CHECK enum cg_status cg_ntlm_message_negotiate(
	struct cg_bytes message, struct cg_ntlm_negotiate *out);
CG_MUST_CHECK enum cg_status cg_ntlm_message_challenge(
	struct cg_bytes message, struct cg_ntlm_challenge *out);

#endif
