/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NEGOTIATE and CHALLENGE messages for tests, right ones and wrong ones. */
#ifndef CG_TESTS_NTLM_MESSAGES_H
#define CG_TESTS_NTLM_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "idl/bytes.h"

#define NTLM_FLAGS 0x00880201U	/* TARGET_INFO, EXTENDED, NTLM, UNICODE */
#define NTLM_PAIRS_MAX 12

/* data NULL with len 0 ends the list. */
struct ntlm_pair {
	uint16_t id;
	const void *data;
	size_t len;
};

struct ntlm_challenge {
	uint32_t flags;
	uint8_t server_challenge[8];
	uint64_t filetime;
	struct ntlm_pair pairs[NTLM_PAIRS_MAX];	/* [0].id == 0: as FS1 does */
	bool without_end;
	size_t more;				/* bytes behind the end mark */
};

/* Now, for the one of a server whose clock is right. */
uint64_t ntlm_filetime_now(void);
/* Lengths; out has room for 8300 bytes. */
size_t ntlm_negotiate(uint32_t flags, uint8_t *out);
size_t ntlm_challenge(const struct ntlm_challenge *c, uint8_t *out);
/* UTF-16 of ASCII; lives until eight more were made. */
struct cg_bytes ntlm_text(const char *text);
/* The pair with that id of an answer's blob; *n: how many there are. */
struct cg_bytes ntlm_pair_of(struct cg_bytes response, unsigned int id,
			     unsigned int *n);
/* What the field at that place of a message's head points at. */
struct cg_bytes ntlm_field(struct cg_bytes m, size_t at);

#endif
