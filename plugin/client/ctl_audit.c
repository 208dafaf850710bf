/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl audit */
#include "plugin/client/ctl_audit_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plugin/client/ctl.h"
#include "plugin/client/ctl_audit_text.h"
#include "plugin/client/ctl_options.h"
#include "plugin/client/ctl_terminal.h"

static const struct option long_options[] = {
	{ "follow", no_argument, NULL, 'f' },
	{ "json", no_argument, NULL, 'j' },
	{ "since", required_argument, NULL, 's' },
	{ "file", required_argument, NULL, 'F' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const struct cg_ctl_options options = {
	.short_options = ":fh",
	.long_options = long_options,
	.help = "Usage: credguardctl audit [-f] [--json] [--since DURATION]\n"
		"                          [--file FILE]\n"
		"\n"
		"Shows what credguard decided: who asked for what, and got\n"
		"it or not. Root and the group adm may read that; events are\n"
		"explained in credguard-audit(5).\n"
		"\n"
		"  -f, --follow        go on with what comes\n"
		"  --json              the lines as they are in the file\n"
		"  --since DURATION    only the last 1h, 7d, ...\n"
		"  --file FILE         another file, such as an older one\n",
};

struct wish {
	bool follow;
	bool json;
	uint32_t since_s;		/* 0: all */
	const char *file;
};

static bool read_options(int argc, char **argv, struct wish *out,
			 int *out_exit)
{
	int c;

	while ((c = cg_ctl_options_next(&options, argc, argv,
					out_exit)) != -1) {
		if (c == CG_OPTIONS_STOP) {
			return false;
		}
		if (c == 's' && cg_ctl_options_duration("since",
							&out->since_s) !=
					CG_OK) {
			*out_exit = CG_EXIT_USAGE;
			return false;
		}
		out->follow = out->follow || c == 'f';
		out->json = out->json || c == 'j';
		out->file = c == 'F' ? optarg : out->file;
	}
	return true;
}

/* As times are written in the file, so that texts compare like times. */
static void since_text(uint32_t since_s, char out[CG_CTL_AUDIT_TIME_LEN])
{
	time_t at = time(NULL) - (time_t)since_s;
	struct tm tm = { 0 };

	out[0] = '\0';
	if (since_s > 0) {
		(void)gmtime_r(&at, &tm);
		(void)strftime(out, CG_CTL_AUDIT_TIME_LEN,
			       "%Y-%m-%dT%H:%M:%S", &tm);
	}
}

static bool show(const char *line, const struct wish *wish, const char *since)
{
	json_t *event = json_loads(line, 0, NULL);

	if (event != NULL && cg_ctl_audit_text_is_since(event, since)) {
		if (wish->json) {
			(void)puts(line);
		} else {
			cg_ctl_audit_text_print(event, stdout);
		}
	}
	json_decref(event);
	return !wish->follow || fflush(stdout) == 0;
}

static void show_all(struct cg_ctl_audit_file *file, const struct wish *wish)
{
	char since[CG_CTL_AUDIT_TIME_LEN];
	char *buffer = NULL;
	size_t size = 0;
	const char *line;
	bool ok = true;

	since_text(wish->since_s, since);
	do {
		while (ok && (line = cg_ctl_audit_file_next(
				      file, &buffer, &size)) != NULL) {
			ok = show(line, wish, since);
		}
		if (wish->follow) {
			cg_ctl_audit_file_wait(file);
		}
	} while (ok && wish->follow);
	free(buffer);
}

static int cannot_open(const char *path)
{
	int err = errno;

	cg_ctl_complain("%s: %s%s", path, strerror(err),
			err == EACCES ? "; root and the group adm may read it"
			: err == ENOENT ? "; nothing was decided yet, or "
					  "credguard never ran" : "");
	return CG_EXIT_FAILURE;
}

int cg_ctl_audit(struct cg_ctl *ctl, int argc, char **argv)
{
	struct cg_ctl_audit_file file;
	struct wish wish = { .file = NULL };
	const char *path;
	int code;

	if (!read_options(argc, argv, &wish, &code)) {
		return code;
	}
	path = wish.file != NULL ? wish.file : cg_ctl_audit_file_path(ctl);
	if (path == NULL || path[0] == '\0') {
		cg_ctl_complain("credguard.conf has no file in [audit]");
		return CG_EXIT_FAILURE;
	}
	if (!cg_ctl_audit_file_open(&file, path)) {
		return cannot_open(path);
	}
	show_all(&file, &wish);
	(void)fclose(file.file);
	return CG_EXIT_OK;
}
