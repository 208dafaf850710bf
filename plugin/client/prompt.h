/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking for a password on the terminal, without echo. */
#ifndef CG_CLIENT_PROMPT_H
#define CG_CLIENT_PROMPT_H

#include "idl/status.h"

struct cg_password;

/* The process' own terminal, or -1 with errno. */
int cg_prompt_open_terminal(void);
/* The terminal is as before whatever happens, also after Ctrl-C, Ctrl-Z and
 * SIGTERM. *out_signal != 0 (with CG_E_DENIED): the signal that ended it; the
 * caller cleans up and lets it have its effect. Otherwise as
 * cg_password_read_line(). */
CG_MUST_CHECK enum cg_status cg_prompt_password(int terminal_fd,
						const char *question,
						struct cg_password *password,
						int *out_signal);

#endif
