/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pipe front can do after it has given up the rest, tried by a child
 * of the test. */
#include "plugin/winbind/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define OTHERWISE 77

static void give_up(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    cg_confine() != CG_OK) {
		_exit(OTHERWISE);
	}
}

/* What try left in a child: 0, it worked; else its errno. */
static int after_giving_up(bool (*try)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		give_up();
		errno = 0;
		_exit(try() ? 0 : errno);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), OTHERWISE);
	return WEXITSTATUS(status);
}

static bool run_a_program(void)
{
	char *argv[] = { (char *)(uintptr_t)"true", NULL };

	return execv("/bin/true", argv) == 0;
}

static bool fork_another(void)
{
	return fork() >= 0;
}

static bool trace_its_parent(void)
{
	return ptrace(PTRACE_SEIZE, getppid(), 0, 0) == 0;
}

static bool read_memory_of_its_parent(void)
{
	char byte;
	struct iovec part = { &byte, 1 };

	return syscall(SYS_process_vm_readv, getppid(), &part, 1, &part, 1,
		       0) == 1;
}

static bool kill_its_parent(void)
{
	return kill(getppid(), SIGURG) == 0;
}

static bool open_the_internet(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool open_netlink(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 0) >= 0;
}

static bool map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool make_data_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool trace_the_kernel(void)
{
	return syscall(SYS_bpf, 0, NULL, 0) >= 0;
}

static void what_it_does_not_need_is_refused(void **state)
{
	static bool (*const tries[])(void) = {
		run_a_program, fork_another, trace_its_parent,
		read_memory_of_its_parent, kill_its_parent, open_the_internet,
		open_netlink, map_code, make_data_code, trace_the_kernel,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		assert_int_equal(after_giving_up(tries[i]), EPERM);
	}
}

static bool make_a_file(void)
{
	return open("cg_confined", O_WRONLY | O_CREAT | O_TRUNC, 0600) >= 0;
}

static bool write_a_file(void)
{
	return open("/dev/null", O_WRONLY) >= 0;
}

static void no_file_is_written(void **state)
{
	(void)state;
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1U) < 1) {
		skip();		/* this kernel has no Landlock */
	}
	assert_int_equal(after_giving_up(make_a_file), EACCES);
	assert_int_equal(after_giving_up(write_a_file), EACCES);
}

static bool talk(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	/* The kernel's own convention for socket addresses. */
	const struct sockaddr *any = (const void *)&address;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, "/nonexistent/socket");
	/* Nobody is there, but it may be asked for. */
	return fd >= 0 && connect(fd, any, sizeof(address)) != 0 &&
	       errno == ENOENT;
}

static bool read_a_file(void)
{
	char byte;
	int fd = open("/etc/passwd", O_RDONLY);

	return fd >= 0 && read(fd, &byte, 1) == 1 && close(fd) == 0;
}

static bool take_memory(void)
{
	char *much = malloc(1 << 20);

	memset(much, 1, 1 << 20);
	free(much);
	return true;
}

static void what_it_needs_works(void **state)
{
	(void)state;
	assert_int_equal(after_giving_up(talk), 0);
	assert_int_equal(after_giving_up(read_a_file), 0);
	assert_int_equal(after_giving_up(take_memory), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_does_not_need_is_refused),
		cmocka_unit_test(no_file_is_written),
		cmocka_unit_test(what_it_needs_works),
	};

	return cmocka_run_group_tests_name("winbind_confine", tests, NULL,
					   NULL);
}
