/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See audit_counters.h. */
#include "isolated-helper/broker/audit_counters.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "isolated-helper/broker/audit_record.h"

#define PATH_LEN 512

void cg_audit_counters_init(struct cg_audit_counters *counters)
{
	*counters = (struct cg_audit_counters){ .started = time(NULL) };
}

void cg_audit_counters_add(struct cg_audit_counters *counters, size_t kind,
			   enum cg_status status)
{
	if (kind < CG_AUDIT_KINDS_MAX) {
		counters->n[kind][cg_audit_kinds_result(status)]++;
	}
}

static void print_one(FILE *file, const char *name, const char *help,
		      uint64_t n)
{
	(void)fprintf(file, "# HELP %s %s\n# TYPE %s counter\n%s %" PRIu64
		      "\n", name, help, name, name, n);
}

static void print_events(const struct cg_audit_counters *counters, FILE *file)
{
	(void)fputs("# HELP credguard_audit_events_total Decisions about "
		    "credentials.\n"
		    "# TYPE credguard_audit_events_total counter\n", file);
	for (size_t i = 0; i < cg_audit_kinds_n(); i++) {
		for (unsigned int r = 0; r < CG_AUDIT_RESULTS; r++) {
			(void)fprintf(file, "credguard_audit_events_total"
				      "{event=\"%s\",result=\"%s\"} %" PRIu64
				      "\n", cg_audit_kinds_at(i)->name,
				      cg_audit_kinds_result_name(r),
				      counters->n[i][r]);
		}
	}
}

static bool print_all(const struct cg_audit_counters *counters, FILE *file)
{
	print_events(counters, file);
	print_one(file, "credguard_audit_suppressed_total",
		  "Events of users who caused too many, not written.",
		  counters->n_suppressed);
	print_one(file, "credguard_audit_lost_total",
		  "Events that the audit file could not take.",
		  counters->n_lost);
	(void)fprintf(file, "# HELP credguard_start_time_seconds When the "
		      "broker started, since 1970.\n"
		      "# TYPE credguard_start_time_seconds gauge\n"
		      "credguard_start_time_seconds %lld\n",
		      (long long)counters->started);
	return fflush(file) == 0 && ferror(file) == 0;
}

static FILE *create(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW |
		      O_CLOEXEC, 0644);
	FILE *file = NULL;

	if (fd >= 0 && fchmod(fd, 0644) == 0) {
		file = fdopen(fd, "w");
	}
	if (file == NULL && fd >= 0) {
		(void)close(fd);
	}
	return file;
}

/* Whoever watches sees that the file grows old. */
void cg_audit_counters_write(const struct cg_audit_counters *counters,
			     const char *path)
{
	char new_path[PATH_LEN];
	FILE *file;
	bool ok;

	(void)snprintf(new_path, sizeof(new_path), "%s.new", path);
	file = create(new_path);
	if (file == NULL) {
		return;
	}
	ok = print_all(counters, file);
	ok = fclose(file) == 0 && ok;
	if (!ok || rename(new_path, path) != 0) {
		(void)unlink(new_path);
	}
}
