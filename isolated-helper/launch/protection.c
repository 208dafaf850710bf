/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the vault's protections are called, and which it may lack. */
#include "isolated-helper/launch/protection.h"

#include <stdio.h>
#include <string.h>

#include "idl/protection.h"
#include "isolated-helper/launch/birth.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/settings.h"

struct protection {
	uint32_t bit;
	const char *name;
	const char *hint;	/* NULL: every kernel has it, it is a must */
};

static const struct protection protections[] = {
	{ CG_PROT_SECRET_MEMORY, "secret memory",
	  "needs kernel 6.5, or 5.14 with secretmem.enable=1" },
	{ CG_PROT_SECRET_STACK, "secret stack", NULL },
	{ CG_PROT_UNDUMPABLE, "undumpable", NULL },
	{ CG_PROT_NO_NEW_PRIVS, "no new privileges", NULL },
	{ CG_PROT_NO_CAPS, "no capabilities", NULL },
	{ CG_PROT_MDWE, "no new executable memory", "needs kernel 6.3" },
	{ CG_PROT_LANDLOCK, "Landlock",
	  "needs kernel 5.13 with lsm=landlock,..." },
	{ CG_PROT_SECCOMP, "system call filter", NULL },
	{ CG_PROT_EMPTY_ROOT, "empty root directory", NULL },
	{ CG_PROT_USER_NAMESPACE, "own user namespace", NULL },
};

#define N_PROTECTIONS (sizeof(protections) / sizeof(protections[0]))

static void log_present(uint32_t has, uint32_t landlock_abi)
{
	char line[512];
	size_t len = 0;

	for (size_t i = 0; i < N_PROTECTIONS; i++) {
		if ((has & protections[i].bit) != 0) {
			/* The table's names together are far shorter. */
			len += (size_t)snprintf(line + len, sizeof(line) - len,
						"%s%s", len > 0 ? ", " : "",
						protections[i].name);
		}
	}
	cg_log("the vault has: %s (Landlock ABI %u)", len > 0 ? line :
	       "no protection", landlock_abi);
}

/* mlock in the configuration accepts memory that root can read. */
static bool is_needed(const struct cg_settings *s, const struct protection *p)
{
	if (p->bit == CG_PROT_SECRET_MEMORY) {
		return !s->may_lock;
	}
	return p->hint == NULL;
}

/* What a copy of the disk is worth to a thief. */
static void log_sealing(uint32_t has)
{
	if ((has & CG_PROT_SEALING_HOST_KEY) != 0) {
		cg_log("warning: verifiers for offline logon are sealed with "
		       "a key in a file: who has a copy of the disk has both");
	}
}

enum cg_status cg_protection_judge(const struct cg_settings *s,
				   const struct cg_birth *birth)
{
	enum cg_status st = CG_OK;

	log_present(birth->protection, birth->landlock_abi);
	log_sealing(birth->protection);
	for (size_t i = 0; i < N_PROTECTIONS; i++) {
		const struct protection *p = &protections[i];

		if ((birth->protection & p->bit) != 0) {
			continue;
		}
		cg_log("the vault lacks: %s%s%s", p->name,
		       p->hint != NULL ? ": " : "",
		       p->hint != NULL ? p->hint : "");
		if (is_needed(s, p) && !s->dev) {
			st = CG_E_DENIED;
		}
	}
	if (st != CG_OK) {
		cg_log("refused: the vault may not lack this");
	}
	return st;
}
