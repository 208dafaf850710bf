/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A vault that answers its birth and keeps no secret, for tests of the
 * guardian. BEHAVIOUR says what it does instead of what it should. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "idl/cg_idl.h"
#include "idl/exit_codes.h"
#include "idl/limits.h"

enum behaviour {
	GOOD,
	MUTE,			/* never answers */
	REFUSES,		/* the birth pack */
	BABBLES,		/* answers with nonsense */
	WEAK,			/* says that it has capabilities */
	FORBIDDEN,		/* calls what its filter kills for */
	ROOTED,			/* stays where the guardian put it */
};

#define ALL_PROTECTIONS 0x7fdU	/* all but CG_PROT_LOCKED_MEMORY */
#define NO_CAPS_BIT 0x20U

static size_t answer_birth(struct cg_writer *w, uint32_t id)
{
	static const uint8_t key[CG_PUBKEY_LEN] = { 0xab, 0xcd, 1, 2, 3 };
	const bool refuses = BEHAVIOUR == REFUSES;
	const struct cg_header header = {
		.op = CG_OP_IMPORT_BIRTH, .id = id,
		.status = refuses ? CG_E_INVALID : CG_OK,
	};
	const struct cg_import_birth_out answer = {
		.version = CG_WIRE_VERSION,
		.protection = BEHAVIOUR == WEAK ?
			ALL_PROTECTIONS & ~NO_CAPS_BIT : ALL_PROTECTIONS,
		.landlock_abi = 4,
		.public_key = { key, sizeof(key) },
	};
	size_t len = 0;

	if (cg_push_header(w, &header) != CG_OK ||
	    (!refuses && cg_push_import_birth_out(w, &answer) != CG_OK) ||
	    cg_writer_finish(w, &len) != CG_OK) {
		return 0;
	}
	return len;
}

static size_t answer_hello(struct cg_writer *w, uint32_t id)
{
	const struct cg_header header = { .op = CG_OP_HELLO, .id = id };
	const struct cg_hello_out answer = {
		.version = CG_WIRE_VERSION, .protection = ALL_PROTECTIONS,
	};
	size_t len = 0;

	if (cg_push_header(w, &header) != CG_OK ||
	    cg_push_hello_out(w, &answer) != CG_OK ||
	    cg_writer_finish(w, &len) != CG_OK) {
		return 0;
	}
	return len;
}

static void do_what_is_forbidden(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog program = { 1, code };

	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
	(void)getppid();
}

static int answer(const uint8_t *msg, size_t len)
{
	struct cg_reader r = cg_reader_of(msg, len);
	uint8_t out[256];
	struct cg_writer w = cg_writer_of(out, sizeof(out));
	struct cg_header header;
	size_t out_len;

	if (cg_pull_header(&r, &header) != CG_OK) {
		return CG_EXIT_PROTO;
	}
	if (header.op != CG_OP_IMPORT_BIRTH && BEHAVIOUR == FORBIDDEN) {
		do_what_is_forbidden();
	}
	out_len = header.op == CG_OP_IMPORT_BIRTH ?
		answer_birth(&w, header.id) : answer_hello(&w, header.id);
	if (BEHAVIOUR == BABBLES) {
		out_len = 7;
	}
	if (BEHAVIOUR != MUTE &&
	    send(CG_CHANNEL_FD, out, out_len, MSG_NOSIGNAL) < 0) {
		return CG_EXIT_PROTO;
	}
	return 0;
}

int main(void)
{
	uint8_t msg[256];
	ssize_t n;
	int code = 0;

	if (BEHAVIOUR != ROOTED &&
	    (unshare(CLONE_NEWUSER) != 0 || chroot("/empty") != 0 ||
	     chdir("/") != 0)) {
		return CG_EXIT_SANDBOX;
	}
	while (code == 0) {
		n = recv(CG_CHANNEL_FD, msg, sizeof(msg), 0);
		if (n <= 0) {
			return n == 0 ? CG_EXIT_EOF : CG_EXIT_PROTO;
		}
		code = answer(msg, (size_t)n);
	}
	return code;
}
