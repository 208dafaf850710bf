/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What keeps the verifiers, in words. */
#include "plugin/client/ctl_offline.h"

#include "idl/protection.h"

static struct cg_ctl_offline_row sealing_key(uint32_t bits)
{
	struct cg_ctl_offline_row row = {
		.name = "sealing key", .key = "sealing_key",
	};

	if ((bits & CG_PROT_SEALING_TPM) != 0) {
		row.value = "tpm";
		row.text = "in the TPM of this machine: a copy of the disk "
			   "alone is of no use";
	} else if ((bits & CG_PROT_SEALING_HOST_KEY) != 0) {
		row.value = "host-key-file";
		row.is_weak = true;
		row.text = "a file, host.key: root, and whoever has a copy "
			   "of the disk, can guess at passwords as fast as "
			   "scrypt lets them; encrypt the disk";
	} else {
		row.value = "none";
		row.text = "none: nobody can sign in without a domain "
			   "controller (offline count is 0, or "
			   "/var/lib/credguard or the TPM cannot be used; "
			   "the log of credguard has the reason; when it is "
			   "mended, restart credguard)";
	}
	return row;
}

static struct cg_ctl_offline_row old_copies(uint32_t bits)
{
	struct cg_ctl_offline_row row = {
		.name = "old copies", .key = "rollback", .is_weak = true,
	};

	if ((bits & CG_PROT_SEEN_KEPT) != 0 &&
	    (bits & CG_PROT_SEALING_TPM) != 0) {
		row.value = "tpm";
		row.is_weak = false;
		row.text = "are refused, of a verifier and of the whole "
			   "disk: a counter in the TPM guards them";
	} else if ((bits & CG_PROT_SEEN_KEPT) != 0) {
		row.value = "file";
		row.text = "of a verifier are refused; an old copy of the "
			   "whole disk is not noticed, since there is no "
			   "counter in a TPM";
	} else {
		row.value = "memory";
		row.text = "of a verifier are refused until credguard "
			   "restarts";
	}
	return row;
}

struct cg_ctl_offline_row cg_ctl_offline_row(uint32_t bits, size_t i)
{
	return i == 0 ? sealing_key(bits) : old_copies(bits);
}
