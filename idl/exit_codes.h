/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the vault ends; the guardian turns each into a sentence. */
#ifndef CG_IDL_EXIT_CODES_H
#define CG_IDL_EXIT_CODES_H

enum cg_exit_code {
	CG_EXIT_EOF = 0,		/* the broker closed the channel */
	CG_EXIT_USAGE = 2,		/* wrong arguments */
	CG_EXIT_NO_SECRET_MEMORY = 10,	/* no memfd_secret, or no room */
	CG_EXIT_SANDBOX = 11,		/* a part of the sandbox failed */
	CG_EXIT_BIRTH = 12,		/* Kerberos or crypto did not start */
	CG_EXIT_PROTO = 13,		/* a malformed message */
};

#endif
