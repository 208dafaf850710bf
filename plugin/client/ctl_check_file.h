/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of the machine that is checked. */
#ifndef CG_CLIENT_CTL_CHECK_FILE_H
#define CG_CLIENT_CTL_CHECK_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

struct cg_ctl_check_found;
struct cg_ctl_check_machine;

/* path, below the prefix. NULL when out of memory. */
char *cg_ctl_check_file_path(TALLOC_CTX *mem_ctx,
			     const struct cg_ctl_check_machine *machine,
			     const char *path);
/* All of a text file, without the newline at its end; NULL with errno. A NUL
 * in it, as in /proc, is its end. */
char *cg_ctl_check_file_read(TALLOC_CTX *mem_ctx,
			     const struct cg_ctl_check_machine *machine,
			     const char *path);
bool cg_ctl_check_file_is_there(const struct cg_ctl_check_machine *machine,
				const char *path);
/* The first number in it. */
bool cg_ctl_check_file_number(const struct cg_ctl_check_machine *machine,
			      const char *path, long *out);
/* Says that path, of errno, could not be read. */
void cg_ctl_check_file_unread(struct cg_ctl_check_found *out,
			      const char *path);
/* The paths, prefix included, that match; *n of them. NULL for none. */
char **cg_ctl_check_file_glob(TALLOC_CTX *mem_ctx,
			      const struct cg_ctl_check_machine *machine,
			      const char *pattern, size_t *n);
/* text is a list of words with blanks between; is word one of them? */
bool cg_ctl_check_file_has_word(const char *text, const char *word);
/* A path from glob without its prefix. */
const char *cg_ctl_check_file_plain(
	const struct cg_ctl_check_machine *machine, const char *path);

#endif
