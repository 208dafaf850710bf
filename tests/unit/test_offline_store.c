/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verifiers on the disk: whole records only, a bound, and a full disk. */
#include "isolated-helper/broker/offline_store.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "idl/cg_idl.h"
#include "isolated-helper/broker/offline_file.h"

struct fixture {
	char path[64];
	int dir;
	TALLOC_CTX *top;
	struct cg_offline_store *store;
};

static struct cg_bytes text(const char *t)
{
	return (struct cg_bytes){ (const uint8_t *)t, strlen(t) };
}

static void reopen(struct fixture *f, size_t max)
{
	TALLOC_FREE(f->store);
	assert_int_equal(cg_offline_store_open(f->top, f->dir, max,
					       &f->store), CG_OK);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	strcpy(f->path, "/tmp/test_offline_store.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	f->dir = open(f->path, O_PATH | O_DIRECTORY);
	assert_true(f->dir >= 0);
	f->top = talloc_new(NULL);
	reopen(f, 3);
	*state = f;
	return 0;
}

static void remove_file(const struct fixture *f, const char *name)
{
	(void)unlinkat(f->dir, name, 0);
}

static int tear_down(void **state)
{
	static const char *const names[] = { "spare", "1", "2", "3", "4", "5",
					     "4294967295", "01", "x", "new" };
	struct fixture *f = *state;

	talloc_free(f->top);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		remove_file(f, names[i]);
	}
	(void)close(f->dir);
	assert_int_equal(rmdir(f->path), 0);
	free(f);
	return 0;
}

static void assert_has(const struct fixture *f, uid_t uid, const char *want)
{
	const struct cg_offline_record *r = cg_offline_store_find(f->store,
								  uid);

	if (want == NULL) {
		assert_null(r);
		return;
	}
	assert_non_null(r);
	assert_int_equal(r->bytes.len, strlen(want));
	assert_memory_equal(r->bytes.data, want, r->bytes.len);
}

static enum cg_status put(struct fixture *f, uid_t uid, const char *t,
			  uint64_t last_use)
{
	return cg_offline_store_put(f->store, uid, text(t), last_use);
}

static void what_was_put_is_there_after_a_restart(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(put(f, 2, "two", 100), CG_OK);
	assert_int_equal(put(f, 1, "one", 101), CG_OK);
	assert_int_equal(put(f, 2, "second", 102), CG_OK);
	assert_int_equal(put(f, 4294967295U, "last", 7), CG_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(cg_offline_store_count(f->store), 3);
		assert_has(f, 1, "one");
		assert_has(f, 2, "second");
		assert_has(f, 3, NULL);
		assert_has(f, 4294967295U, "last");
		assert_int_equal(cg_offline_store_from(f->store, 2)->last_use,
				 102);
		assert_int_equal(cg_offline_store_from(f->store, 3)->uid,
				 4294967295U);
		reopen(f, 3);
	}
}

static void the_least_recently_used_goes(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(put(f, 1, "a", 30), CG_OK);
	assert_int_equal(put(f, 2, "b", 10), CG_OK);
	assert_int_equal(put(f, 3, "c", 20), CG_OK);
	assert_int_equal(put(f, 4, "d", 40), CG_OK);
	assert_has(f, 2, NULL);
	assert_int_equal(put(f, 3, "c", 50), CG_OK);
	assert_int_equal(put(f, 5, "e", 60), CG_OK);
	assert_has(f, 1, NULL);
	reopen(f, 3);
	assert_int_equal(cg_offline_store_count(f->store), 3);
	reopen(f, 1);
	assert_has(f, 5, "e");
	assert_int_equal(cg_offline_store_count(f->store), 1);
	reopen(f, 0);
	assert_int_equal(cg_offline_store_count(f->store), 0);
	assert_int_equal(faccessat(f->dir, "5", F_OK, 0), -1);
	assert_int_equal(put(f, 5, "e", 60), CG_E_DENIED);
}

static void what_is_removed_leaves_no_copy(void **state)
{
	struct fixture *f = *state;
	char data[3000];
	ssize_t n;
	int fd;

	assert_int_equal(put(f, 1, "a secret copy", 1), CG_OK);
	assert_int_equal(put(f, 1, "a newer copy", 2), CG_OK);
	assert_int_equal(cg_offline_store_remove(f->store, 1), CG_OK);
	assert_int_equal(cg_offline_store_remove(f->store, 1),
			 CG_E_NOT_FOUND);
	fd = openat(f->dir, "spare", O_RDONLY);
	n = read(fd, data, sizeof(data));
	(void)close(fd);
	assert_true(n > 0);
	assert_null(memmem(data, (size_t)n, "copy", 4));
	reopen(f, 3);
	assert_has(f, 1, NULL);
}

static void write_raw(const struct fixture *f, const char *name,
		      const void *data, size_t len)
{
	int fd = openat(f->dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, data, len), (ssize_t)len);
	(void)close(fd);
}

static void what_is_no_record_is_passed_over(void **state)
{
	struct fixture *f = *state;
	uint8_t file[3584] = { 3, 0, 0, 0, 'a', 'b', 'c' };

	write_raw(f, "1", file, sizeof(file));
	reopen(f, 3);
	assert_has(f, 1, "abc");
	write_raw(f, "1", file, sizeof(file) - 1);
	write_raw(f, "01", file, sizeof(file));
	write_raw(f, "x", file, sizeof(file));
	file[2] = 1;
	write_raw(f, "2", file, sizeof(file));
	memset(file, 0, sizeof(file));
	write_raw(f, "3", file, sizeof(file));
	assert_int_equal(symlinkat("x", f->dir, "4"), 0);
	reopen(f, 3);
	assert_int_equal(cg_offline_store_count(f->store), 0);
	/* And put can still take their place. */
	assert_int_equal(put(f, 4, "d", 1), CG_OK);
	reopen(f, 3);
	assert_has(f, 4, "d");
}

static void a_file_is_named_by_the_number_alone(void **state)
{
	static const char *const bad[] = { "", "-1", "+1", " 1", "1 ", "01",
					   "1x", "0x1", "4294967296", "..",
					   "99999999999999999999", "spare" };
	uid_t uid;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(cg_offline_file_uid(bad[i], &uid));
	}
	assert_true(cg_offline_file_uid("0", &uid) && uid == 0);
	assert_true(cg_offline_file_uid("4294967295", &uid));
	assert_int_equal(uid, 4294967295U);
}

static void a_record_that_is_too_long_is_refused(void **state)
{
	static const uint8_t big[CG_RECORD_MAX + 1] = { 1 };
	struct fixture *f = *state;

	assert_int_equal(cg_offline_store_put(f->store, 1, (struct cg_bytes){
		big, sizeof(big) }, 1), CG_E_INVALID);
	assert_int_equal(cg_offline_store_put(f->store, 1, (struct cg_bytes){
		big, sizeof(big) - 1 }, 1), CG_OK);
	assert_int_equal(cg_offline_store_put(f->store, 1, (struct cg_bytes){
		big, 0 }, 1), CG_E_INVALID);
	reopen(f, 3);
	assert_int_equal(cg_offline_store_find(f->store, 1)->bytes.len,
			 CG_RECORD_MAX);
}

/* Nothing can be written at all: what is there stays, in memory as well. */
static void a_write_that_fails_changes_nothing(void **state)
{
	struct fixture *f = *state;
	const struct rlimit none = { 100, RLIM_INFINITY };
	struct rlimit was;

	assert_int_equal(put(f, 1, "old", 1), CG_OK);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_equal(put(f, 1, "new", 2), CG_E_SYSTEM);
	assert_int_equal(put(f, 2, "new", 2), CG_E_SYSTEM);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_has(f, 1, "old");
	assert_has(f, 2, NULL);
	reopen(f, 3);
	assert_has(f, 1, "old");
	assert_has(f, 2, NULL);
	assert_int_equal(put(f, 1, "new", 2), CG_OK);
	assert_has(f, 1, "new");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_put_is_there_after_a_restart),
		TEST(the_least_recently_used_goes),
		TEST(what_is_removed_leaves_no_copy),
		TEST(what_is_no_record_is_passed_over),
		TEST(a_file_is_named_by_the_number_alone),
		TEST(a_record_that_is_too_long_is_refused),
		TEST(a_write_that_fails_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
