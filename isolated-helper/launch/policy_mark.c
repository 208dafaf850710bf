/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See policy_mark.h. */
#include "isolated-helper/launch/policy_mark.h"

#include <stdbool.h>
#include <string.h>

#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/sealing.h"
#include "isolated-helper/launch/settings.h"
#include "isolated-helper/launch/tpm.h"

static bool asked(const struct cg_sealing *sealing, const char *tcti)
{
	bool is_locked;

	if (!cg_tpm_is_there(tcti)) {
		return false;
	}
	if (cg_tpm_mark(sealing, tcti, CG_TPM_MARK_ASK, &is_locked) !=
	    CG_OK) {
		cg_log("the TPM does not say whether the policy is locked");
	}
	return is_locked;
}

static bool cleared(const struct cg_sealing *sealing, const char *tcti)
{
	bool is_locked;

	return !cg_tpm_is_there(tcti) ||
	       cg_tpm_mark(sealing, tcti, CG_TPM_MARK_CLEAR, &is_locked) ==
	       CG_OK;
}

static bool is_default(const char *tcti)
{
	return strcmp(tcti, CG_DEFAULT_TCTI) == 0;
}

/* Who may write the configuration may have it name a file, or another TPM:
 * the machine's own is asked then. One that keeps the key by another name
 * (tabrmd:) has answered for itself. */
enum cg_policy_mark cg_policy_mark_find(const struct cg_sealing *sealing)
{
	const char *tcti = sealing->settings->sealing.tcti;
	bool is_other;

	if (sealing->is_tpm && sealing->is_locked) {
		return CG_POLICY_MARK_OURS;
	}
	is_other = (!sealing->is_tpm && asked(sealing, tcti)) ||
		   (!is_default(tcti) && asked(sealing, CG_DEFAULT_TCTI));
	return is_other ? CG_POLICY_MARK_OTHER : CG_POLICY_MARK_NONE;
}

enum cg_status cg_policy_mark_set(struct cg_sealing *sealing)
{
	if (!sealing->is_tpm || sealing->is_locked) {
		return CG_OK;
	}
	return cg_tpm_mark(sealing, sealing->settings->sealing.tcti,
			   CG_TPM_MARK_SET, &sealing->is_locked);
}

enum cg_status cg_policy_mark_clear(struct cg_sealing *sealing)
{
	const char *tcti = sealing->settings->sealing.tcti;
	bool ok = cleared(sealing, CG_DEFAULT_TCTI);

	if (!is_default(tcti)) {
		ok = cleared(sealing, tcti) && ok;
	}
	sealing->is_locked = sealing->is_locked && !ok;
	return ok ? CG_OK : CG_E_UNAVAILABLE;
}
