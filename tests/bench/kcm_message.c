/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kcm_message.h. */
#include "tests/bench/kcm_message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "idl/cursor.h"

#define REALM "COMP.TEST"
#define NT_PRINCIPAL 1U
#define NT_SRV_INST 2U
#define ENCTYPE_AES256 18U
#define KEY_LEN 32U
#define LIFE_S 36000U

#define HEADER_LEN 4U		/* the length that a request begins with */

/* The parts of a pattern that are there, and MIT's flags: times and
 * authorization data matter, and no ticket is to be fetched. */
#define HAS_CLIENT_AND_SERVER 0x03U
#define MATCH_AS_MIT 0x03000001U

static void finish(const struct cg_writer *w, size_t *len)
{
	if (cg_writer_finish(w, len) != CG_OK) {
		fprintf(stderr, "kcm_client: a message is too long\n");
		exit(1);
	}
}

static void put_string(struct cg_writer *w, const char *text)
{
	struct cg_bytes bytes = { (const uint8_t *)text, strlen(text) };

	cg_writer_counted_be(w, bytes);
}

static void put_client(struct cg_writer *w)
{
	cg_writer_u32_be(w, NT_PRINCIPAL);
	cg_writer_u32_be(w, 1);
	put_string(w, REALM);
	put_string(w, "alice");
}

static void put_server(struct cg_writer *w, uint32_t index)
{
	char host[64];

	(void)snprintf(host, sizeof(host), "h%06u.comp.test", index);
	cg_writer_u32_be(w, NT_SRV_INST);
	cg_writer_u32_be(w, 2);
	put_string(w, REALM);
	put_string(w, "HTTP");
	put_string(w, host);
}

static void put_times(struct cg_writer *w, uint32_t start, uint32_t end)
{
	cg_writer_u32_be(w, start);
	cg_writer_u32_be(w, start);
	cg_writer_u32_be(w, end);
	cg_writer_u32_be(w, 0);
}

void cg_bench_cred(uint32_t index, uint32_t start, struct cg_bench_cred *out)
{
	uint8_t key[KEY_LEN];
	uint8_t ticket[CG_BENCH_TICKET_LEN];
	struct cg_writer w = cg_writer_of(out->data, sizeof(out->data));

	memset(key, (int)(index & 0xff), sizeof(key));
	memset(ticket, 0xa5, sizeof(ticket));
	memcpy(ticket, &index, sizeof(index));
	put_client(&w);
	put_server(&w, index);
	cg_writer_u16_be(&w, ENCTYPE_AES256);
	cg_writer_counted_be(&w, (struct cg_bytes){ key, sizeof(key) });
	put_times(&w, start, start + LIFE_S);
	cg_writer_u8(&w, 0);		/* not user-to-user */
	cg_writer_u32_be(&w, 0);	/* flags */
	cg_writer_u32_be(&w, 0);	/* addresses */
	cg_writer_u32_be(&w, 0);	/* authorization data */
	cg_writer_counted_be(&w, (struct cg_bytes){ ticket, sizeof(ticket) });
	cg_writer_u32_be(&w, 0);	/* second ticket */
	finish(&w, &out->len);
}

size_t cg_bench_principal_len(void)
{
	uint8_t data[256];
	struct cg_writer w = cg_writer_of(data, sizeof(data));
	size_t len;

	put_client(&w);
	finish(&w, &len);
	return len;
}

static struct cg_writer begin(enum cg_bench_opcode opcode, const char *cache,
			      struct cg_bench_request *out)
{
	struct cg_writer w = cg_writer_of(out->data, sizeof(out->data));

	out->opcode = opcode;
	out->results_len = 0;
	cg_writer_u32_be(&w, 0);	/* see end */
	cg_writer_u8(&w, 2);
	cg_writer_u8(&w, 0);
	cg_writer_u16_be(&w, (uint16_t)opcode);
	if (cache != NULL) {
		cg_writer_bytes(&w, (const uint8_t *)cache,
				strlen(cache) + 1);
	}
	return w;
}

static void end(const struct cg_writer *w, struct cg_bench_request *out)
{
	struct cg_writer head = cg_writer_of(out->data, HEADER_LEN);

	finish(w, &out->len);
	cg_writer_u32_be(&head, (uint32_t)(out->len - HEADER_LEN));
}

void cg_bench_plain(enum cg_bench_opcode opcode, const char *cache,
		    struct cg_bench_request *out)
{
	struct cg_writer w = begin(opcode, cache, out);

	end(&w, out);
}

void cg_bench_initialize(const char *cache, struct cg_bench_request *out)
{
	struct cg_writer w = begin(CG_BENCH_INITIALIZE, cache, out);

	put_client(&w);
	end(&w, out);
}

void cg_bench_store(const char *cache, const struct cg_bench_cred *cred,
		    struct cg_bench_request *out)
{
	struct cg_writer w = begin(CG_BENCH_STORE, cache, out);

	cg_writer_bytes(&w, cred->data, cred->len);
	end(&w, out);
}

void cg_bench_search(enum cg_bench_opcode opcode, const char *cache,
		     uint32_t index, struct cg_bench_request *out)
{
	struct cg_writer w = begin(opcode, cache, out);

	cg_writer_u32_be(&w, MATCH_AS_MIT);
	cg_writer_u32_be(&w, HAS_CLIENT_AND_SERVER);
	put_client(&w);
	put_server(&w, index);
	put_times(&w, 0, 0);
	cg_writer_u8(&w, 0);
	cg_writer_u32_be(&w, 0);
	end(&w, out);
}

void cg_bench_by_uuid(const char *cache, const uint8_t *uuid,
		      struct cg_bench_request *out)
{
	struct cg_writer w = begin(CG_BENCH_GET_CRED_BY_UUID, cache, out);

	cg_writer_bytes(&w, uuid, CG_BENCH_UUID_LEN);
	end(&w, out);
}

void cg_bench_to_floor(struct cg_bench_request *request)
{
	struct cg_writer w = cg_writer_of(request->data + HEADER_LEN,
					  HEADER_LEN);

	cg_writer_u32_be(&w, (uint32_t)request->results_len);
}
