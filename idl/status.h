/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one status of this project. Converted to KCM, PAM, NT or exit codes
 * once, in the front end that needs it. */
#ifndef CG_IDL_STATUS_H
#define CG_IDL_STATUS_H

#define CG_MUST_CHECK __attribute__((warn_unused_result))

enum cg_status {
	CG_OK = 0,
	CG_E_PROTO = 1,		/* malformed or out of phase: close */
	CG_E_NO_MEMORY = 2,
	CG_E_LIMIT = 3,		/* a quota or a fixed bound is reached */
	CG_E_NOT_FOUND = 4,
	CG_E_DENIED = 5,	/* a rule of ours forbids it */
	CG_E_INVALID = 6,	/* well-formed, but makes no sense */
	CG_E_KRB5 = 7,		/* header.detail has libkrb5's code */
	CG_E_CRYPTO = 8,	/* did not decrypt: other key, or altered */
	CG_E_UNAVAILABLE = 9,	/* the vault or a KDC is out of reach */
	CG_E_TIMEOUT = 10,
	CG_E_SYSTEM = 11,	/* a system call of ours failed */
	CG_E_UNVERIFIED = 12,	/* a KDC that does not know this machine */
	CG_STATUS_COUNT = 13
};

/* A short English sentence without a full stop; never NULL. */
const char *cg_status_text(enum cg_status st);

#endif
