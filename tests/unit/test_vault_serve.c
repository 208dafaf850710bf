/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vault's arguments, its loop, and bounds that only a flood reaches. */
#include "isolated-helper/vault/serve.h"

#include <krb5.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "idl/exit_codes.h"
#include "idl/limits.h"
#include "isolated-helper/vault/options.h"
#include "tests/unit/tgs_session.h"

#define MIB ((size_t)1 << 20)
#define BIRTH_LEN (CG_HEADER_LEN + 96)

static enum cg_status read_options(const char *first, const char *second,
				   struct cg_options *out)
{
	char *argv[] = { (char *)(uintptr_t)"vault",
			 (char *)(uintptr_t)first, (char *)(uintptr_t)second,
			 NULL };
	int argc = first == NULL ? 1 : second == NULL ? 2 : 3;

	return cg_options_read(argc, argv, out);
}

static void the_arguments_are_read_as_written(void **state)
{
	struct cg_options o;

	(void)state;
	assert_int_equal(read_options(NULL, NULL, &o), CG_OK);
	assert_int_equal(o.arena_len, 64 * MIB);
	assert_false(o.may_lock);
	assert_int_equal(read_options("--arena-mib=8", "--memory=mlock", &o),
			 CG_OK);
	assert_int_equal(o.arena_len, 8 * MIB);
	assert_true(o.may_lock);
	assert_int_equal(read_options("--memory=mlock", "--memory=secret",
				      &o), CG_OK);
	assert_false(o.may_lock);
	assert_int_equal(read_options("--arena-mib=4096", NULL, &o), CG_OK);
	assert_true(o.arena_len == 4096 * MIB);
}

static void any_other_argument_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "-", "--memory", "--memory=", "--memory=plain",
		"--memory=secret ", "--arena-mib", "--arena-mib=",
		"--arena-mib=0", "--arena-mib=4", "--arena-mib=7",
		"--arena-mib=9", "--arena-mib=8192", "--arena-mib=00008",
		"--arena-mib=-8", "--arena-mib=+8", "--arena-mib=8x",
		"--arena-mib= 8", "--arena-mib=99999999999999999999",
		"--help", "serve",
	};
	struct cg_options o;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (read_options(bad[i], NULL, &o) != CG_E_INVALID) {
			fail_msg("\"%s\" was taken", bad[i]);
		}
	}
}

/* Serves ends[0] in a child; ours is the other. */
static pid_t serve_on(int ends[2], int *ours)
{
	pid_t pid;

	for (size_t i = 0; i < 2; i++) {
		int len = 2 * (int)CG_MSG_MAX;

		assert_int_equal(setsockopt(ends[i], SOL_SOCKET,
					    SO_SNDBUFFORCE, &len,
					    sizeof(len)), 0);
	}
	pid = fork();
	if (pid == 0) {
		static struct cg_vault v;

		close(ends[1]);
		_exit(cg_vault_open(&v) == CG_OK ? cg_serve(&v, ends[0])
						 : 99);
	}
	close(ends[0]);
	*ours = ends[1];
	return pid;
}

static pid_t serve(int *ours)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	return serve_on(ends, ours);
}

static int end_of(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : -WTERMSIG(status);
}

static void birth_message(uint8_t out[BIRTH_LEN])
{
	const struct cg_header h = { .op = CG_OP_IMPORT_BIRTH, .id = 7 };
	const struct cg_import_birth_in in = {
		.version = CG_WIRE_VERSION, .max_entries_per_uid = 1,
		.max_entries = 1,
		.offline_max_failures = 3, .offline_lockout_s = 60,
		.scrypt_log_n = 14, .scrypt_r = 8, .scrypt_p = 1 };
	struct cg_writer w = cg_writer_of(out, BIRTH_LEN);

	assert_int_equal(cg_push_header(&w, &h), CG_OK);
	assert_int_equal(cg_push_import_birth_in(&w, &in), CG_OK);
	assert_int_equal(w.len, BIRTH_LEN);
}

static void it_serves_until_the_channel_closes(void **state)
{
	uint8_t message[BIRTH_LEN];
	uint8_t reply[256];
	int fd = -1;
	pid_t pid = serve(&fd);

	(void)state;
	birth_message(message);
	assert_int_equal(send(fd, message, BIRTH_LEN, 0), BIRTH_LEN);
	assert_in_range(recv(fd, reply, sizeof(reply), 0), CG_PUBKEY_LEN + 1,
			sizeof(reply));
	close(fd);
	assert_int_equal(end_of(pid), CG_EXIT_EOF);
}

static void a_peer_that_ends_without_reading_is_an_end(void **state)
{
	uint8_t message[BIRTH_LEN];
	struct pollfd answered = { .events = POLLIN };
	pid_t pid = serve(&answered.fd);

	(void)state;
	birth_message(message);
	assert_int_equal(send(answered.fd, message, BIRTH_LEN, 0), BIRTH_LEN);
	assert_int_equal(poll(&answered, 1, 5000), 1);
	close(answered.fd);
	assert_int_equal(end_of(pid), CG_EXIT_EOF);
}

static void an_idle_channel_with_a_timeout_is_served_on(void **state)
{
	const struct timeval soon = { .tv_usec = 20000 };
	uint8_t message[BIRTH_LEN];
	uint8_t reply[256];
	int fd = -1;
	int ends[2];
	pid_t pid;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	assert_int_equal(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &soon,
				    sizeof(soon)), 0);
	pid = serve_on(ends, &fd);
	usleep(200000);
	birth_message(message);
	assert_int_equal(send(fd, message, BIRTH_LEN, 0), BIRTH_LEN);
	assert_true(recv(fd, reply, sizeof(reply), 0) > 0);
	usleep(100000);
	close(fd);
	assert_int_equal(end_of(pid), CG_EXIT_EOF);
}

static void it_ends_at_the_first_message_that_breaks_the_rules(void **state)
{
	static uint8_t large[CG_MSG_MAX + 1];
	/* what is sent of it */
	static const size_t lens[] = { 1, 15, 16, 31, 33, CG_MSG_MAX,
				       CG_MSG_MAX + 1 };

	(void)state;
	birth_message(large);
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		uint8_t reply[16];
		int fd = -1;
		pid_t pid = serve(&fd);

		assert_int_equal(send(fd, large, lens[i], 0), lens[i]);
		assert_int_equal(recv(fd, reply, sizeof(reply), 0), 0);
		assert_int_equal(end_of(pid), CG_EXIT_PROTO);
		close(fd);
	}
}

static void a_descriptor_that_is_sent_along_does_not_arrive(void **state)
{
	uint8_t message[BIRTH_LEN];
	uint8_t reply[256];
	struct iovec part = { message, sizeof(message) };
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1,
			    .msg_control = control.bytes,
			    .msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int ends[2];
	int fd = -1;
	pid_t pid = serve(&fd);

	(void)state;
	birth_message(message);
	assert_int_equal(pipe(ends), 0);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &ends[1], sizeof(int));
	assert_int_equal(sendmsg(fd, &m, 0), BIRTH_LEN);
	assert_true(recv(fd, reply, sizeof(reply), 0) > 0);
	/* Had the vault the write end, this read would wait for ever. */
	close(ends[1]);
	assert_int_equal(read(ends[0], reply, 1), 0);
	close(ends[0]);
	close(fd);
	assert_int_equal(end_of(pid), CG_EXIT_EOF);
}

static void exchanges_have_a_limit(void **state)
{
	struct tgs_session *f = *state;
	const struct cg_forget_uid_in all = { .uid = UID };
	struct cg_forget_uid_out gone;

	for (uint32_t i = 0; i < CG_EXCHANGES_MAX; i++) {
		assert_int_equal(tgs_make(f, SERVICE), CG_OK);
	}
	assert_int_equal(tgs_make(f, SERVICE), CG_E_LIMIT);
	assert_int_equal(tgs_go_on(f, &tgs_truth), CG_OK);
	assert_int_equal(tgs_make(f, SERVICE), CG_OK);
	assert_int_equal(call_forget_uid(f->s, &all, &gone), CG_OK);
	assert_int_equal(gone.n_forgotten, CG_EXCHANGES_MAX + 1);
}

/* In place of the session key of the TGT that the session has. */
static enum cg_status use_key(struct tgs_session *f, int32_t type, size_t len)
{
	static const uint8_t bytes[CG_KEY_MAX] = { 1, 2, 3 };
	struct cg_import_ticket_in in = {
		.uid = UID + 1, .enctype = type,
		.endtime = cg_vault_now() + 60,
		.client = session_name(CLIENT), .server = session_name(TGT),
		.session_key = { bytes, len },
		.ticket = f->s->vault.store.first->ticket };
	struct cg_make_tgs_req_in make = { .uid = UID + 1,
					   .server = session_name(SERVICE) };
	const struct cg_forget_uid_in all = { .uid = UID + 1 };
	struct cg_import_ticket_out out;
	struct cg_make_tgs_req_out made;
	struct cg_forget_uid_out gone;
	enum cg_status st;

	assert_int_equal(call_import_ticket(f->s, &in, &out), CG_OK);
	make.tgt = out.handle;
	st = call_make_tgs_req(f->s, &make, &made);
	assert_int_equal(call_forget_uid(f->s, &all, &gone), CG_OK);
	return st;
}

static void a_key_of_another_length_than_its_type_is_of_no_use(void **state)
{
	static const size_t right[] = { 16, 32, 16, 32 };

	for (int32_t type = 17; type <= 20; type++) {
		for (size_t len = 1; len <= CG_KEY_MAX; len++) {
			assert_int_equal(use_key(*state, type, len),
					 len == right[type - 17] ? CG_OK
								 : CG_E_KRB5);
		}
	}
}

#define SESSION(fn) cmocka_unit_test_setup_teardown( \
		fn, tgs_session_setup, tgs_session_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_arguments_are_read_as_written),
		cmocka_unit_test(any_other_argument_is_refused),
		cmocka_unit_test(it_serves_until_the_channel_closes),
		cmocka_unit_test(a_peer_that_ends_without_reading_is_an_end),
		cmocka_unit_test(an_idle_channel_with_a_timeout_is_served_on),
		cmocka_unit_test(
			it_ends_at_the_first_message_that_breaks_the_rules),
		cmocka_unit_test(
			a_descriptor_that_is_sent_along_does_not_arrive),
		SESSION(exchanges_have_a_limit),
		SESSION(a_key_of_another_length_than_its_type_is_of_no_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
