/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints the system call filters of a running process, as the kernel holds
 * them: one line "code jt jf k" for each instruction, "--" after each filter.
 * Usage: read_filter PID (as root) */
#include <errno.h>
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#ifndef PTRACE_SECCOMP_GET_FILTER
#define PTRACE_SECCOMP_GET_FILTER 0x420c
#endif

static int fail(const char *what)
{
	fprintf(stderr, "read_filter: %s: %s\n", what, strerror(errno));
	return 1;
}

static void print(const struct sock_filter *rows, long n)
{
	for (long i = 0; i < n; i++) {
		printf("%u %u %u %u\n", rows[i].code, rows[i].jt, rows[i].jf,
		       rows[i].k);
	}
	printf("--\n");
}

/* ENOENT: there is no filter with this number. */
static int print_all(pid_t pid)
{
	static struct sock_filter rows[BPF_MAXINSNS];

	for (unsigned long i = 0;; i++) {
		long n = ptrace(PTRACE_SECCOMP_GET_FILTER, pid, (void *)i,
				rows);

		if (n < 0) {
			return errno == ENOENT ? 0 : fail("GET_FILTER");
		}
		print(rows, n);
	}
}

int main(int argc, char *argv[])
{
	pid_t pid = argc == 2 ? (pid_t)strtol(argv[1], NULL, 10) : 0;
	int ret;

	if (pid <= 0) {
		fprintf(stderr, "usage: read_filter PID\n");
		return 2;
	}
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0) {
		return fail("SEIZE");
	}
	if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0 ||
	    waitpid(pid, NULL, __WALL) != pid) {
		return fail("INTERRUPT");
	}
	ret = print_all(pid);
	if (ptrace(PTRACE_DETACH, pid, NULL, NULL) != 0) {
		return fail("DETACH");
	}
	return ret;
}
