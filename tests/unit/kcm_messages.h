/* SPDX-License-Identifier: GPL-3.0-or-later */
/* KCM messages as the libraries' clients write them, written here anew. */
#ifndef CG_TESTS_KCM_MESSAGES_H
#define CG_TESTS_KCM_MESSAGES_H

#include <stdint.h>
#include <talloc.h>

#include "idl/bytes.h"
#include "idl/cursor.h"

#define ALICE "alice@EXAMPLE.TEST"
#define BOB "bob@EXAMPLE.TEST"
#define TGS "krbtgt/EXAMPLE.TEST@EXAMPLE.TEST"
#define CIFS "cifs/fs1.example.test@EXAMPLE.TEST"
#define CONFIG "krb5_ccache_conf_data/pa_type@X-CACHECONF:"

/* MIT's client sets it in every RETRIEVE. */
#define KCM_GC_CACHED 1U

struct kcm_cred {
	const char *client;
	const char *server;
	const char *key;
	const char *ticket;
	const char *second_ticket;
	uint32_t endtime;
	uint32_t flags;
	uint16_t enctype;
	uint8_t is_skey;
};

/* name/name@REALM, of type NT-PRINCIPAL. */
void kcm_put_princ(struct cg_writer *w, const char *text);
void kcm_put_typed_princ(struct cg_writer *w, const char *text, uint32_t type);
struct cg_bytes kcm_princ(TALLOC_CTX *mem_ctx, const char *text);
void kcm_put_name(struct cg_writer *w, const char *name);
void kcm_put_cred(struct cg_writer *w, const struct kcm_cred *cred);
/* A pattern with client and server only; NULL: none. */
void kcm_put_match(struct cg_writer *w, const char *client,
		   const char *server, uint32_t endtime);
/* Version and opcode, in a buffer that every call uses anew. */
struct cg_writer kcm_request(uint16_t opcode);

/* A credential of an answer; views into it. */
struct kcm_seen {
	struct cg_bytes client;
	struct cg_bytes server;
	struct cg_bytes key;
	struct cg_bytes ticket;
	uint32_t endtime;
	uint32_t flags;
	uint16_t enctype;
};

void kcm_take_cred(struct cg_reader *r, struct kcm_seen *out);

#endif
