/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of the KCM protocol with made-up tickets, for kcm_client.c. */
#ifndef CG_BENCH_KCM_MESSAGE_H
#define CG_BENCH_KCM_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "idl/bytes.h"

#define CG_BENCH_TICKET_LEN 1536U
#define CG_BENCH_MESSAGE_MAX 2048U
#define CG_BENCH_UUID_LEN 16U

enum cg_bench_opcode {
	CG_BENCH_NOOP = 0,
	CG_BENCH_INITIALIZE = 4,
	CG_BENCH_DESTROY = 5,
	CG_BENCH_STORE = 6,
	CG_BENCH_RETRIEVE = 7,
	CG_BENCH_GET_PRINCIPAL = 8,
	CG_BENCH_GET_CRED_UUID_LIST = 9,
	CG_BENCH_GET_CRED_BY_UUID = 10,
	CG_BENCH_REMOVE_CRED = 11,
	CG_BENCH_GET_CRED_LIST = 13001
};

/* A whole request, its length before it. */
struct cg_bench_request {
	enum cg_bench_opcode opcode;
	uint8_t data[CG_BENCH_MESSAGE_MAX];
	size_t len;
	size_t results_len;	/* what a good answer has after its status */
};

/* A credential, as it is stored and must come back. */
struct cg_bench_cred {
	uint8_t data[CG_BENCH_MESSAGE_MAX];
	size_t len;
};

/* Of service number index; the same each time within a second of start. */
void cg_bench_cred(uint32_t index, uint32_t start, struct cg_bench_cred *out);
size_t cg_bench_principal_len(void);

/* cache NULL: an operation without arguments. */
void cg_bench_plain(enum cg_bench_opcode opcode, const char *cache,
		    struct cg_bench_request *out);
void cg_bench_initialize(const char *cache, struct cg_bench_request *out);
void cg_bench_store(const char *cache, const struct cg_bench_cred *cred,
		    struct cg_bench_request *out);
/* RETRIEVE and REMOVE_CRED of service number index, as MIT's client asks. */
void cg_bench_search(enum cg_bench_opcode opcode, const char *cache,
		     uint32_t index, struct cg_bench_request *out);
void cg_bench_by_uuid(const char *cache, const uint8_t *uuid,
		      struct cg_bench_request *out);
/* For the floor: the request says how long the answer is to be. */
void cg_bench_to_floor(struct cg_bench_request *request);

#endif
