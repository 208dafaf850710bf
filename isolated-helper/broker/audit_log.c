/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See audit_log.h. */
#include "isolated-helper/broker/audit_log.h"

#include <unistd.h>

#include "isolated-helper/broker/audit_counters.h"
#include "isolated-helper/broker/audit_file.h"
#include "isolated-helper/broker/audit_journal.h"
#include "isolated-helper/broker/audit_json.h"
#include "isolated-helper/broker/audit_kinds.h"
#include "isolated-helper/broker/audit_limit.h"
#include "isolated-helper/broker/audit_record.h"
#include "isolated-helper/broker/log.h"

#define PERIOD_S 5U		/* of the metrics, and of what is owed */

struct cg_audit_log {
	struct tevent_context *ev;
	struct cg_audit_log_setup setup;
	struct cg_audit_limit limit;
	struct cg_audit_counters counters;
	struct cg_audit_file file;
	int journal_fd;
	uint64_t n_owed;		/* lines the file has not got */
	char line[CG_AUDIT_JSON_LEN];
};

static uint64_t now_ms(void)
{
	struct timespec ts = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	/* Both count up from the boot. */
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static bool append(struct cg_audit_log *log,
		   const struct cg_audit_record *record)
{
	size_t len = cg_audit_json(record, log->line, sizeof(log->line));

	return len > 0 && cg_audit_file_append(&log->file, log->line, len);
}

/* How many lines are missing comes before the next one. */
static bool pay(struct cg_audit_log *log)
{
	struct cg_audit_record record;

	if (log->n_owed == 0) {
		return true;
	}
	cg_audit_record_about("lost", geteuid(), log->n_owed, &record);
	if (!append(log, &record)) {
		return false;
	}
	cg_log(CG_LOG_WARNING, "%s is written again", log->file.path);
	log->n_owed = 0;
	return true;
}

static void write_file(struct cg_audit_log *log,
		       const struct cg_audit_record *record)
{
	if (log->setup.file == NULL || (pay(log) && append(log, record))) {
		return;
	}
	if (log->n_owed == 0) {
		cg_log(CG_LOG_WARNING, "%s cannot be written; events go to "
		       "this log only", log->file.path);
	}
	log->n_owed++;
	log->counters.n_lost++;
}

/* Where there is a journal, the line is its MESSAGE. */
static void emit(struct cg_audit_log *log,
		 const struct cg_audit_record *record)
{
	write_file(log, record);
	if (!cg_audit_journal_send(log->journal_fd, log->setup.journal,
				   record)) {
		cg_audit_record_say(record);
	}
}

static void tell_missed(struct cg_audit_log *log,
			const struct cg_audit_limit_missed *missed)
{
	struct cg_audit_record record;

	if (missed->n > 0) {
		cg_audit_record_about("suppressed", missed->uid, missed->n,
				      &record);
		emit(log, &record);
	}
}

/* Who caused too many is only counted: to find out which program it was would
 * take longer than all that it asked for. */
void cg_audit_log_put(struct cg_audit_log *log, const struct cg_audit *event)
{
	struct cg_audit_limit_missed missed;
	struct cg_audit_record record;
	bool may;

	cg_audit_counters_add(&log->counters,
			      cg_audit_kinds_find(event->what),
			      event->result);
	may = cg_audit_limit_take(&log->limit, event->uid, now_ms(), &missed);
	tell_missed(log, &missed);
	if (!may) {
		log->counters.n_suppressed++;
		return;
	}
	cg_audit_record_of(event, &record);
	emit(log, &record);
}

void cg_audit_log_about(struct cg_audit_log *log, const char *what)
{
	struct cg_audit_record record;

	cg_audit_record_about(what, geteuid(), 0, &record);
	cg_audit_counters_add(&log->counters, record.kind, record.result);
	emit(log, &record);
}

static void settle(struct cg_audit_log *log)
{
	struct cg_audit_limit_missed missed;

	while ((missed = cg_audit_limit_next(&log->limit)).n > 0) {
		tell_missed(log, &missed);
	}
	(void)pay(log);
	if (log->setup.metrics != NULL) {
		cg_audit_counters_write(&log->counters, log->setup.metrics);
	}
}

static bool plan(struct cg_audit_log *log);

static void is_due(struct tevent_context *ev, struct tevent_timer *te,
		   struct timeval now, void *private_data)
{
	struct cg_audit_log *log = talloc_get_type_abort(private_data,
							 struct cg_audit_log);

	(void)ev;
	(void)te;
	(void)now;
	settle(log);
	if (!plan(log)) {
		cg_log(CG_LOG_ERROR, "no more metrics: out of memory");
	}
}

static bool plan(struct cg_audit_log *log)
{
	return tevent_add_timer(log->ev, log,
				tevent_timeval_current_ofs(PERIOD_S, 0),
				is_due, log) != NULL;
}

static int close_log(struct cg_audit_log *log)
{
	settle(log);
	cg_audit_file_close(&log->file);
	if (log->journal_fd >= 0) {
		(void)close(log->journal_fd);
	}
	return 0;
}

struct cg_audit_log *cg_audit_log_open(TALLOC_CTX *mem_ctx,
				       struct tevent_context *ev,
				       const struct cg_audit_log_setup *setup)
{
	struct cg_audit_log *log = talloc_zero(mem_ctx, struct cg_audit_log);

	if (log == NULL) {
		return NULL;
	}
	log->ev = ev;
	log->setup = *setup;
	log->limit.per_s = setup->per_s;
	cg_audit_file_init(&log->file, setup->file);
	log->journal_fd = cg_audit_journal_open();
	cg_audit_counters_init(&log->counters);
	talloc_set_destructor(log, close_log);
	if (!plan(log)) {
		talloc_free(log);
		return NULL;
	}
	return log;
}
