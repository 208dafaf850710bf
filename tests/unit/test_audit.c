/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events on their way to file, journal and counters. */
#include "isolated-helper/broker/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <talloc.h>
#include <unistd.h>
#include <cmocka.h>

#include "isolated-helper/broker/audit_counters.h"
#include "isolated-helper/broker/audit_file.h"
#include "isolated-helper/broker/audit_journal.h"
#include "isolated-helper/broker/audit_json.h"
#include "isolated-helper/broker/audit_kinds.h"
#include "isolated-helper/broker/audit_limit.h"
#include "isolated-helper/broker/audit_log.h"
#include "isolated-helper/broker/audit_record.h"
#include "isolated-helper/broker/peer.h"
#include "tests/unit/fake_vault.h"

struct fixture {
	char dir[64];
	char path[96];
	TALLOC_CTX *top;
	struct tevent_context *ev;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	(void)snprintf(f->dir, sizeof(f->dir), "/tmp/credguard-audit.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	(void)snprintf(f->path, sizeof(f->path), "%s/a", f->dir);
	f->top = talloc_new(NULL);
	f->ev = tevent_context_init(f->top);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char command[128];

	talloc_free(f->top);
	(void)snprintf(command, sizeof(command), "rm -r %s", f->dir);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

static char *content(const struct fixture *f, const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = talloc_zero_size(f->top, 1 << 20);

	assert_non_null(file);
	assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
	(void)fclose(file);
	return text;
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	while ((text = strstr(text, what)) != NULL) {
		text += strlen(what);
		n++;
	}
	return n;
}

static struct cg_audit_record record_of(const struct cg_audit *event)
{
	struct cg_audit_record record;

	cg_audit_record_of(event, &record);
	return record;
}

static const char *json_of(const struct fixture *f,
			   const struct cg_audit *event)
{
	struct cg_audit_record record = record_of(event);
	char *out = talloc_zero_size(f->top, CG_AUDIT_JSON_LEN);

	assert_int_not_equal(cg_audit_json(&record, out, CG_AUDIT_JSON_LEN),
			     0);
	return out;
}

static struct cg_audit_log *open_log(struct fixture *f, uint32_t per_s)
{
	const struct cg_audit_log_setup setup = {
		.file = f->path,
		.metrics = talloc_asprintf(f->top, "%s/prom", f->dir),
		.journal = talloc_asprintf(f->top, "%s/journal", f->dir),
		.per_s = per_s,
	};

	return cg_audit_log_open(f->top, f->ev, &setup);
}

static void every_event_has_a_number_and_a_name_of_its_own(void **state)
{
	(void)state;
	assert_true(cg_audit_kinds_n() <= CG_AUDIT_KINDS_MAX);
	for (size_t i = 0; i < cg_audit_kinds_n(); i++) {
		const struct cg_audit_kind *a = cg_audit_kinds_at(i);

		assert_int_equal(cg_audit_kinds_find(a->name), i);
		for (size_t j = 0; j < i; j++) {
			assert_int_not_equal(a->id, cg_audit_kinds_at(j)->id);
		}
	}
	assert_int_equal(cg_audit_kinds_find("never heard of"), 0);
}

static void a_refused_tgt_is_windows_4014(void **state)
{
	struct fixture *f = *state;
	struct cg_audit event = { .what = "retrieve", .uid = 7,
				  .result = CG_E_DENIED };

	assert_non_null(strstr(json_of(f, &event),
			       ",\"id\":4014,\"event\":\"retrieve\","
			       "\"result\":\"refused\","));
	event.what = "ntlm answer";
	assert_non_null(strstr(json_of(f, &event), ",\"id\":4013,"));
	event.result = CG_OK;
	assert_non_null(strstr(json_of(f, &event), ",\"id\":5008,"));
	event.what = "logon";
	event.result = CG_E_DENIED;
	assert_non_null(strstr(json_of(f, &event), ",\"id\":5001,"));
}

static void an_event_is_one_line_of_ascii_whatever_is_in_it(void **state)
{
	struct fixture *f = *state;
	struct cg_audit_record record = { .what = "logon", .kdc_error = -1 };
	static char out[CG_AUDIT_JSON_LEN];
	size_t len;

	memset(record.target, '\n', sizeof(record.target) - 1);
	memset(record.program, '"', sizeof(record.program) - 1);
	memset(record.cgroup, 0xff, sizeof(record.cgroup) - 1);
	memset(record.client, '\\', sizeof(record.client) - 1);
	memset(record.server, '"', sizeof(record.server) - 1);
	len = cg_audit_json(&record, out, sizeof(out));
	assert_int_not_equal(len, 0);
	for (size_t i = 0; i + 1 < len; i++) {
		assert_in_range(out[i], 0x20, 0x7e);
	}
	assert_int_equal(out[len - 1], '\n');
	for (size_t cap = 1; cap <= len; cap++) {
		assert_int_equal(cg_audit_json(&record, out, cap), 0);
	}
	(void)f;
}

static void who_asked_is_told_with_program_and_cgroup(void **state)
{
	struct fixture *f = *state;
	const struct cg_peer peer = { .uid = 1000, .pid = getpid(),
				      .pidfd = CG_PEER_NO_PIDFD };
	const struct cg_peer gone = { .uid = 1000, .pid = getpid(),
				      .pidfd = CG_PEER_GONE };
	struct cg_audit event = {
		.what = "logon", .uid = 1000, .peer = &peer,
		.client = fake_principal(f->top, "alice", NULL),
		.rule = "r1", .mode = CG_AUDIT_ONLY_TOLD,
		.result = CG_E_KRB5,
		.detail = (uint32_t)(-1765328384 + 24),
	};
	const char *json = json_of(f, &event);

	assert_non_null(strstr(json, "\"uid\":1000,"));
	assert_non_null(strstr(json, "\"program\":\"test_audit\""));
	assert_non_null(strstr(json, "\"client\":\"alice@EXAMPLE.TEST\""));
	assert_non_null(strstr(json, "\"kdc_error\":24,"));
	assert_non_null(strstr(json, "\"rule\":\"r1\",\"mode\":\"audit\""));
	assert_null(strstr(json, "server"));
	event.peer = &gone;
	json = json_of(f, &event);
	assert_non_null(strstr(json, "\"pid\":"));
	assert_null(strstr(json, "program"));
}

static void the_journal_gets_fields(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	const struct cg_audit event = { .what = "logon", .uid = 7,
					.result = CG_E_DENIED };
	struct cg_audit_record record = record_of(&event);
	int listener = socket(AF_UNIX, SOCK_DGRAM, 0);
	int fd = cg_audit_journal_open();
	static char got[8192] = "\n";
	ssize_t n;

	(void)snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/j", f->dir);
	assert_false(cg_audit_journal_send(fd, addr.sun_path, &record));
	assert_int_equal(bind(listener, (struct sockaddr *)&addr,
			      sizeof(addr)), 0);
	(void)snprintf(record.target, sizeof(record.target), "x\nMESSAGE=y");
	assert_true(cg_audit_journal_send(fd, addr.sun_path, &record));
	n = recv(listener, got + 1, sizeof(got) - 2, 0);
	assert_true(n > 0);
	assert_non_null(strstr(got, "\nMESSAGE=logon uid=7"));
	assert_non_null(strstr(got, "\nCREDGUARD_EVENT_ID=5001\n"));
	assert_non_null(strstr(got, "\nCREDGUARD_RESULT=refused\n"));
	assert_non_null(strstr(got, "\nPRIORITY=5\n"));
	assert_non_null(strstr(got, "\nCREDGUARD_TARGET=x?MESSAGE=y\n"));
	(void)close(listener);
	(void)close(fd);
}

static void a_file_that_was_moved_away_is_made_anew(void **state)
{
	struct fixture *f = *state;
	struct cg_audit_file file;
	char *moved = talloc_asprintf(f->top, "%s.1", f->path);
	struct stat sb;

	cg_audit_file_init(&file, f->path);
	assert_true(cg_audit_file_append(&file, "a\n", 2));
	assert_true(cg_audit_file_append(&file, "b\n", 2));
	assert_int_equal(rename(f->path, moved), 0);
	assert_true(cg_audit_file_append(&file, "c\n", 2));
	assert_string_equal(content(f, moved), "a\nb\n");
	assert_string_equal(content(f, f->path), "c\n");
	assert_int_equal(stat(f->path, &sb), 0);
	assert_int_equal(sb.st_mode & 07777, 0640);
	cg_audit_file_close(&file);
}

static void a_link_in_the_place_of_the_file_is_not_followed(void **state)
{
	struct fixture *f = *state;
	struct cg_audit_file file;
	char *aim = talloc_asprintf(f->top, "%s.aim", f->path);

	assert_int_equal(symlink(aim, f->path), 0);
	cg_audit_file_init(&file, f->path);
	assert_false(cg_audit_file_append(&file, "a\n", 2));
	assert_int_not_equal(access(aim, F_OK), 0);
}

static void one_user_cannot_flood_and_nothing_is_uncounted(void **state)
{
	struct fixture *f = *state;
	struct cg_audit_log *log = open_log(f, 2);
	const struct cg_audit event = { .log = log, .what = "logon",
					.uid = 7 };
	struct cg_audit other = event;
	char *text;

	for (int i = 0; i < 100; i++) {
		cg_audit(&event);
	}
	other.uid = 8;
	cg_audit(&other);
	talloc_free(log);
	text = content(f, f->path);
	assert_int_equal(count(text, "\"event\":\"logon\""), 21);
	assert_int_equal(count(text, "\"uid\":8"), 1);
	assert_non_null(strstr(text, "\"id\":5100,\"event\":\"suppressed\""));
	assert_non_null(strstr(text, "\"uid\":7,\"count\":80"));
	text = content(f, talloc_asprintf(f->top, "%s/prom", f->dir));
	assert_non_null(strstr(text, "{event=\"logon\",result=\"allowed\"} "
			       "101\n"));
	assert_non_null(strstr(text, "suppressed_total 80\n"));
}

static void who_was_suppressed_is_told_when_it_makes_room(void **state)
{
	static struct cg_audit_limit limit = { .per_s = 1 };
	struct cg_audit_limit_missed missed;
	uint64_t told = 0;

	(void)state;
	for (int i = 0; i < 15; i++) {
		bool may = cg_audit_limit_take(&limit, 7, 1000, &missed);

		assert_int_equal(may, i < 10);
		assert_int_equal(missed.n, 0);
	}
	for (uid_t uid = 100; uid < 100 + CG_AUDIT_LIMIT_USERS; uid++) {
		assert_true(cg_audit_limit_take(&limit, uid, 2000, &missed));
		assert_true(missed.n == 0 || missed.uid == 7);
		told += missed.n;
	}
	assert_int_equal(told, 5);
}

static void tokens_come_back_with_time(void **state)
{
	static struct cg_audit_limit limit = { .per_s = 2 };
	struct cg_audit_limit_missed missed;

	(void)state;
	for (int i = 0; i < 25; i++) {
		(void)cg_audit_limit_take(&limit, 7, 1000, &missed);
	}
	assert_false(cg_audit_limit_take(&limit, 7, 1499, &missed));
	assert_true(cg_audit_limit_take(&limit, 7, 1500, &missed));
	assert_int_equal(missed.n, 6);
	assert_false(cg_audit_limit_take(&limit, 7, 1501, &missed));
	assert_int_equal(cg_audit_limit_next(&limit).n, 1);
	assert_int_equal(cg_audit_limit_next(&limit).n, 0);
}

static void what_a_file_could_not_take_is_told_in_it_later(void **state)
{
	struct fixture *f = *state;
	struct cg_audit_log *log = open_log(f, 100);
	const struct cg_audit event = { .log = log, .what = "logoff" };
	char *text;

	assert_int_equal(mkdir(f->path, 0755), 0);
	cg_audit(&event);
	cg_audit(&event);
	cg_audit(&event);
	assert_int_equal(rmdir(f->path), 0);
	cg_audit(&event);
	text = content(f, f->path);
	assert_non_null(strstr(text, "\"id\":5101,\"event\":\"lost\""));
	assert_non_null(strstr(text, "\"count\":3"));
	assert_int_equal(count(text, "\"event\":\"logoff\""), 1);
	assert_int_equal(count(text, "\n"), 2);
	talloc_free(log);
	text = content(f, talloc_asprintf(f->top, "%s/prom", f->dir));
	assert_non_null(strstr(text, "\ncredguard_audit_lost_total 3\n"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(every_event_has_a_number_and_a_name_of_its_own),
		TEST(a_refused_tgt_is_windows_4014),
		TEST(an_event_is_one_line_of_ascii_whatever_is_in_it),
		TEST(who_asked_is_told_with_program_and_cgroup),
		TEST(the_journal_gets_fields),
		TEST(a_file_that_was_moved_away_is_made_anew),
		TEST(a_link_in_the_place_of_the_file_is_not_followed),
		TEST(one_user_cannot_flood_and_nothing_is_uncounted),
		TEST(who_was_suppressed_is_told_when_it_makes_room),
		TEST(tokens_come_back_with_time),
		TEST(what_a_file_could_not_take_is_told_in_it_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
