/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A password is never taken from the arguments or the environment. */
#include "plugin/client/ctl_password.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "idl/limits.h"
#include "plugin/client/ctl_terminal.h"
#include "plugin/client/password.h"
#include "plugin/client/prompt.h"

/* errno is as the failed call left it. */
static void complain_of(enum cg_status st)
{
	const char *why = strerror(errno);

	if (st == CG_E_NOT_FOUND) {
		cg_ctl_complain("no password was given");
		return;
	}
	if (st == CG_E_LIMIT) {
		cg_ctl_complain("the password is longer than %u bytes",
				CG_PASSWORD_MAX);
		return;
	}
	if (st == CG_E_INVALID) {
		cg_ctl_complain("the password holds a NUL byte");
		return;
	}
	cg_ctl_complain("cannot read the password: %s", why);
}

enum cg_status cg_ctl_password_ask(const char *question,
				   struct cg_password *password,
				   int *out_signal)
{
	enum cg_status st;
	int fd;

	*out_signal = 0;
	fd = cg_prompt_open_terminal();
	if (fd < 0) {
		cg_ctl_complain("there is no terminal to ask for the "
				"password on; use --password-fd");
		return CG_E_UNAVAILABLE;
	}
	st = cg_prompt_password(fd, question, password, out_signal);
	if (st != CG_OK && *out_signal == 0) {
		complain_of(st);
	}
	(void)close(fd);
	return st;
}

enum cg_status cg_ctl_password_read(int fd, struct cg_password *password)
{
	enum cg_status st;

	if (isatty(fd)) {
		cg_ctl_complain("--password-fd %d is a terminal, which would "
				"show the password; without the option you "
				"are asked for it", fd);
		return CG_E_DENIED;
	}
	st = cg_password_read_line(password, fd);
	if (st != CG_OK) {
		complain_of(st);
	}
	return st;
}
