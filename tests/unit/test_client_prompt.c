/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The prompt on a real terminal (a pty), with a child that asks. */
#include "plugin/client/prompt.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "idl/limits.h"
#include "plugin/client/password.h"

#define QUESTION "Password for alice@EXAMPLE.TEST: "
#define PATIENCE_MS 5000

struct asking {
	pid_t pid;
	int master;
	char seen[1024];	/* what the terminal showed */
	size_t len;
};

/* Reports what was typed. */
static void child(int report_fd)
{
	struct cg_password *password = NULL;
	struct cg_secret_bytes typed;
	int signal_number = 0;
	enum cg_status st;
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = cg_prompt_open_terminal();
	if (fd < 0 || cg_password_open(&password) != CG_OK) {
		_exit(99);
	}
	st = cg_prompt_password(fd, QUESTION, password, &signal_number);
	typed = cg_password_bytes(password);
	if (write(report_fd, typed.data, typed.len) < 0) {
		_exit(98);
	}
	cg_password_forget(&password);
	if (signal_number != 0) {
		(void)raise(signal_number);
	}
	_exit((int)st);
}

static void ask(struct asking *a, int *out_report_fd)
{
	int ends[2];

	*a = (struct asking){ 0 };
	assert_int_equal(pipe(ends), 0);
	a->pid = forkpty(&a->master, NULL, NULL, NULL);
	assert_true(a->pid >= 0);
	if (a->pid == 0) {
		child(ends[1]);
	}
	close(ends[1]);
	*out_report_fd = ends[0];
}

/* Until the terminal showed text n times. */
static void wait_for(struct asking *a, const char *text, int n)
{
	for (;;) {
		struct pollfd p = { .fd = a->master, .events = POLLIN };
		const char *at = a->seen;
		int found = 0;
		ssize_t got;

		while ((at = strstr(at, text)) != NULL) {
			found++;
			at++;
		}
		if (found >= n) {
			return;
		}
		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		got = read(a->master, a->seen + a->len,
			   sizeof(a->seen) - 1 - a->len);
		assert_true(got > 0);
		a->len += (size_t)got;
	}
}

static void type(const struct asking *a, const char *text)
{
	assert_int_equal(write(a->master, text, strlen(text)), strlen(text));
}

static bool echoes(const struct asking *a)
{
	struct termios t;

	assert_int_equal(tcgetattr(a->master, &t), 0);
	return (t.c_lflag & ECHO) != 0;
}

/* How the child ended; what is still on the terminal goes to seen. */
static int end_of(struct asking *a)
{
	int status = -1;
	ssize_t got;

	assert_int_equal(waitpid(a->pid, &status, 0), a->pid);
	while ((got = read(a->master, a->seen + a->len,
			   sizeof(a->seen) - 1 - a->len)) > 0) {
		a->len += (size_t)got;
	}
	return status;
}

static void assert_report(int fd, const char *want)
{
	char got[2048] = "";

	assert_int_equal(read(fd, got, sizeof(got) - 1), strlen(want));
	assert_string_equal(got, want);
	close(fd);
}

static void the_password_is_read_and_not_shown(void **state)
{
	struct asking a;
	int report, status;

	(void)state;
	ask(&a, &report);
	wait_for(&a, QUESTION, 1);
	assert_false(echoes(&a));
	type(&a, "correct horse\n");
	assert_report(report, "correct horse");
	status = end_of(&a);
	assert_int_equal(WEXITSTATUS(status), CG_OK);
	assert_true(WIFEXITED(status));
	assert_null(strstr(a.seen, "horse"));
	assert_non_null(strstr(a.seen, QUESTION "\r\n"));
	close(a.master);
}

static void an_erased_character_is_not_in_it(void **state)
{
	struct asking a;
	int report;

	(void)state;
	ask(&a, &report);
	wait_for(&a, QUESTION, 1);
	type(&a, "wrong\025righx\177t\n");
	assert_report(report, "right");
	assert_int_equal(WEXITSTATUS(end_of(&a)), CG_OK);
	close(a.master);
}

static void an_empty_line_and_end_of_file_are_no_password(void **state)
{
	static const char *const nothing[] = { "\n", "\004" };
	struct asking a;
	int report;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		ask(&a, &report);
		wait_for(&a, QUESTION, 1);
		type(&a, nothing[i]);
		assert_report(report, "");
		assert_int_equal(WEXITSTATUS(end_of(&a)), CG_E_NOT_FOUND);
		close(a.master);
	}
}

static void a_password_that_is_too_long_is_refused(void **state)
{
	static char text[CG_PASSWORD_MAX + 3];
	struct asking a;
	int report;

	(void)state;
	memset(text, 'x', sizeof(text));
	strcpy(text + CG_PASSWORD_MAX + 1, "\n");
	ask(&a, &report);
	wait_for(&a, QUESTION, 1);
	type(&a, text);
	assert_report(report, "");
	assert_int_equal(WEXITSTATUS(end_of(&a)), CG_E_LIMIT);
	close(a.master);
}

static void ctrl_c_restores_the_terminal_and_has_its_effect(void **state)
{
	struct asking a;
	int report, status;

	(void)state;
	ask(&a, &report);
	wait_for(&a, QUESTION, 1);
	type(&a, "half\003");
	assert_report(report, "");
	wait_for(&a, "\r\n", 1);
	assert_true(echoes(&a));
	status = end_of(&a);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGINT);
	assert_null(strstr(a.seen, "half"));
	close(a.master);
}

static void signals_restore_the_terminal_and_have_their_effect(void **state)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGQUIT };
	struct asking a;
	int report, status;

	(void)state;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		ask(&a, &report);
		wait_for(&a, QUESTION, 1);
		assert_int_equal(kill(a.pid, signals[i]), 0);
		assert_report(report, "");
		assert_true(echoes(&a));
		status = end_of(&a);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
		close(a.master);
	}
}

static void ctrl_z_gives_the_terminal_back_and_fg_asks_again(void **state)
{
	struct asking a;
	int report, status;

	(void)state;
	ask(&a, &report);
	wait_for(&a, QUESTION, 1);
	type(&a, "half\032");
	assert_int_equal(waitpid(a.pid, &status, WUNTRACED), a.pid);
	assert_true(WIFSTOPPED(status));
	assert_true(echoes(&a));
	assert_int_equal(kill(a.pid, SIGCONT), 0);
	wait_for(&a, QUESTION, 2);
	assert_false(echoes(&a));
	type(&a, "whole\n");
	assert_report(report, "whole");
	assert_int_equal(WEXITSTATUS(end_of(&a)), CG_OK);
	close(a.master);
}

static void a_pipe_is_no_terminal_and_is_not_read(void **state)
{
	struct cg_password *password;
	int ends[2], signal_number;

	(void)state;
	assert_int_equal(cg_password_open(&password), CG_OK);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "x\n", 2), 2);
	assert_int_equal(cg_prompt_password(ends[0], QUESTION, password,
					    &signal_number), CG_E_SYSTEM);
	assert_int_equal(cg_password_bytes(password).len, 0);
	cg_password_forget(&password);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
#define TEST(f) cmocka_unit_test(f)
	const struct CMUnitTest tests[] = {
		TEST(the_password_is_read_and_not_shown),
		TEST(an_erased_character_is_not_in_it),
		TEST(an_empty_line_and_end_of_file_are_no_password),
		TEST(a_password_that_is_too_long_is_refused),
		TEST(ctrl_c_restores_the_terminal_and_has_its_effect),
		TEST(signals_restore_the_terminal_and_have_their_effect),
		TEST(ctrl_z_gives_the_terminal_back_and_fg_asks_again),
		TEST(a_pipe_is_no_terminal_and_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
