/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See sealing.h. */
#include "isolated-helper/launch/sealing.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "isolated-helper/launch/host_key.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/settings.h"
#include "isolated-helper/launch/state.h"
#include "isolated-helper/launch/tpm.h"

#define DEVICE "device:"

/* A machine that has sealed with its TPM does not go back by itself. */
static bool wants_tpm(const struct cg_settings *s,
		      const struct cg_state *state)
{
	const char *tcti = s->sealing.tcti;
	size_t len = sizeof(DEVICE) - 1;

	if (s->sealing.protect != CG_SEAL_BY_AUTO) {
		return s->sealing.protect == CG_SEAL_BY_TPM;
	}
	if (faccessat(state->dir, CG_TPM_FILE, F_OK, AT_SYMLINK_NOFOLLOW) ==
	    0) {
		return true;
	}
	return strncmp(tcti, DEVICE, len) != 0 ||
	       access(tcti + len, F_OK) == 0;
}

void cg_sealing_begin(const struct cg_settings *s, int stop_fd,
		      struct cg_state *state)
{
	state->sealing = CG_SEALING_NONE;
	if (s->offline.count == 0 || state->dir < 0) {
		return;
	}
	if (!wants_tpm(s, state)) {
		state->sealing = CG_SEALING_HOST_KEY;
		/* What it had sealed is not opened any more. */
		(void)unlinkat(state->dir, CG_TPM_FILE, 0);
		return;
	}
	if (cg_tpm_begin(s, stop_fd, state) == CG_OK) {
		state->sealing = CG_SEALING_TPM;
	} else {
		cg_log("no offline logon: the TPM cannot be used; protect = "
		       "file in [sealing] does without one");
	}
}

enum cg_status cg_sealing_key(const struct cg_settings *s, int stop_fd,
			      const struct cg_state *state, uint8_t *key)
{
	return state->sealing == CG_SEALING_TPM
		       ? cg_tpm_key(s, stop_fd, state, key)
		       : cg_host_key_read(state, key);
}
