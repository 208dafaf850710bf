/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See birth.h. */
#include "isolated-helper/launch/birth.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "idl/cg_idl.h"
#include "idl/limits.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/settings.h"

#define ANSWER_MS 10000
#define PACK_MAX 256
#define REQUEST_ID 1

_Static_assert(CG_SEAL_PUBKEY_LEN == CG_PUBKEY_LEN, "one public key");

static enum cg_status send_pack(const struct cg_settings *s, int channel)
{
	const struct cg_header header = {
		.op = CG_OP_IMPORT_BIRTH, .id = REQUEST_ID,
	};
	const struct cg_import_birth_in pack = {
		.version = CG_WIRE_VERSION,
		.clock_skew_s = s->clock_skew_s,
		.max_entries_per_uid = s->max_entries_per_uid,
		.max_entries = s->max_entries,
		.ntlm = s->ntlm ? 1 : 0,
		.ntlm_without_target = s->ntlm_without_target ? 1 : 0,
	};
	uint8_t msg[PACK_MAX];
	struct cg_writer w = cg_writer_of(msg, sizeof(msg));
	size_t len;

	if (cg_push_header(&w, &header) != CG_OK ||
	    cg_push_import_birth_in(&w, &pack) != CG_OK ||
	    cg_writer_finish(&w, &len) != CG_OK) {
		return CG_E_LIMIT;
	}
	if (send(channel, msg, len, MSG_NOSIGNAL) < 0) {
		return CG_E_UNAVAILABLE;	/* its end tells why */
	}
	return CG_OK;
}

static enum cg_status wait_answer(int channel, int stop_fd)
{
	struct pollfd fds[] = {
		{ .fd = channel, .events = POLLIN },
		{ .fd = stop_fd, .events = POLLIN },
	};
	int n;

	do {
		n = poll(fds, 2, ANSWER_MS);
	} while (n < 0 && errno == EINTR);
	if (n == 0) {
		cg_log("the vault did not answer its birth pack within %d s",
		       ANSWER_MS / 1000);
		return CG_E_TIMEOUT;
	}
	return fds[0].revents != 0 ? CG_OK : CG_E_UNAVAILABLE;
}

static enum cg_status parse_answer(const uint8_t *msg, size_t len,
				   struct cg_birth *out)
{
	struct cg_reader r = cg_reader_of(msg, len);
	struct cg_import_birth_out answer;
	struct cg_header header;

	if (cg_pull_header(&r, &header) != CG_OK ||
	    header.op != CG_OP_IMPORT_BIRTH || header.id != REQUEST_ID) {
		return CG_E_PROTO;
	}
	if (header.status != CG_OK) {
		return CG_E_INVALID;
	}
	if (cg_pull_import_birth_out(&r, &answer) != CG_OK ||
	    cg_reader_finish(&r) != CG_OK ||
	    answer.version != CG_WIRE_VERSION ||
	    answer.public_key.len != sizeof(out->pubkey)) {
		return CG_E_PROTO;
	}
	out->protection = answer.protection;
	out->landlock_abi = answer.landlock_abi;
	memcpy(out->pubkey, answer.public_key.data, sizeof(out->pubkey));
	return CG_OK;
}

enum cg_status cg_birth(const struct cg_settings *s, int channel, int stop_fd,
			struct cg_birth *out)
{
	uint8_t msg[PACK_MAX];
	enum cg_status st;
	ssize_t n;

	*out = (struct cg_birth){ 0 };
	st = send_pack(s, channel);
	if (st == CG_OK) {
		st = wait_answer(channel, stop_fd);
	}
	if (st != CG_OK) {
		return st;
	}
	n = recv(channel, msg, sizeof(msg), MSG_TRUNC | MSG_DONTWAIT);
	if (n <= 0) {
		/* It ended; its end tells why. */
		return CG_E_UNAVAILABLE;
	}
	st = (size_t)n > sizeof(msg) ? CG_E_PROTO :
	     parse_answer(msg, (size_t)n, out);
	if (st != CG_OK) {
		cg_log("the vault's answer to its birth pack: %s",
		       cg_status_text(st));
	}
	return st;
}
