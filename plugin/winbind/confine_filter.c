/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The system calls of the front, as data. Any other is answered with EPERM and
 * not with the end of the process: all of the machine's name look-ups depend
 * on it. */
#include "plugin/winbind/confine_filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#define FILTER_MAX 200U
#define N_ALLOWED (sizeof(allowed) / sizeof(allowed[0]))
#define LOAD(field) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
		 (uint32_t)offsetof(struct seccomp_data, field))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))

static const uint32_t allowed[] = {
	/* Sockets that are there, and new ones (of which family, below). */
	SYS_accept4, SYS_connect, SYS_recvfrom, SYS_recvmsg, SYS_sendto,
	SYS_sendmsg, SYS_shutdown, SYS_getsockopt, SYS_setsockopt,
	SYS_getsockname, SYS_getpeername,
	/* Descriptors of whatever kind. */
	SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_close, SYS_fcntl,
	SYS_lseek, SYS_pread64, SYS_poll, SYS_ppoll, SYS_epoll_create1,
	SYS_epoll_ctl, SYS_epoll_wait, SYS_epoll_pwait, SYS_pipe, SYS_pipe2,
	SYS_eventfd2,
	/* Files, to read them: Landlock sees to that. */
	SYS_openat, SYS_fstat, SYS_stat, SYS_lstat, SYS_newfstatat, SYS_statx,
	SYS_readlink, SYS_readlinkat, SYS_access, SYS_faccessat,
	SYS_faccessat2, SYS_getdents64, SYS_getcwd,
	/* Memory (not to run, below). */
	SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_mlock, SYS_munlock,
	/* Time, randomness, locks, signals, itself. */
	SYS_clock_gettime, SYS_clock_getres, SYS_gettimeofday,
	SYS_clock_nanosleep, SYS_getrandom, SYS_futex, SYS_rt_sigaction,
	SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_getpid,
	SYS_gettid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid,
	SYS_prlimit64, SYS_sysinfo, SYS_uname, SYS_sched_yield,
	SYS_restart_syscall, SYS_rseq, SYS_tgkill, SYS_exit, SYS_exit_group,
};

/* Of one call the low word of an argument: all bits of mask are clear, but
 * for those that value has. */
static const struct checked {
	uint32_t nr;
	uint32_t arg;
	uint32_t mask;
	uint32_t value;
} checked[] = {
	{ SYS_socket, 0, UINT32_MAX, AF_UNIX },
	{ SYS_mmap, 2, PROT_EXEC, 0 },
	{ SYS_mprotect, 2, PROT_EXEC, 0 },
};

struct filter {
	struct sock_filter rows[FILTER_MAX];
	unsigned short n;
};

static void add(struct filter *f, struct sock_filter row)
{
	f->rows[f->n++] = row;
}

/* With the number in the accumulator: allow, or go on behind. */
static void add_plain(struct filter *f, uint32_t nr)
{
	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0,
					    1));
	add(f, (struct sock_filter)RETURN(SECCOMP_RET_ALLOW));
}

static void add_checked(struct filter *f, const struct checked *c)
{
	uint32_t at = (uint32_t)(offsetof(struct seccomp_data, args) +
				 c->arg * sizeof(uint64_t));
	const struct sock_filter rows[] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, c->nr, 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, c->mask),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, c->value, 0, 1),
		RETURN(SECCOMP_RET_ALLOW),
		RETURN(SECCOMP_RET_ERRNO | EPERM),
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		add(f, rows[i]);
	}
}

static void build(struct filter *f)
{
	_Static_assert(5 + 2 * N_ALLOWED + 6 * sizeof(checked) /
		       sizeof(checked[0]) <= FILTER_MAX, "all rows fit");
	f->n = 0;
	add(f, (struct sock_filter)LOAD(arch));
	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
					    AUDIT_ARCH_X86_64, 1, 0));
	add(f, (struct sock_filter)RETURN(SECCOMP_RET_KILL_PROCESS));
	add(f, (struct sock_filter)LOAD(nr));
	for (size_t i = 0; i < N_ALLOWED; i++) {
		add_plain(f, allowed[i]);
	}
	for (size_t i = 0; i < sizeof(checked) / sizeof(checked[0]); i++) {
		add_checked(f, &checked[i]);
	}
	add(f, (struct sock_filter)RETURN(SECCOMP_RET_ERRNO | EPERM));
}

enum cg_status cg_confine_filter(void)
{
	struct filter f;
	struct sock_fprog program = { .filter = f.rows };

	build(&f);
	program.len = f.n;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) {
		return CG_E_SYSTEM;
	}
	return CG_OK;
}
