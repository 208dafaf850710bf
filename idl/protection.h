/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the vault got from this kernel; each bit is measured at birth, never
 * assumed. Missing bits are named by `credguardctl status`. */
#ifndef CG_IDL_PROTECTION_H
#define CG_IDL_PROTECTION_H

enum cg_protection {
	CG_PROT_SECRET_MEMORY = 1 << 0,	/* arena is memfd_secret */
	CG_PROT_LOCKED_MEMORY = 1 << 1,	/* arena is mlocked ordinary memory */
	CG_PROT_SECRET_STACK = 1 << 2,	/* the stack lies in the arena */
	CG_PROT_UNDUMPABLE = 1 << 3,
	CG_PROT_NO_NEW_PRIVS = 1 << 4,
	CG_PROT_NO_CAPS = 1 << 5,
	CG_PROT_MDWE = 1 << 6,		/* memory-deny-write-execute */
	CG_PROT_LANDLOCK = 1 << 7,
	CG_PROT_SECCOMP = 1 << 8,
	CG_PROT_EMPTY_ROOT = 1 << 9,
	CG_PROT_USER_NAMESPACE = 1 << 10,
	CG_PROT_SEALING_HOST_KEY = 1 << 11,	/* enum cg_sealing_kind */
	CG_PROT_SEALING_TPM = 1 << 12,
	CG_PROT_SEEN_KEPT = 1 << 13,	/* which record is the newest outlives
					 * the vault */
};

#endif
