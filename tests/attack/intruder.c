/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a taken-over broker would do to the vault: tries every way into
 * another process and prints "WAY ok" or "WAY ERROR" for each. The last sends
 * SIGKILL by a detour, and only the target's end tells whether it came.
 * Usage: intruder PID ADDRESS; without arguments it is such a target, prints
 * an address of its own and waits. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kcmp.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

struct target {
	pid_t pid;
	uintptr_t at;		/* of eight bytes in its memory */
};

typedef long way_fn(const struct target *t);

static long attach(pid_t pid, enum __ptrace_request request)
{
	long ret = ptrace(request, pid, NULL, NULL);

	if (ret == 0 && request == PTRACE_ATTACH) {
		(void)waitpid(pid, NULL, __WALL);
		(void)ptrace(PTRACE_DETACH, pid, NULL, NULL);
	}
	return ret;
}

static long way_ptrace_attach(const struct target *t)
{
	return attach(t->pid, PTRACE_ATTACH);
}

static long way_ptrace_seize(const struct target *t)
{
	return attach(t->pid, PTRACE_SEIZE);
}

static long copy(const struct target *t, long number)
{
	char here[8] = "";
	struct iovec own = { here, sizeof(here) };
	struct iovec there = { (void *)t->at, sizeof(here) };

	return syscall(number, t->pid, &own, 1, &there, 1, 0);
}

static long way_vm_readv(const struct target *t)
{
	return copy(t, SYS_process_vm_readv);
}

static long way_vm_writev(const struct target *t)
{
	return copy(t, SYS_process_vm_writev);
}

static long way_perf_event_open(const struct target *t)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.sample_type = PERF_SAMPLE_STACK_USER | PERF_SAMPLE_REGS_USER,
		.sample_stack_user = 4096, .sample_regs_user = 1,
		.exclude_kernel = 1, .exclude_hv = 1,
	};

	return syscall(SYS_perf_event_open, &attr, t->pid, -1, -1, 0);
}

static long with_pidfd(pid_t pid, long number, long a, long b)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	return pidfd < 0 ? -1 : syscall(number, pidfd, a, b, 0L);
}

static long way_pidfd_getfd(const struct target *t)
{
	return with_pidfd(t->pid, SYS_pidfd_getfd, 3, 0);
}

static long way_pidfd_send_signal(const struct target *t)
{
	return with_pidfd(t->pid, SYS_pidfd_send_signal, SIGURG, 0);
}

static long way_setns_pidfd(const struct target *t)
{
	return with_pidfd(t->pid, SYS_setns, CLONE_NEWUSER, 0);
}

static long way_kcmp_files(const struct target *t)
{
	return syscall(SYS_kcmp, getpid(), t->pid, KCMP_FILES, 0, 0);
}

static long way_kill_zero(const struct target *t)
{
	return kill(t->pid, 0);
}

static long way_kill_it(const struct target *t)
{
	return kill(t->pid, SIGURG);
}

static long way_prlimit_core(const struct target *t)
{
	struct rlimit was;

	return prlimit(t->pid, RLIMIT_CORE, NULL, &was);
}

static long way_set_affinity(const struct target *t)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	return sched_setaffinity(t->pid, sizeof(one), &one);
}

static long way_set_priority(const struct target *t)
{
	return setpriority(PRIO_PROCESS, (id_t)t->pid, 19);
}

static long way_move_pages(const struct target *t)
{
	return syscall(SYS_move_pages, t->pid, 0UL, NULL, NULL, NULL, 0);
}

static long way_robust_list(const struct target *t)
{
	void *head = NULL;
	size_t len = 0;

	return syscall(SYS_get_robust_list, t->pid, &head, &len);
}

/* The kernel asks at the time of the signal whether we might have sent it. */
static long way_sigio(const struct target *t)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 ||
	    fcntl(ends[0], F_SETOWN, t->pid) != 0 ||
	    fcntl(ends[0], F_SETSIG, SIGKILL) != 0 ||
	    fcntl(ends[0], F_SETFL, O_ASYNC) != 0) {
		return -1;
	}
	return write(ends[1], "", 1);
}

static const struct {
	const char *name;
	way_fn *run;
} ways[] = {
	{ "process_vm_readv", way_vm_readv },
	{ "process_vm_writev", way_vm_writev },
	{ "perf_event_open", way_perf_event_open },
	{ "pidfd_getfd", way_pidfd_getfd },
	{ "setns", way_setns_pidfd },
	{ "pidfd_send_signal", way_pidfd_send_signal },
	{ "kcmp", way_kcmp_files },
	{ "kill_0", way_kill_zero },
	{ "kill", way_kill_it },
	{ "prlimit", way_prlimit_core },
	{ "sched_setaffinity", way_set_affinity },
	{ "setpriority", way_set_priority },
	{ "move_pages", way_move_pages },
	{ "get_robust_list", way_robust_list },
	{ "ptrace_attach", way_ptrace_attach },
	{ "ptrace_seize", way_ptrace_seize },
	{ "sigio", way_sigio },
};

/* Opening says little for some of them: the check is in the first read. */
static const struct {
	const char *name;
	int flags;
} files[] = {
	{ "mem", O_RDONLY }, { "mem", O_RDWR }, { "maps", O_RDONLY },
	{ "smaps", O_RDONLY }, { "numa_maps", O_RDONLY },
	{ "pagemap", O_RDONLY }, { "environ", O_RDONLY },
	{ "auxv", O_RDONLY }, { "syscall", O_RDONLY },
	{ "stack", O_RDONLY },
	{ "personality", O_RDONLY }, { "io", O_RDONLY },
	{ "exe", O_RDONLY }, { "fd", O_RDONLY }, { "fdinfo", O_RDONLY },
	{ "map_files", O_RDONLY }, { "root/.", O_RDONLY },
	{ "cwd/.", O_RDONLY }, { "fd/3", O_PATH }, { "ns/user", O_RDONLY },
	{ "ns/mnt", O_RDONLY }, { "clear_refs", O_WRONLY },
	{ "coredump_filter", O_WRONLY }, { "oom_score_adj", O_WRONLY },
	{ "comm", O_WRONLY }, { "uid_map", O_WRONLY },
};

static void print(const char *prefix, const char *name, long ret)
{
	printf("%s%s %s\n", prefix, name,
	       ret >= 0 ? "ok" : strerrorname_np(errno));
}

static long open_and_read(const char *path, int flags)
{
	int fd = open(path, flags);
	char byte;

	if (fd < 0 || (flags & (O_PATH | O_WRONLY)) != 0) {
		return fd;
	}
	/* Address 0 is mapped nowhere; a directory is not read so. */
	if (read(fd, &byte, 1) < 0 && errno != EIO && errno != EISDIR &&
	    errno != EINVAL) {
		return -1;
	}
	return 0;
}

static void try_files(pid_t pid)
{
	char path[64];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid,
			 files[i].name);
		print(files[i].flags == O_RDONLY ? "/proc/PID/"
						 : "+/proc/PID/",
		      files[i].name, open_and_read(path, files[i].flags));
	}
}

static int be_target(void)
{
	static char here[8];

	printf("%" PRIuPTR "\n", (uintptr_t)here);
	fflush(stdout);
	return dup2(0, 3) == 3 && read(0, here, 1) >= 0 ? 0 : 1;
}

int main(int argc, char *argv[])
{
	struct target t = { 0 };

	if (argc == 1) {
		return be_target();
	}
	if (argc != 3) {
		fprintf(stderr, "usage: intruder [PID ADDRESS]\n");
		return 2;
	}
	t.pid = (pid_t)strtol(argv[1], NULL, 10);
	t.at = strtoul(argv[2], NULL, 10);
	try_files(t.pid);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		print("", ways[i].name, ways[i].run(&t));
	}
	return 0;
}
