/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of the front's own. */
#ifndef CG_WINBIND_REPLY_H
#define CG_WINBIND_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"

#define CG_WB_AUTHENTICATE_MAX 16384U	/* as the contract says */
#define CG_WB_OWN_REPLY_MAX (4008U + CG_WB_AUTHENTICATE_MAX)
#define CG_WB_SESSION_KEY_LEN 16U

/* Each writes at most CG_WB_OWN_REPLY_MAX bytes and returns how many. */
size_t cg_wb_reply_ok(uint8_t *out);
/* What libwbclient shows: an NT status and its name. */
size_t cg_wb_reply_refused(uint8_t *out, enum cg_status st);
size_t cg_wb_reply_no_such_user(uint8_t *out);
size_t cg_wb_reply_text(uint8_t *out, const char *text);
/* 0: it does not fit. has_mic: the message has a MIC. */
size_t cg_wb_reply_ntlm(uint8_t *out, struct cg_bytes authenticate,
			struct cg_secret_bytes session_key, bool has_mic);

#endif
