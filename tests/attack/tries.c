/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forbidden calls, and last the few that the vault may make. */
#include "tests/attack/tries.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "idl/limits.h"

#define PAGE 4096UL
#define X32_BIT 0x40000000L
#define I386_GETPID 20L
/* The kernel looks at the low word of a descriptor only. */
#define HIGH_WORD (1L << 32)

/* One that takes constants only. */
#define PLAIN(name, ...) \
static long try_##name(void) \
{ \
	return syscall(SYS_##name, __VA_ARGS__); \
}

PLAIN(open, "/", O_RDONLY)
PLAIN(openat, AT_FDCWD, "/", O_RDONLY)
PLAIN(stat, "/", NULL)
PLAIN(mkdir, "/credguard-try", 0700)
PLAIN(chdir, "/")
PLAIN(chroot, "/")
PLAIN(socket, AF_UNIX, SOCK_STREAM, 0)
PLAIN(mount, "none", "/mnt", "tmpfs", 0, NULL)
PLAIN(umount2, "/mnt", MNT_DETACH)
PLAIN(unshare, CLONE_NEWUTS)
PLAIN(setns, CG_CHANNEL_FD, 0)
PLAIN(ptrace, PTRACE_TRACEME, 0, NULL, NULL)
PLAIN(prctl, PR_SET_DUMPABLE, 1, 0, 0, 0)
PLAIN(seccomp, 2, 0, NULL)	/* asks for an action */
PLAIN(setuid, 0)
PLAIN(setresuid, 0, 0, 0)
PLAIN(getpid, 0)
PLAIN(kill, 1, 0)
PLAIN(pidfd_open, 1, 0)
PLAIN(userfaultfd, O_CLOEXEC)
PLAIN(memfd_create, "x", 0)
PLAIN(bpf, 0, NULL, 0)
PLAIN(keyctl, 0, 0, 0, 0, 0)
PLAIN(add_key, "user", "x", "x", 1, -3)
PLAIN(personality, 0xffffffffUL)
PLAIN(nanosleep, NULL, NULL)
PLAIN(rt_sigaction, SIGUSR1, NULL, NULL, 8)
PLAIN(brk, NULL)
PLAIN(dup, CG_CHANNEL_FD)
PLAIN(fcntl, CG_CHANNEL_FD, F_GETFL)
PLAIN(ioctl, CG_CHANNEL_FD, 0, NULL)
PLAIN(sendmsg, CG_CHANNEL_FD, NULL, 0)
PLAIN(recvmsg, CG_CHANNEL_FD, NULL, 0)
PLAIN(close, 0)
PLAIN(splice, 0, NULL, 1, NULL, 0, 0)
PLAIN(mremap, NULL, PAGE, PAGE, 0, NULL)
PLAIN(madvise, NULL, 0, MADV_DOFORK)
PLAIN(shmget, 1, PAGE, 0)
PLAIN(arch_prctl, 0, NULL)
PLAIN(getppid, 0)

static long try_execve(void)
{
	char name[] = "true";
	char *argv[] = { name, NULL };

	return syscall(SYS_execve, "/bin/true", argv, NULL);
}

static long try_execveat(void)
{
	char name[] = "true";
	char *argv[] = { name, NULL };

	return syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv, NULL, 0);
}

static long try_io_uring_setup(void)
{
	uint8_t params[120] = { 0 };

	return syscall(SYS_io_uring_setup, 1, params);
}

static long in_parent(long pid)
{
	if (pid == 0) {
		syscall(SYS_exit_group, 0);
	}
	return pid;
}

static long try_fork(void)
{
	return in_parent(syscall(SYS_fork));
}

static long try_clone(void)
{
	return in_parent(syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0UL));
}

static long try_clone3(void)
{
	uint64_t args[8] = { 0 };

	args[4] = SIGCHLD;	/* exit_signal */
	return in_parent(syscall(SYS_clone3, args, sizeof(args)));
}

static long try_mmap_exec(void)
{
	return syscall(SYS_mmap, NULL, PAGE, PROT_READ | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);
}

static long try_mmap(void)
{
	return syscall(SYS_mmap, NULL, PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);
}

static void *own_page(void)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);

	return (void *)(here & ~(PAGE - 1));
}

static long try_mprotect_exec(void)
{
	return syscall(SYS_mprotect, own_page(), PAGE,
		       PROT_READ | PROT_WRITE | PROT_EXEC);
}

static long try_munmap(void)
{
	return syscall(SYS_munmap, NULL, PAGE);
}

static long try_read_other_fd(void)
{
	char byte;

	return syscall(SYS_read, 0, &byte, 0);
}

static long try_write_other_fd(void)
{
	return syscall(SYS_write, 2, "", 0);
}

static long try_read_high_word(void)
{
	char byte;

	return syscall(SYS_read, HIGH_WORD, &byte, 0);
}

static long try_write_high_word(void)
{
	return syscall(SYS_write, HIGH_WORD | 2, "", 0);
}

static long try_process_vm_readv(void)
{
	char a = 0, b = 0;
	struct iovec to = { &a, 1 }, from = { &b, 1 };

	return syscall(SYS_process_vm_readv, syscall(SYS_gettid), &to, 1,
		       &from, 1, 0);
}

static long try_perf_event_open(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
		.config = PERF_COUNT_SW_TASK_CLOCK,
	};

	return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

static long try_futex_wait(void)
{
	int word = 1;

	return syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
}

static long try_x32_call(void)
{
	return syscall(X32_BIT | SYS_getppid);
}

/* The 32-bit entry, whose numbers mean other calls. */
static long try_i386_call(void)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(I386_GETPID)
			 : "memory");
	return result;
}

static long try_exit_of_a_thread(void)
{
	return syscall(SYS_exit, 0);
}

static long try_getrandom(void)
{
	char byte;

	return syscall(SYS_getrandom, &byte, 1, 0);
}

static long try_clock_gettime(void)
{
	struct timespec ts;

	return syscall(SYS_clock_gettime, CLOCK_REALTIME, &ts);
}

static long try_gettimeofday(void)
{
	return syscall(SYS_gettimeofday, NULL, NULL);
}

static long try_futex_wake(void)
{
	int word = 0;

	return syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

#define NO(name) { #name, false, try_##name }
#define YES(name) { #name, true, try_##name }

const struct cg_try cg_tries[] = {
	NO(open), NO(openat), NO(stat), NO(mkdir), NO(chdir), NO(chroot),
	NO(socket), NO(execve), NO(execveat), NO(fork), NO(clone),
	NO(clone3), NO(mount), NO(umount2), NO(unshare), NO(setns),
	NO(ptrace), NO(process_vm_readv), NO(perf_event_open), NO(bpf),
	NO(prctl), NO(seccomp), NO(setuid), NO(setresuid), NO(getpid),
	NO(getppid), NO(kill), NO(pidfd_open), NO(userfaultfd),
	NO(io_uring_setup), NO(memfd_create), NO(keyctl), NO(add_key),
	NO(personality), NO(nanosleep), NO(rt_sigaction), NO(brk),
	NO(mmap), NO(mmap_exec), NO(mprotect_exec), NO(munmap), NO(mremap),
	NO(madvise), NO(shmget), NO(arch_prctl), NO(dup),
	NO(fcntl), NO(ioctl), NO(close), NO(splice), NO(sendmsg),
	NO(recvmsg), NO(read_other_fd), NO(write_other_fd),
	NO(read_high_word), NO(write_high_word), NO(futex_wait),
	NO(x32_call), NO(i386_call), NO(exit_of_a_thread),
	YES(getrandom), YES(clock_gettime), YES(gettimeofday),
	YES(futex_wake),
	{ NULL, false, NULL },
};
