/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A KDC inside the test that says whatever the test wants, so that a lying
 * KDC or a lying network can be played. It writes and reads with libkrb5's
 * own coders. What the vault asks for is held against a real KDC in
 * tests/component.
 */
#ifndef CG_TESTS_LYING_KDC_H
#define CG_TESTS_LYING_KDC_H

#include <krb5.h>
#include <stdbool.h>

#include "idl/bytes.h"
#include "tests/unit/vault_session.h"

#define LYING_KDC_TICKETS_MAX 256

struct lying_kdc {
	krb5_context ctx;
	krb5_keyblock *keys[LYING_KDC_TICKETS_MAX]; /* of the tickets given */
	unsigned int n;
	krb5_data *reply;			/* the last one */
	/* What the last request said: */
	krb5_kdc_req *request;
	krb5_keyblock *subkey;
	int n_padata;
};

/* An answer; what is 0 or NULL is as it should be. */
struct lie {
	const char *inner;	/* server in the encrypted part */
	const char *outer;	/* server of the ticket; as inner */
	const char *client;
	int32_t add_to_nonce;
	krb5_enctype enctype;	/* of the session key */
	unsigned int key_len;	/* of the session key, when not as its type */
	unsigned int ticket_len;
	krb5_enctype ticket_enctype;	/* as it says */
	int32_t add_to_start;	/* to now */
	int32_t lifetime_s;	/* 3600 */
	bool with_session_key;	/* encrypted with the TGT's own key */
	krb5_msgtype msg_type;
	const krb5_keyblock *key;	/* this session key */
	/* The ticket is sealed to this key, and says: */
	const krb5_keyblock *machine;
	const char *ticket_client;
	struct cg_bytes pac;		/* LYING_KDC_PAC */
	bool ticket_other_key;
	int32_t add_to_ticket_start;
	int32_t add_to_ticket_end;
};

/* What stands for the PAC of a ticket that is sealed to a machine. */
#define LYING_KDC_PAC "all the groups of the user"

struct lying_kdc *lying_kdc_open(void);
void lying_kdc_close(struct lying_kdc *kdc);
/* The keys of the tickets given. */
void lying_kdc_forget(struct lying_kdc *kdc);

/* Gives uid a TGT over import_ticket. */
struct cg_handle lying_kdc_import(struct lying_kdc *kdc, struct session *s,
				  uint32_t uid, const char *client,
				  const char *server);
/* Reads a TGS-REQ, checks its checksum, and answers; valid until the next. */
struct cg_bytes lying_kdc_tgs(struct lying_kdc *kdc, struct cg_bytes request,
			      const struct lie *lie);
/* Where the right nonce goes in what is given to lying_kdc_tgs_part(). */
#define LYING_KDC_NONCE "\x7e\x4e\x4f\x4e"

/* Answers with any bytes in the encrypted part. */
struct cg_bytes lying_kdc_tgs_part(struct lying_kdc *kdc,
				   struct cg_bytes request, const char *outer,
				   struct cg_bytes part);
/* The same for an AS-REQ; the reply is encrypted to password. */
struct cg_bytes lying_kdc_as(struct lying_kdc *kdc, struct cg_bytes request,
			     const char *password, const struct lie *lie);
/* A KRB-ERROR. e_data may be NULL. */
struct cg_bytes lying_kdc_error(struct lying_kdc *kdc, uint32_t code,
				const krb5_data *e_data);
/* The key of the last ticket that was given. */
const krb5_keyblock *lying_kdc_last_key(const struct lying_kdc *kdc);

#endif
