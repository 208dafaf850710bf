/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A typed password: locked in memory, in no core file, not inherited by a
 * fork, wiped by cg_password_forget(). Never a talloc chunk, never char *. */
#ifndef CG_CLIENT_PASSWORD_H
#define CG_CLIENT_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_password;

/* CG_E_SYSTEM (errno is set): memory could not be locked. */
CG_MUST_CHECK enum cg_status cg_password_open(struct cg_password **out);
/* Wipes it; *password becomes NULL. NULL is fine. */
void cg_password_forget(struct cg_password **password);
/* Back to empty. */
void cg_password_clear(struct cg_password *password);

/* For callers that got it from elsewhere, PAM for example.
 * CG_E_LIMIT: longer than CG_PASSWORD_MAX. CG_E_INVALID: holds a NUL. */
CG_MUST_CHECK enum cg_status cg_password_append(struct cg_password *password,
						struct cg_secret_bytes more);
/* Takes one byte of fd; nothing that follows the line's end is consumed.
 * *out_line_done: newline or end of file was met. Blocks as read() does. */
CG_MUST_CHECK enum cg_status cg_password_read_byte(
	struct cg_password *password, int fd, bool *out_line_done);
/* Until newline or end of file. CG_E_NOT_FOUND: nothing was there. */
CG_MUST_CHECK enum cg_status cg_password_read_line(
	struct cg_password *password, int fd);

/* Takes as long whatever they are. */
bool cg_password_is_same(const struct cg_password *a,
			 const struct cg_password *b);
/* Borrowed until the next call on password. */
struct cg_secret_bytes cg_password_bytes(const struct cg_password *password);

#endif
