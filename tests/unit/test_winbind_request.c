/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pipe front's view of winbindd's protocol, against Samba's own header. */
#include "plugin/winbind/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/types.h>
#include <cmocka.h>

#include <winbind_struct_protocol.h>

#include "plugin/winbind/reply.h"

#define V32 32
#define V33 33

static void make(struct winbindd_request *r, uint32_t cmd)
{
	memset(r, 0x5a, sizeof(*r));
	r->length = sizeof(*r);
	r->cmd = (enum winbindd_cmd)cmd;
	r->extra_len = 0;
	r->flags = ~0U;
}

static uint8_t *bytes(void *r)
{
	return r;
}

/* All between SHOW_SEQUENCE, which 33 does not have, and the end moved. */
static uint32_t in_33(uint32_t cmd)
{
	return cmd > WINBINDD_SHOW_SEQUENCE ? cmd - 1 : cmd;
}

static enum cg_wb_kind expected(uint32_t cmd)
{
	switch (cmd) {
	case WINBINDD_INTERFACE_VERSION:
		return CG_WB_INTERFACE_VERSION;
	case WINBINDD_PAM_AUTH:
		return CG_WB_PAM_AUTH;
	case WINBINDD_PAM_AUTH_CRAP:
		return CG_WB_PAM_AUTH_CRAP;
	case WINBINDD_PAM_CHAUTHTOK:
		return CG_WB_PAM_CHAUTHTOK;
	case WINBINDD_PAM_LOGOFF:
		return CG_WB_PAM_LOGOFF;
	case WINBINDD_DOMAIN_INFO:
		return CG_WB_DOMAIN_INFO;
	case WINBINDD_PRIV_PIPE_DIR:
		return CG_WB_PRIV_PIPE_DIR;
	case WINBINDD_CCACHE_NTLMAUTH:
		return CG_WB_CCACHE_NTLMAUTH;
	case WINBINDD_CCACHE_SAVE:
		return CG_WB_CCACHE_SAVE;
	default:
		return CG_WB_OTHER;
	}
}

static void the_sizes_are_sambas(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct winbindd_request), CG_WB_REQUEST_LEN);
	assert_int_equal(sizeof(struct winbindd_response), CG_WB_REPLY_LEN);
	assert_int_equal(offsetof(struct winbindd_request, data), CG_WB_DATA);
	assert_int_equal(offsetof(struct winbindd_response, data),
			 CG_WB_REPLY_DATA);
	assert_int_equal(sizeof(fstring), CG_WB_TEXT_LEN);
	assert_int_equal(WINBINDD_MAX_EXTRA_DATA, CG_WB_EXTRA_MAX);
	assert_int_equal(WINBIND_INTERFACE_VERSION, CG_WB_VERSION_MIN);
	assert_int_equal((int)WINBINDD_OK, (int)CG_WB_OK);
	assert_int_equal((int)WINBINDD_ERROR, (int)CG_WB_ERROR);
}

static void every_command_of_both_versions_is_told_apart(void **state)
{
	(void)state;
	for (uint32_t cmd = 0; cmd < WINBINDD_NUM_CMDS + 10; cmd++) {
		static struct winbindd_request r;

		make(&r, cmd);
		assert_int_equal(cg_wb_kind(bytes(&r), V32), expected(cmd));
		if (cmd == WINBINDD_SHOW_SEQUENCE) {
			continue;
		}
		make(&r, in_33(cmd));
		assert_int_equal(cg_wb_kind(bytes(&r), V33), expected(cmd));
		if (expected(cmd) != CG_WB_OTHER) {
			assert_int_equal(cg_wb_command(expected(cmd), V32),
					 cmd);
			assert_int_equal(cg_wb_command(expected(cmd), V33),
					 in_33(cmd));
		}
	}
}

static void without_a_known_version_only_name_look_ups_pass(void **state)
{
	static const uint32_t versions[] = { 0, 31, 34, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		for (uint32_t cmd = 0; cmd < 100; cmd++) {
			static struct winbindd_request r;
			struct cg_wb_verdict v;

			make(&r, cmd);
			v = cg_wb_judge(bytes(&r), versions[i]);
			assert_int_equal(v.way, cmd <= WINBINDD_GETGRENT ?
					 CG_WB_PASS : CG_WB_HANG_UP);
		}
	}
}

static void what_passes_is_not_changed_but_for_the_logins(void **state)
{
	(void)state;
	for (uint32_t cmd = 0; cmd < WINBINDD_NUM_CMDS; cmd++) {
		static struct winbindd_request r;
		static struct winbindd_request was;

		make(&r, cmd);
		was = r;
		(void)cg_wb_judge(bytes(&r), V32);
		if (cmd == WINBINDD_PAM_AUTH ||
		    cmd == WINBINDD_PAM_CHAUTHTOK) {
			assert_int_equal(r.flags, 0xffffbfff);
			r.flags = was.flags;
		}
		if (cmd == WINBINDD_PAM_AUTH) {
			static const fstring none;

			assert_memory_equal(r.data.auth.krb5_cc_type, none,
					    sizeof(none));
			memcpy(r.data.auth.krb5_cc_type,
			       was.data.auth.krb5_cc_type, sizeof(fstring));
		}
		assert_memory_equal(&r, &was, sizeof(r));
	}
}

static void a_wrong_length_or_too_much_extra_is_hung_up(void **state)
{
	static const uint32_t lengths[] = { 0, 4, 2132, 2135, 2137, 4008,
					    UINT32_MAX };
	static struct winbindd_request r;

	(void)state;
	make(&r, WINBINDD_PING);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		r.length = lengths[i];
		assert_int_equal(cg_wb_judge(bytes(&r), V32).way,
				 CG_WB_HANG_UP);
	}
	r.length = sizeof(r);
	r.extra_len = WINBINDD_MAX_EXTRA_DATA;
	assert_int_equal(cg_wb_judge(bytes(&r), V32).way, CG_WB_PASS);
	r.extra_len++;
	assert_int_equal(cg_wb_judge(bytes(&r), V32).way, CG_WB_HANG_UP);
	r.extra_len = UINT32_MAX;
	assert_int_equal(cg_wb_judge(bytes(&r), V32).way, CG_WB_HANG_UP);
}

static void the_two_messages_lie_within_what_came(void **state)
{
	static const uint8_t extra[10] = "abcdefghij";
	static struct winbindd_request r;
	struct cg_wb_ntlm ntlm;

	(void)state;
	make(&r, WINBINDD_CCACHE_NTLMAUTH);
	r.data.ccache_ntlm_auth.uid = 1000;
	strcpy(r.data.ccache_ntlm_auth.user, "EXAMPLE\\alice");
	for (uint32_t a = 0; a < 20; a++) {
		for (uint32_t b = 0; b < 20; b++) {
			r.data.ccache_ntlm_auth.initial_blob_len = a;
			r.data.ccache_ntlm_auth.challenge_blob_len = b;
			assert_int_equal(
				cg_wb_ntlm_of(bytes(&r),
					      (struct cg_bytes){ extra, 10 },
					      &ntlm), a + b <= 10);
		}
	}
	r.data.ccache_ntlm_auth.initial_blob_len = UINT32_MAX;
	r.data.ccache_ntlm_auth.challenge_blob_len = 2;
	assert_false(cg_wb_ntlm_of(bytes(&r), (struct cg_bytes){ extra, 10 },
				   &ntlm));
	r.data.ccache_ntlm_auth.initial_blob_len = 4;
	r.data.ccache_ntlm_auth.challenge_blob_len = 6;
	assert_true(cg_wb_ntlm_of(bytes(&r), (struct cg_bytes){ extra, 10 },
				  &ntlm));
	assert_int_equal(ntlm.uid, 1000);
	assert_int_equal(ntlm.user.len, 13);
	assert_memory_equal(ntlm.user.data, "EXAMPLE\\alice", 13);
	assert_int_equal(ntlm.negotiate.len, 4);
	assert_int_equal(ntlm.challenge.len, 6);
	assert_memory_equal(ntlm.challenge.data, "efghij", 6);
}

static void fields_without_an_end_end_where_they_must(void **state)
{
	static struct winbindd_request r;
	struct cg_wb_save save;

	(void)state;
	make(&r, WINBINDD_CCACHE_SAVE);
	r.data.ccache_save.uid = 7;
	save = cg_wb_save_of(bytes(&r));
	assert_int_equal(save.uid, 7);
	assert_int_equal(save.user.len, 256);
	assert_int_equal(save.password.len, 256);
	strcpy(r.data.ccache_save.user, "alice");
	strcpy(r.data.ccache_save.pass, "a word");
	save = cg_wb_save_of(bytes(&r));
	assert_int_equal(save.user.len, 5);
	assert_memory_equal(save.password.data, "a word", 7);
	assert_int_equal(save.password.len, 6);
	r.data.logoff.uid = 99;
	assert_int_equal(cg_wb_logoff_uid(bytes(&r)), 99);
}

/* After that a response begins. */
static const struct winbindd_response *view(const uint8_t *reply)
{
	return (const void *)reply;
}

static void our_answers_are_what_libwbclient_reads(void **state)
{
	static _Alignas(8) uint8_t out[CG_WB_OWN_REPLY_MAX];
	static const uint8_t key[16] = "0123456789abcdef";
	static const uint8_t blob[5] = "blob!";

	(void)state;
	memset(out, 0xff, sizeof(out));
	assert_int_equal(cg_wb_reply_ok(out), CG_WB_REPLY_LEN);
	assert_int_equal(view(out)->length, sizeof(struct winbindd_response));
	assert_int_equal(view(out)->result, WINBINDD_OK);
	assert_int_equal(cg_wb_reply_text(out, "/a/dir"), 4008 + 7);
	assert_string_equal((const char *)out + 4008, "/a/dir");
	assert_int_equal(view(out)->length, 4008 + 7);
	assert_int_equal(cg_wb_reply_ntlm(
		out, (struct cg_bytes){ blob, 5 },
		(struct cg_secret_bytes){ key, 16 }, true), 4008 + 5);
	assert_int_equal(view(out)->result, WINBINDD_OK);
	assert_int_equal(view(out)->data.ccache_ntlm_auth.auth_blob_len, 5);
	assert_int_equal(view(out)->data.ccache_ntlm_auth.new_spnego, 1);
	assert_memory_equal(view(out)->data.ccache_ntlm_auth.session_key, key,
			    16);
	assert_memory_equal(out + 4008, blob, 5);
	assert_int_equal(cg_wb_reply_ntlm(
		out, (struct cg_bytes){ blob, 5 },
		(struct cg_secret_bytes){ key, 16 }, false), 4008 + 5);
	assert_int_equal(view(out)->data.ccache_ntlm_auth.new_spnego, 0);
	assert_int_equal(cg_wb_reply_ntlm(
		out, (struct cg_bytes){ blob, CG_WB_AUTHENTICATE_MAX + 1 },
		(struct cg_secret_bytes){ key, 16 }, true), 0);
	assert_int_equal(cg_wb_reply_ntlm(
		out, (struct cg_bytes){ blob, 5 },
		(struct cg_secret_bytes){ key, 15 }, true), 0);
}

static void a_refusal_says_why(void **state)
{
	static _Alignas(8) uint8_t out[CG_WB_OWN_REPLY_MAX];

	(void)state;
	for (uint32_t st = 1; st < CG_STATUS_COUNT; st++) {
		assert_int_equal(cg_wb_reply_refused(out, st), 4008);
		assert_int_equal(view(out)->result, WINBINDD_ERROR);
		assert_true(view(out)->data.auth.nt_status >= 0xC0000000U);
		assert_int_equal(strncmp(
			view(out)->data.auth.nt_status_string, "NT_STATUS_",
			10), 0);
		assert_true(view(out)->data.auth.pam_error != 0);
	}
	(void)cg_wb_reply_refused(out, CG_E_DENIED);
	assert_string_equal(view(out)->data.auth.nt_status_string,
			    "NT_STATUS_ACCESS_DENIED");
	(void)cg_wb_reply_no_such_user(out);
	assert_int_equal(view(out)->data.auth.nt_status, 0xC0000064U);
	assert_int_equal(view(out)->data.auth.pam_error, 10);
	assert_string_equal(view(out)->data.auth.error_string,
			    "NT_STATUS_NO_SUCH_USER");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sizes_are_sambas),
		cmocka_unit_test(every_command_of_both_versions_is_told_apart),
		cmocka_unit_test(
			without_a_known_version_only_name_look_ups_pass),
		cmocka_unit_test(
			what_passes_is_not_changed_but_for_the_logins),
		cmocka_unit_test(a_wrong_length_or_too_much_extra_is_hung_up),
		cmocka_unit_test(the_two_messages_lie_within_what_came),
		cmocka_unit_test(fields_without_an_end_end_where_they_must),
		cmocka_unit_test(our_answers_are_what_libwbclient_reads),
		cmocka_unit_test(a_refusal_says_why),
	};

	return cmocka_run_group_tests_name("winbind_request", tests, NULL,
					   NULL);
}
