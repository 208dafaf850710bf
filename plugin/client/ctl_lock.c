/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ctl_lock.h. */
#include "plugin/client/ctl_lock.h"

#include "idl/sealing.h"

struct cg_ctl_lock cg_ctl_lock_told(uint32_t kind)
{
	if (kind == CG_SEALING_TPM) {
		return (struct cg_ctl_lock){
			.word = "tpm",
			.text = "yes, by the TPM: a weaker one is refused, "
				"also when somebody changes, deletes or "
				"brings back files, until the kernel is "
				"booted with credguard.policy=unlock; root "
				"that talks to the TPM or replaces programs "
				"can undo it",
		};
	}
	if (kind == CG_SEALING_HOST_KEY) {
		return (struct cg_ctl_lock){
			.word = "file", .is_weak = true,
			.text = "yes, but root can undo it: no TPM holds it, "
				"and who deletes the files in "
				"/var/lib/credguard takes it away",
		};
	}
	return (struct cg_ctl_lock){
		.word = "none",
		.text = "no: who may write credguard.conf can make it weaker "
			"for the next start (lock in credguard.conf(5))",
	};
}
