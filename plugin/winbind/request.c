/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See request.h. */
#include "plugin/winbind/request.h"

#include <string.h>

#define FLAGS 20U
#define CACHED_LOGIN 0x4000U

enum offset {		/* within a request */
	AUTH_CC_TYPE = CG_WB_DATA + 1536,
	LOGOFF_UID = CG_WB_DATA + 512,
	NTLM_UID = CG_WB_DATA,
	NTLM_USER = CG_WB_DATA + 4,
	NTLM_NEGOTIATE_LEN = CG_WB_DATA + 260,
	NTLM_CHALLENGE_LEN = CG_WB_DATA + 264,
	SAVE_UID = CG_WB_DATA,
	SAVE_USER = CG_WB_DATA + 4,
	SAVE_PASSWORD = CG_WB_DATA + 260,
};

/* With this flag winbindd keeps password and NT hash for later. */
static void keep_nothing(uint8_t *request)
{
	cg_wb_set_u32(request, FLAGS,
		      cg_wb_u32(request, FLAGS) & ~CACHED_LOGIN);
}

/* Without a type winbindd's ticket lives in memory, and for this call. */
static void write_no_cache(uint8_t *request)
{
	memset(request + AUTH_CC_TYPE, 0, CG_WB_TEXT_LEN);
}

static enum cg_wb_way way_of(enum cg_wb_kind kind, uint8_t *request)
{
	switch (kind) {
	case CG_WB_FORBIDDEN:
		return CG_WB_HANG_UP;
	case CG_WB_PAM_AUTH:
		keep_nothing(request);
		write_no_cache(request);
		return CG_WB_PASS;
	case CG_WB_PAM_CHAUTHTOK:
		keep_nothing(request);
		return CG_WB_PASS;
	case CG_WB_PAM_LOGOFF:
	case CG_WB_PRIV_PIPE_DIR:
	case CG_WB_CCACHE_NTLMAUTH:
	case CG_WB_CCACHE_SAVE:
		return CG_WB_ANSWER;
	case CG_WB_OTHER:
	case CG_WB_PAM_AUTH_CRAP:
	case CG_WB_INTERFACE_VERSION:
	case CG_WB_DOMAIN_INFO:
		break;
	}
	return CG_WB_PASS;
}

struct cg_wb_verdict cg_wb_judge(uint8_t *request, uint32_t version)
{
	struct cg_wb_verdict v = {
		.way = CG_WB_HANG_UP,
		.kind = cg_wb_kind(request, version),
		.extra_len = cg_wb_extra_len(request),
	};

	if (cg_wb_u32(request, 0) == CG_WB_REQUEST_LEN &&
	    v.extra_len <= CG_WB_EXTRA_MAX) {
		v.way = way_of(v.kind, request);
	}
	return v;
}

bool cg_wb_ntlm_of(const uint8_t *request, struct cg_bytes extra,
		   struct cg_wb_ntlm *out)
{
	uint32_t negotiate = cg_wb_u32(request, NTLM_NEGOTIATE_LEN);
	uint32_t challenge = cg_wb_u32(request, NTLM_CHALLENGE_LEN);

	*out = (struct cg_wb_ntlm){
		.uid = cg_wb_u32(request, NTLM_UID),
		.user = cg_wb_text(request, NTLM_USER),
	};
	if (negotiate > extra.len || challenge > extra.len - negotiate) {
		return false;
	}
	if (extra.len > 0) {
		out->negotiate = (struct cg_bytes){ extra.data, negotiate };
		out->challenge = (struct cg_bytes){ extra.data + negotiate,
						    challenge };
	}
	return true;
}

struct cg_wb_save cg_wb_save_of(const uint8_t *request)
{
	struct cg_bytes password = cg_wb_text(request, SAVE_PASSWORD);

	return (struct cg_wb_save){
		.uid = cg_wb_u32(request, SAVE_UID),
		.user = cg_wb_text(request, SAVE_USER),
		.password = { password.data, password.len },
	};
}

uint32_t cg_wb_logoff_uid(const uint8_t *request)
{
	return cg_wb_u32(request, LOGOFF_UID);
}
