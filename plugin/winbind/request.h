/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is to be done with a client's request. */
#ifndef CG_WINBIND_REQUEST_H
#define CG_WINBIND_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "plugin/winbind/protocol.h"

enum cg_wb_way {
	CG_WB_HANG_UP,
	CG_WB_PASS,		/* on to winbindd */
	CG_WB_ANSWER,		/* by the front itself */
};

struct cg_wb_verdict {
	enum cg_wb_way way;
	enum cg_wb_kind kind;
	uint32_t extra_len;	/* bytes that follow the fixed part */
};

/* Changes of a request what would make winbindd keep a password. */
struct cg_wb_verdict cg_wb_judge(uint8_t *request, uint32_t version);

/* Of CCACHE_NTLMAUTH: its two messages, within the extra bytes. */
struct cg_wb_ntlm {
	uint32_t uid;		/* as claimed */
	struct cg_bytes user;
	struct cg_bytes negotiate;
	struct cg_bytes challenge;
};

bool cg_wb_ntlm_of(const uint8_t *request, struct cg_bytes extra,
		   struct cg_wb_ntlm *out);

struct cg_wb_save {
	uint32_t uid;
	struct cg_bytes user;
	struct cg_secret_bytes password;
};

struct cg_wb_save cg_wb_save_of(const uint8_t *request);
uint32_t cg_wb_logoff_uid(const uint8_t *request);

#endif
