/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ntlm_seen.h"

#include <stdlib.h>
#include <string.h>

struct cg_ntlm_seen {
	size_t n;			/* ever added */
	uint64_t last[CG_NTLM_SEEN_MAX];
};

enum cg_status cg_ntlm_seen_add(struct cg_ntlm_seen **all,
				const uint8_t *challenge)
{
	struct cg_ntlm_seen *s = *all;
	uint64_t fresh;

	memcpy(&fresh, challenge, sizeof(fresh));
	if (s == NULL) {
		s = calloc(1, sizeof(*s));
	}
	if (s == NULL) {
		return CG_E_NO_MEMORY;
	}
	*all = s;
	for (size_t i = 0; i < s->n && i < CG_NTLM_SEEN_MAX; i++) {
		if (s->last[i] == fresh) {
			return CG_E_DENIED;
		}
	}
	s->last[s->n++ % CG_NTLM_SEEN_MAX] = fresh;
	return CG_OK;
}

void cg_ntlm_seen_free(struct cg_ntlm_seen *all)
{
	free(all);
}
