/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PAC of any bytes: an answer, and no byte read beyond it. */
#include "isolated-helper/vault/pac.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct cg_bytes pac = { data, len };
	enum cg_pac_answer answer = cg_pac_is_member(
		pac, CG_PAC_RID_PROTECTED_USERS);

	if (len == 0 ? answer != CG_PAC_NO : answer > CG_PAC_UNREADABLE) {
		abort();
	}
	return 0;
}
