/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies the memory of a process in one of the ways that root has, page by
 * page. What it gets goes to standard output; for each mapping of which pages
 * were refused it writes "REFUSED OF PAGES REASON NAME" to standard error.
 * Usage: thief mem|vm|peek PID */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096U

struct victim {
	pid_t pid;
	int mem;
};

/* Whether the page came whole; else errno says why not. */
typedef int copy_fn(const struct victim *v, uint64_t at, uint8_t *out);

static int copy_mem(const struct victim *v, uint64_t at, uint8_t *out)
{
	return pread(v->mem, out, PAGE, (off_t)at) == (ssize_t)PAGE;
}

static int copy_vm(const struct victim *v, uint64_t at, uint8_t *out)
{
	struct iovec to = { out, PAGE };
	struct iovec from = { (void *)(uintptr_t)at, PAGE };

	return process_vm_readv(v->pid, &to, 1, &from, 1, 0) == (ssize_t)PAGE;
}

static int copy_peek(const struct victim *v, uint64_t at, uint8_t *out)
{
	for (size_t i = 0; i < PAGE; i += sizeof(long)) {
		long word;

		errno = 0;
		word = ptrace(PTRACE_PEEKDATA, v->pid, (void *)(at + i), NULL);
		if (errno != 0) {
			return 0;
		}
		memcpy(out + i, &word, sizeof(word));
	}
	return 1;
}

static const struct {
	const char *name;
	copy_fn *copy;
} ways[] = {
	{ "mem", copy_mem }, { "vm", copy_vm }, { "peek", copy_peek },
};

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "thief: %s: %s\n", what, strerror(errno));
	exit(1);
}

static copy_fn *choose(const char *name)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (strcmp(ways[i].name, name) == 0) {
			return ways[i].copy;
		}
	}
	errno = EINVAL;
	fail(name);
}

static void steal(const struct victim *v, copy_fn *copy, const char *line)
{
	uint64_t start, end;
	uint64_t n_refused = 0;
	const char *why = "";
	static uint8_t page[PAGE];
	char name[256] = "";

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %*s %*s %*s %255[^\n]",
		   &start, &end, name) < 2) {
		fail("maps");
	}
	for (uint64_t at = start; at < end; at += PAGE) {
		if (copy(v, at, page)) {
			fwrite(page, PAGE, 1, stdout);
			continue;
		}
		why = strerrorname_np(errno);
		n_refused++;
	}
	if (n_refused != 0) {
		fprintf(stderr, "%" PRIu64 " of %" PRIu64 " %s %s\n",
			n_refused, (end - start) / PAGE, why, name);
	}
}

static void hold(pid_t pid)
{
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0 ||
	    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0 ||
	    waitpid(pid, NULL, __WALL) != pid) {
		fail("ptrace");
	}
}

static FILE *open_maps(struct victim *v)
{
	char path[64];
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)v->pid);
	v->mem = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)v->pid);
	maps = fopen(path, "r");
	if (v->mem < 0 || maps == NULL) {
		fail(path);
	}
	return maps;
}

int main(int argc, char *argv[])
{
	struct victim v = { 0 };
	char line[512];
	copy_fn *copy;
	FILE *maps;

	if (argc != 3) {
		fprintf(stderr, "usage: thief mem|vm|peek PID\n");
		return 2;
	}
	copy = choose(argv[1]);
	v.pid = (pid_t)strtol(argv[2], NULL, 10);
	maps = open_maps(&v);
	if (copy == copy_peek) {
		hold(v.pid);
	}
	while (fgets(line, sizeof(line), maps) != NULL) {
		steal(&v, copy, line);
	}
	fclose(maps);
	return 0;
}
