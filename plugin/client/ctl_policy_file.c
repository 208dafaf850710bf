/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ctl_policy_file.h. */
#include "plugin/client/ctl_policy_file.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "plugin/client/ctl_terminal.h"

struct reading {
	struct cg_policy_text *out;
	FILE *file;
	unsigned int line;	/* that was read last */
	unsigned int wrong;	/* 0: none */
	bool is_too_long;
};

/* inih tells no line numbers to got_key, and takes the rest of a line that is
 * too long for it as another line. */
static char *get_line(char *buf, int size, void *stream)
{
	struct reading *r = stream;
	char *line = fgets(buf, size, r->file);
	size_t len;

	if (line == NULL) {
		return NULL;
	}
	r->line++;
	len = strlen(line);
	if (len + 1 == (size_t)size && line[len - 1] != '\n' &&
	    r->wrong == 0) {
		r->wrong = r->line;
		r->is_too_long = true;
	}
	return line;
}

static int got_key(void *user, const char *section, const char *name,
		   const char *value)
{
	struct reading *r = user;

	if (r->wrong != 0 || cg_policy_text_rule(section) == NULL) {
		return 1;
	}
	if (!cg_policy_text_key(r->out, section, name, value)) {
		r->wrong = r->line;
	}
	return 1;
}

static enum cg_status read_all(struct reading *r, const char *path)
{
	int line = ini_parse_stream(get_line, r, got_key, r);

	if (r->wrong == 0 && line == 0 && cg_policy_text_end(r->out)) {
		return CG_OK;
	}
	if (r->is_too_long) {
		cg_ctl_complain("%s:%u: the line is too long", path,
				r->wrong);
	} else if (r->wrong != 0) {
		cg_ctl_complain("%s:%u: %s", path, r->wrong, r->out->why);
	} else if (line > 0) {
		cg_ctl_complain("%s:%d: neither [section] nor key = value",
				path, line);
	} else {
		cg_ctl_complain("%s: %s", path, line < 0 ? "out of memory"
							 : r->out->why);
	}
	return CG_E_INVALID;
}

enum cg_status cg_ctl_policy_file_read(const char *path,
				       struct cg_policy_text *out)
{
	struct reading r = { .out = out };
	enum cg_status st;

	memset(out, 0, sizeof(*out));
	r.file = fopen(path, "re");
	if (r.file == NULL) {
		cg_ctl_complain("%s: %s", path, strerror(errno));
		return CG_E_SYSTEM;
	}
	st = read_all(&r, path);
	(void)fclose(r.file);
	return st;
}
