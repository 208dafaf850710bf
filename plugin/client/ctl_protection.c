/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table of the protections and one of the levels; the rest looks up. */
#include "plugin/client/ctl_protection.h"

#include "idl/protection.h"

struct protection {
	uint32_t bit;		/* 0: the broker's peerpidfd */
	const char *name;
	const char *key;
	const char *fallback;
};

static const struct protection protections[] = {
	{ CG_PROT_SECRET_MEMORY, "secret memory", "secret_memory",
	  "ordinary memory that may be swapped out (kernel without "
	  "memfd_secret, and locking was refused)" },
	{ CG_PROT_SECRET_STACK, "secret stack", "secret_stack",
	  "the stack is ordinary memory" },
	{ CG_PROT_UNDUMPABLE, "no core dumps", "undumpable",
	  "a crash may write secrets to a core file" },
	{ CG_PROT_NO_NEW_PRIVS, "no new privileges", "no_new_privs",
	  "only the system call filter forbids to start programs" },
	{ CG_PROT_NO_CAPS, "no capabilities", "no_capabilities",
	  "only the system call filter limits what they allow" },
	{ CG_PROT_SECCOMP, "system call filter", "seccomp",
	  "only namespaces and Landlock confine the vault" },
	{ CG_PROT_LANDLOCK, "Landlock", "landlock",
	  "empty root and system call filter only (kernel older than 5.13, "
	  "or Landlock is off)" },
	{ CG_PROT_MDWE, "no new code", "mdwe",
	  "system call filter only (kernel older than 6.3)" },
	{ CG_PROT_EMPTY_ROOT, "empty root", "empty_root",
	  "system call filter and Landlock only" },
	{ CG_PROT_USER_NAMESPACE, "own namespace", "user_namespace",
	  "a capability of the vault would count outside as well" },
	{ 0, "peer pidfd", "peer_pidfd",
	  "SO_PEERCRED only (kernel older than 6.5)" },
};

static const char locked_memory[] =
	"locked ordinary memory (kernel without memfd_secret)";

#define LEVEL_1 \
	((uint32_t)CG_PROT_UNDUMPABLE | (uint32_t)CG_PROT_NO_NEW_PRIVS | \
	 (uint32_t)CG_PROT_NO_CAPS | (uint32_t)CG_PROT_SECCOMP)
#define LEVEL_2 \
	(LEVEL_1 | (uint32_t)CG_PROT_SECRET_MEMORY | \
	 (uint32_t)CG_PROT_SECRET_STACK)

#define COPYING \
	"root with copying tools (gcore, /proc/PID/mem, process_vm_readv, " \
	"ptrace, core files, swap, disk)"
#define TRACING \
	"root that traces or changes running programs (uprobes, perf, BPF, " \
	"writes to /proc/PID/mem); whoever owns the kernel"
#define ALWAYS \
	"key loggers; the use (not the theft) of credentials by malware " \
	"while their owner is signed in; local accounts; service tickets, " \
	"which programs hold themselves"

struct level {
	const char *holds;
	const char *lacks;
};

static const struct level levels[] = {
	{ "nothing can be promised: what is off below is needed for level 1",
	  "programs of the same user; " COPYING "; " TRACING "; " ALWAYS },
	{ "programs of the same user",
	  COPYING "; " TRACING "; " ALWAYS },
	{ "programs of the same user; " COPYING,
	  TRACING "; " ALWAYS },
};

size_t cg_ctl_protection_n_rows(void)
{
	return sizeof(protections) / sizeof(protections[0]);
}

static bool is_on(const struct cg_ctl_protection *p, uint32_t bit)
{
	return bit == 0 ? p->has_peerpidfd : (p->bits & bit) != 0;
}

struct cg_ctl_protection_row cg_ctl_protection_row(
	const struct cg_ctl_protection *p, size_t i)
{
	const struct protection *from = &protections[i];
	struct cg_ctl_protection_row row = {
		.name = from->name,
		.key = from->key,
		.is_on = is_on(p, from->bit),
		.fallback = from->fallback,
	};

	if (from->bit == CG_PROT_SECRET_MEMORY &&
	    (p->bits & CG_PROT_LOCKED_MEMORY) != 0) {
		row.fallback = locked_memory;
	}
	return row;
}

unsigned int cg_ctl_protection_level(const struct cg_ctl_protection *p)
{
	if ((p->bits & LEVEL_2) == LEVEL_2) {
		return 2;
	}
	return (p->bits & LEVEL_1) == LEVEL_1 ? 1 : 0;
}

const char *cg_ctl_protection_holds(unsigned int level)
{
	return levels[level].holds;
}

const char *cg_ctl_protection_lacks(unsigned int level)
{
	return levels[level].lacks;
}
