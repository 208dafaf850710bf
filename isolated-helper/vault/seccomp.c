/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/seccomp.h"

#include <linux/audit.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <stdint.h>

#include "idl/limits.h"

#define ANY_ARGUMENT (-1)
#define LOAD(field) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
		 (uint32_t)offsetof(struct seccomp_data, field))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))

/* One allowed call; where arg is not ANY_ARGUMENT, the low word of that
 * argument must be value and the high word 0. */
struct allowed {
	uint32_t nr;
	int arg;
	uint32_t value;
};

static const struct allowed allowed[] = {
	{ SYS_read, 0, CG_CHANNEL_FD },
	{ SYS_write, 0, CG_CHANNEL_FD },
	{ SYS_getrandom, ANY_ARGUMENT, 0 },	/* keys and nonces */
	/* The two below are in the vDSO; real calls where the clock source
	 * of a virtual machine has none there. */
	{ SYS_clock_gettime, ANY_ARGUMENT, 0 },
	{ SYS_gettimeofday, ANY_ARGUMENT, 0 },
	/* pthread_once() wakes its waiters, though there never is one. */
	{ SYS_futex, 1, FUTEX_WAKE_PRIVATE },
	{ SYS_exit_group, ANY_ARGUMENT, 0 },
};

static size_t add(struct sock_filter *out, size_t n, struct sock_filter what)
{
	out[n] = what;
	return n + 1;
}

/* With the number in the accumulator: allow, or go on behind this row. */
static size_t add_plain(struct sock_filter *out, size_t n,
			const struct allowed *row)
{
	n = add(out, n, (struct sock_filter)BPF_JUMP(
				BPF_JMP | BPF_JEQ | BPF_K, row->nr, 0, 1));
	return add(out, n, (struct sock_filter)RETURN(SECCOMP_RET_ALLOW));
}

static size_t add_checked(struct sock_filter *out, size_t n,
			  const struct allowed *row)
{
	uint32_t low = (uint32_t)(offsetof(struct seccomp_data, args) +
				  (size_t)row->arg * sizeof(uint64_t));
	const struct sock_filter rows[] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, row->nr, 0, 6),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, low),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, row->value, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, low + 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		RETURN(SECCOMP_RET_ALLOW),
		RETURN(SECCOMP_RET_KILL_PROCESS),
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		n = add(out, n, rows[i]);
	}
	return n;
}

size_t cg_seccomp_build(struct sock_filter out[CG_FILTER_MAX])
{
	size_t n = 0;

	n = add(out, n, (struct sock_filter)LOAD(arch));
	n = add(out, n,
		(struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
					     AUDIT_ARCH_X86_64, 1, 0));
	n = add(out, n, (struct sock_filter)RETURN(SECCOMP_RET_KILL_PROCESS));
	n = add(out, n, (struct sock_filter)LOAD(nr));
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		n = allowed[i].arg == ANY_ARGUMENT
			    ? add_plain(out, n, &allowed[i])
			    : add_checked(out, n, &allowed[i]);
	}
	return add(out, n,
		   (struct sock_filter)RETURN(SECCOMP_RET_KILL_PROCESS));
}

enum cg_status cg_seccomp_enter(void)
{
	struct sock_filter rows[CG_FILTER_MAX];
	struct sock_fprog program = { .filter = rows };

	program.len = (unsigned short)cg_seccomp_build(rows);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) {
		return CG_E_SYSTEM;
	}
	return CG_OK;
}
