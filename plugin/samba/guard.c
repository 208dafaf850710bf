/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/samba/guard.h"

#include <util/debug.h>

/* A test builds the module with others. */
#ifndef CG_GUARD_VERSION
#define CG_GUARD_VERSION GENSEC_INTERFACE_VERSION
#endif
#ifndef CG_GUARD_EXTRA
#define CG_GUARD_EXTRA 0
#endif

NTSTATUS cg_guard_check(void)
{
	const struct gensec_critical_sizes built = {
		CG_GUARD_VERSION,
		(int)sizeof(struct gensec_security_ops) + CG_GUARD_EXTRA,
		(int)sizeof(struct gensec_security),
	};
	const struct gensec_critical_sizes *there = gensec_interface_version();

	if (there->interface_version == built.interface_version &&
	    there->sizeof_gensec_security_ops ==
		    built.sizeof_gensec_security_ops &&
	    there->sizeof_gensec_security == built.sizeof_gensec_security) {
		return NT_STATUS_OK;
	}
	DEBUG(0, ("credguard: built for GENSEC version %d with sizes %d and "
		  "%d, this Samba has %d, %d and %d: not loaded\n",
		  built.interface_version, built.sizeof_gensec_security_ops,
		  built.sizeof_gensec_security, there->interface_version,
		  there->sizeof_gensec_security_ops,
		  there->sizeof_gensec_security));
	return NT_STATUS_REVISION_MISMATCH;
}
