/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filter of the vault, run here for every system call number and compared
 * with tests/check/golden/vault.syscalls; then the kernel is asked as well. */
#include "isolated-helper/vault/seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "idl/limits.h"

#define GOLDEN "tests/check/golden/vault.syscalls"
#define X32_BIT 0x40000000U
#define N_NUMBERS 1024U
#define ANY (-1)

struct row {
	bool allowed;
	int arg;		/* compared, or ANY */
	uint32_t value;
};

static struct row golden[N_NUMBERS];

static void read_line(const char *line)
{
	unsigned int nr = 0;
	char name[32];
	int arg = ANY;
	unsigned int value = 0;
	int n = sscanf(line, "%u %31s arg%d=%u", &nr, name, &arg, &value);

	if (line[0] == '#') {
		return;
	}
	assert_true((n == 2 || n == 4) && nr < N_NUMBERS);
	assert_false(golden[nr].allowed);
	golden[nr] = (struct row){ true, arg, value };
}

static int read_golden(void **state)
{
	const char *top = getenv("CG_TOP");
	char path[512];
	char line[256];
	FILE *f = NULL;

	(void)state;
	snprintf(path, sizeof(path), "%s/" GOLDEN, top == NULL ? "." : top);
	f = fopen(path, "r");
	if (f == NULL) {
		return -1;
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		read_line(line);
	}
	return fclose(f);
}

static uint32_t load(const struct seccomp_data *data, uint32_t at)
{
	uint32_t v = 0;

	assert_true(at % 4 == 0 && at + 4 <= sizeof(*data));
	memcpy(&v, (const uint8_t *)data + at, sizeof(v));
	return v;
}

/* Classic BPF, as far as this filter uses it; anything else fails. */
static uint32_t run(const struct sock_filter *code, size_t n,
		    const struct seccomp_data *data)
{
	uint32_t a = 0;

	for (size_t pc = 0; pc < n; pc++) {
		const struct sock_filter *i = &code[pc];

		if (i->code == (BPF_LD | BPF_W | BPF_ABS)) {
			a = load(data, i->k);
		} else if (i->code == (BPF_JMP | BPF_JEQ | BPF_K)) {
			pc += a == i->k ? i->jt : i->jf;
		} else if (i->code == (BPF_RET | BPF_K)) {
			return i->k;
		} else {
			fail_msg("code %x is not understood", i->code);
		}
	}
	fail_msg("the filter runs off its end");
	return 0;
}

static uint32_t verdict(const struct seccomp_data *data)
{
	struct sock_filter code[CG_FILTER_MAX];
	size_t n = cg_seccomp_build(code);

	assert_true(n <= CG_FILTER_MAX);
	return run(code, n, data);
}

static void set_argument(struct seccomp_data *data, const struct row *row)
{
	memset(data->args, 0xff, sizeof(data->args));
	if (row->arg != ANY) {
		data->args[row->arg] = row->value;
	}
}

static void every_number_is_allowed_or_kills_as_listed(void **state)
{
	(void)state;
	for (uint32_t nr = 0; nr < N_NUMBERS; nr++) {
		struct seccomp_data data = { .nr = (int)nr,
					     .arch = AUDIT_ARCH_X86_64 };
		uint32_t want = golden[nr].allowed ? SECCOMP_RET_ALLOW
						   : SECCOMP_RET_KILL_PROCESS;

		set_argument(&data, &golden[nr]);
		if (verdict(&data) != want) {
			fail_msg("system call %u", nr);
		}
	}
}

static void no_number_of_another_architecture_is_allowed(void **state)
{
	static const uint32_t others[] = { AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64,
					   AUDIT_ARCH_X86_64 ^ 1, 0,
					   UINT32_MAX };

	(void)state;
	for (uint32_t nr = 0; nr < N_NUMBERS; nr++) {
		for (size_t i = 0; i < sizeof(others) / sizeof(others[0]);
		     i++) {
			struct seccomp_data data = { .nr = (int)nr,
						     .arch = others[i] };

			set_argument(&data, &golden[nr]);
			assert_int_equal(verdict(&data),
					 SECCOMP_RET_KILL_PROCESS);
		}
	}
}

static void no_number_of_the_x32_abi_is_allowed(void **state)
{
	(void)state;
	for (uint32_t nr = 0; nr < N_NUMBERS; nr++) {
		struct seccomp_data data = { .nr = (int)(nr | X32_BIT),
					     .arch = AUDIT_ARCH_X86_64 };

		set_argument(&data, &golden[nr]);
		assert_int_equal(verdict(&data), SECCOMP_RET_KILL_PROCESS);
	}
}

static void a_compared_argument_has_one_value_in_all_64_bits(void **state)
{
	(void)state;
	for (uint32_t nr = 0; nr < N_NUMBERS; nr++) {
		struct seccomp_data data = { .nr = (int)nr,
					     .arch = AUDIT_ARCH_X86_64 };
		int arg = golden[nr].arg;

		if (!golden[nr].allowed || arg == ANY) {
			continue;
		}
		set_argument(&data, &golden[nr]);
		assert_int_equal(verdict(&data), SECCOMP_RET_ALLOW);
		for (unsigned int bit = 0; bit < 64; bit++) {
			data.args[arg] ^= (uint64_t)1 << bit;
			assert_int_equal(verdict(&data),
					 SECCOMP_RET_KILL_PROCESS);
			data.args[arg] ^= (uint64_t)1 << bit;
		}
	}
}

static void the_list_has_at_most_twelve_calls(void **state)
{
	unsigned int n = 0;

	(void)state;
	for (uint32_t nr = 0; nr < N_NUMBERS; nr++) {
		n += golden[nr].allowed;
	}
	assert_in_range(n, 1, 12);
}

/* What the vault may do, and then one thing more. */
struct attempt {
	const char *name;
	void (*act)(void);
};

static void try_nothing(void)
{
	struct timespec ts;
	uint8_t byte = 0;

	(void)!write(CG_CHANNEL_FD, "", 0);
	(void)!read(CG_CHANNEL_FD, &byte, 1);
	syscall(SYS_getrandom, &byte, 1, 0);
	syscall(SYS_clock_gettime, CLOCK_REALTIME, &ts);
}

static void try_read_of_another_descriptor(void)
{
	uint8_t byte;

	(void)!read(0, &byte, 1);
}

static void try_write_to_another_descriptor(void)
{
	(void)!write(2, "", 0);
}

static void try_openat(void)
{
	(void)open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void try_socket(void)
{
	(void)socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static void try_execve(void)
{
	execl("/bin/true", "true", NULL);
}

static void try_ptrace(void)
{
	(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void try_clone(void)
{
	(void)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
}

static void try_mount(void)
{
	(void)mount("none", "/nonexistent", "tmpfs", 0, NULL);
}

static void try_mmap_of_code(void)
{
	(void)mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void try_mmap(void)
{
	(void)mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void try_mprotect(void)
{
	(void)mprotect(NULL, 0, PROT_EXEC);
}

static void try_process_vm_readv(void)
{
	(void)syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0);
}

static void try_recvmsg(void)
{
	(void)recvmsg(CG_CHANNEL_FD, NULL, 0);
}

static void try_kill(void)
{
	(void)syscall(SYS_kill, 0, 0);
}

static void try_second_filter(void)
{
	if (cg_seccomp_enter() != CG_OK) {
		return;
	}
}

static void try_futex_wait(void)
{
	uint32_t word = 1;

	syscall(SYS_futex, &word, 0, 0, NULL, NULL, 0);
}

static void try_i386_call(void)
{
	/* exit(0) of the i386 table, through the gate for it */
	__asm__ volatile("int $0x80" : : "a"(1), "b"(0) : "memory");
}

/* The child ends itself with exit_group, which is allowed. */
static int signal_of(void (*act)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		const struct rlimit none = { 0, 0 };

		setrlimit(RLIMIT_CORE, &none);
		dup2(open("/dev/null", O_RDWR | O_CLOEXEC), CG_CHANNEL_FD);
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		    cg_seccomp_enter() != CG_OK) {
			_exit(3);
		}
		try_nothing();
		act();
		syscall(SYS_exit_group, 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status)) {
		return WTERMSIG(status);
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	return 0;
}

static void the_kernel_kills_for_anything_else(void **state)
{
	static const struct attempt attempts[] = {
		{ "read", try_read_of_another_descriptor },
		{ "write", try_write_to_another_descriptor },
		{ "openat", try_openat },
		{ "socket", try_socket },
		{ "execve", try_execve },
		{ "ptrace", try_ptrace },
		{ "clone", try_clone },
		{ "mount", try_mount },
		{ "mmap with PROT_EXEC", try_mmap_of_code },
		{ "mmap", try_mmap },
		{ "mprotect", try_mprotect },
		{ "process_vm_readv", try_process_vm_readv },
		{ "recvmsg", try_recvmsg },
		{ "kill", try_kill },
		{ "seccomp", try_second_filter },
		{ "futex wait", try_futex_wait },
		{ "i386", try_i386_call },
	};

	(void)state;
	assert_int_equal(signal_of(try_nothing), 0);
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		if (signal_of(attempts[i].act) != SIGSYS) {
			fail_msg("%s was let through", attempts[i].name);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_is_allowed_or_kills_as_listed),
		cmocka_unit_test(no_number_of_another_architecture_is_allowed),
		cmocka_unit_test(no_number_of_the_x32_abi_is_allowed),
		cmocka_unit_test(
			a_compared_argument_has_one_value_in_all_64_bits),
		cmocka_unit_test(the_list_has_at_most_twelve_calls),
		cmocka_unit_test(the_kernel_kills_for_anything_else),
	};

	return cmocka_run_group_tests(tests, read_golden, NULL);
}
