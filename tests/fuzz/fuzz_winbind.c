/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request of winbind's protocol, as the pipe front looks at it. Whatever
 * comes: what it hands out lies within what it got; nothing that would make
 * winbindd keep a password passes; what the front must answer never does.
 * Input: {version, command, 254 bytes for the union, the extra bytes} */
#include "plugin/winbind/request.h"

#include <stdlib.h>
#include <string.h>

#include "plugin/winbind/probe.h"
#include "plugin/winbind/user_name.h"

#define HEAD 2U
#define UNION 254U
#define FLAGS 20U
#define CACHED_LOGIN 0x4000U

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check(bool is_true)
{
	if (!is_true) {
		abort();
	}
}

static void is_within(struct cg_bytes part, const uint8_t *all, size_t len)
{
	check(part.len == 0 || (part.data >= all && part.len <= len &&
				part.data + part.len <= all + len));
}

static void look(uint8_t *request, struct cg_bytes extra)
{
	struct cg_wb_save save = cg_wb_save_of(request);
	struct cg_user_name name;
	struct cg_wb_ntlm ntlm;

	is_within((struct cg_bytes){ save.password.data, save.password.len },
		  request, CG_WB_REQUEST_LEN);
	if (cg_user_name_split(save.user, &name)) {
		is_within(name.user, save.user.data, save.user.len);
		is_within(name.domain, save.user.data, save.user.len);
		check(name.user.len > 0);
		(void)cg_user_name_is(&name, extra);
	}
	if (cg_wb_ntlm_of(request, extra, &ntlm)) {
		is_within(ntlm.negotiate, extra.data, extra.len);
		is_within(ntlm.challenge, extra.data, extra.len);
	}
	is_within(cg_probe_user(extra), extra.data, extra.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t request[CG_WB_REQUEST_LEN] = { 0 };
	struct cg_bytes extra = { 0 };
	struct cg_wb_verdict v;
	uint32_t version;

	if (len < HEAD + UNION) {
		return 0;
	}
	version = 31U + data[0] % 4U;
	extra = (struct cg_bytes){ data + HEAD + UNION, len - HEAD - UNION };
	cg_wb_set_u32(request, 0, CG_WB_REQUEST_LEN);
	cg_wb_set_u32(request, 4, data[1]);
	cg_wb_set_u32(request, FLAGS, ~0U);
	memcpy(request + CG_WB_DATA, data + HEAD, UNION);
	memcpy(request + CG_WB_DATA + 260, data + HEAD, UNION);
	cg_wb_set_u32(request, 2128, (uint32_t)extra.len);
	look(request, extra);
	v = cg_wb_judge(request, version);
	check(v.extra_len == extra.len);
	if (v.kind == CG_WB_PAM_AUTH && v.way == CG_WB_PASS) {
		check((cg_wb_u32(request, FLAGS) & CACHED_LOGIN) == 0);
	}
	check(v.way != CG_WB_PASS || (v.kind != CG_WB_CCACHE_SAVE &&
				      v.kind != CG_WB_CCACHE_NTLMAUTH &&
				      v.kind != CG_WB_PAM_LOGOFF &&
				      v.kind != CG_WB_PRIV_PIPE_DIR));
	return 0;
}
