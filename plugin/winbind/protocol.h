/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of winbindd's protocol the front must know. Requests and answers are C
 * structs of fixed sizes in the machine's own byte order, the same in both
 * versions; extra bytes may follow each. Versions differ in the numbers of
 * some commands. No function reads beyond the fixed part. */
#ifndef CG_WINBIND_PROTOCOL_H
#define CG_WINBIND_PROTOCOL_H

#include <stdint.h>

#include "idl/bytes.h"

#define CG_WB_REQUEST_LEN 2136U
#define CG_WB_REPLY_LEN 4008U
#define CG_WB_EXTRA_MAX 131072U		/* of a request */
#define CG_WB_TEXT_LEN 256U		/* of every text field, with its NUL */
#define CG_WB_REPLY_HEAD_LEN 12U	/* length, result, version */

#define CG_WB_DATA 320U			/* where a request's union begins */
#define CG_WB_REPLY_DATA 8U

/* No version is known yet; what may pass then means the same in all. */
#define CG_WB_VERSION_UNKNOWN 0U
#define CG_WB_VERSION_MIN 32U
#define CG_WB_VERSION_MAX 33U

enum cg_wb_kind {
	CG_WB_OTHER,		/* nothing that the front looks at */
	CG_WB_FORBIDDEN,	/* cannot be told in this version */
	CG_WB_INTERFACE_VERSION,
	CG_WB_PAM_AUTH,
	CG_WB_PAM_AUTH_CRAP,	/* judges somebody else's NTLM answer */
	CG_WB_PAM_CHAUTHTOK,
	CG_WB_PAM_LOGOFF,
	CG_WB_PRIV_PIPE_DIR,
	CG_WB_CCACHE_NTLMAUTH,
	CG_WB_CCACHE_SAVE,
	CG_WB_DOMAIN_INFO,	/* the front's own question */
};

enum cg_wb_result { CG_WB_ERROR = 0, CG_WB_OK = 2 };

enum cg_wb_kind cg_wb_kind(const uint8_t *request, uint32_t version);
/* The number of a command that the front sends itself. */
uint32_t cg_wb_command(enum cg_wb_kind kind, uint32_t version);

uint32_t cg_wb_u32(const uint8_t *message, uint32_t offset);
void cg_wb_set_u32(uint8_t *message, uint32_t offset, uint32_t value);
/* A text field up to its NUL, or whole where it has none. */
struct cg_bytes cg_wb_text(const uint8_t *message, uint32_t offset);

uint32_t cg_wb_extra_len(const uint8_t *request);

#endif
