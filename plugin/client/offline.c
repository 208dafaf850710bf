/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See offline.h. */
#include "plugin/client/offline.h"

#include <stdbool.h>
#include <string.h>

#include "idl/cg_idl.h"
#include "plugin/client/blocking_run.h"
#include "plugin/client/calls.h"
#include "plugin/client/client.h"
#include "plugin/client/client_error.h"
#include "plugin/client/client_seal.h"
#include "plugin/client/offline_proof.h"

static struct cg_bytes bytes_of(const char *text)
{
	/* The cast: text is bytes. */
	return (struct cg_bytes){ (const uint8_t *)text,
				  text != NULL ? strlen(text) : 0 };
}

static enum cg_status ask(struct cg_blocking *b,
			  const struct cg_client_make_offline_challenge_in *in,
			  struct cg_client_make_offline_challenge_out *out,
			  struct cg_client_error *err)
{
	struct tevent_req *req = cg_call_client_make_offline_challenge_send(
		b, b->ev, b->client, in);
	enum cg_status st = cg_blocking_wait(b, req, err);

	if (st == CG_OK) {
		st = cg_call_client_make_offline_challenge_recv(req, b, out,
								err);
	}
	talloc_free(req);
	return st;
}

static enum cg_status send_verifier(struct cg_blocking *b,
				    const struct cg_offline_proof *proof,
				    struct cg_client_error *err)
{
	const struct cg_client_store_verifier_in in = {
		.uid = proof->uid,
		.log_n = proof->kdf.log_n,
		.r = proof->kdf.r,
		.p = proof->kdf.p,
		.client = proof->client,
		.sid = proof->kdf.sid,
		.domain = proof->kdf.domain,
		.salt = proof->kdf.salt,
		.sealed = { proof->sealed, proof->sealed_len },
	};
	struct cg_client_store_verifier_out out;
	struct tevent_req *req = cg_call_client_store_verifier_send(
		b, b->ev, b->client, &in);
	enum cg_status st = cg_blocking_wait(b, req, err);

	if (st == CG_OK) {
		st = cg_call_client_store_verifier_recv(req, b, &out, err);
	}
	talloc_free(req);
	return st;
}

static enum cg_status store(struct cg_blocking *b,
			    const struct cg_offline_user *user,
			    struct cg_secret_bytes password,
			    struct cg_client_error *err)
{
	const struct cg_client_make_offline_challenge_in in = {
		.uid = user->uid, .fresh = 1,
	};
	struct cg_client_make_offline_challenge_out told;
	struct cg_offline_proof proof = {
		.uid = user->uid, .client = user->client, .is_new = true,
	};
	enum cg_status st = ask(b, &in, &told, err);

	if (st != CG_OK) {
		return st;
	}
	proof.kdf = (struct cg_kdf_params){
		told.log_n, told.r, told.p, told.salt,
		bytes_of(user->sid), bytes_of(user->domain),
	};
	st = cg_offline_proof_make(b->client, &proof, password, err);
	return st == CG_OK ? send_verifier(b, &proof, err) : st;
}

enum cg_status cg_offline_store(TALLOC_CTX *mem_ctx,
				const struct cg_offline_user *user,
				struct cg_secret_bytes password,
				struct cg_client_error *err)
{
	struct cg_blocking *b;
	enum cg_status st = cg_blocking_begin(mem_ctx, &b, err);

	if (st == CG_OK) {
		st = store(b, user, password, err);
		talloc_free(b);
	}
	return st;
}

/* box: may be empty. */
static enum cg_status send_proof(struct cg_blocking *b,
				 const struct cg_offline_proof *proof,
				 const struct cg_client_sealed *box,
				 struct cg_client_check_offline_out *out,
				 struct cg_client_error *err)
{
	const struct cg_client_check_offline_in in = {
		.uid = proof->uid,
		.sealed = { proof->sealed, proof->sealed_len },
		.client = proof->client,
		.sealed_typed = { box->bytes, box->len },
	};
	struct tevent_req *req = cg_call_client_check_offline_send(
		b, b->ev, b->client, &in);
	enum cg_status st = cg_blocking_wait(b, req, err);

	if (st == CG_OK) {
		st = cg_call_client_check_offline_recv(req, b, out, err);
	}
	talloc_free(req);
	return st;
}

static bool is_same(struct cg_bytes told, const char *known)
{
	struct cg_bytes want = bytes_of(known);

	return known == NULL || (told.len == want.len &&
				 memcmp(told.data, want.data, want.len) == 0);
}

static enum cg_status take(TALLOC_CTX *mem_ctx, struct cg_bytes client,
			   const struct cg_client_check_offline_out *out,
			   struct cg_offline_result *to)
{
	const uint8_t *copy = talloc_memdup(mem_ctx, client.data, client.len);

	if (copy == NULL) {
		return CG_E_NO_MEMORY;
	}
	*to = (struct cg_offline_result){
		.result = out->result,
		.locked_until = out->locked_until,
		.held = out->held == 1,
		.client = { copy, client.len },
	};
	return CG_OK;
}

/* After scrypt, which takes its time: a box is good for a minute. */
static enum cg_status seal(const struct cg_blocking *b,
			   const struct cg_offline_user *user,
			   const struct cg_offline_proof *proof,
			   struct cg_secret_bytes password,
			   struct cg_client_sealed *out)
{
	const struct cg_client_seal_for who = { proof->uid, proof->client };

	out->len = 0;
	return user->hold ? cg_client_seal(b->client, &who, password, out,
					   NULL) : CG_OK;
}

static enum cg_status check(struct cg_blocking *b,
			    const struct cg_offline_user *user,
			    struct cg_secret_bytes password,
			    struct cg_offline_result *result,
			    struct cg_client_error *err)
{
	const struct cg_client_make_offline_challenge_in in = {
		.uid = user->uid,
	};
	struct cg_client_make_offline_challenge_out told;
	struct cg_client_check_offline_out out;
	struct cg_offline_proof proof = { .uid = user->uid };
	struct cg_client_sealed box;
	enum cg_status st = ask(b, &in, &told, err);

	if (st != CG_OK) {
		return st;
	}
	if (!is_same(told.sid, user->sid) ||
	    !is_same(told.domain, user->domain)) {
		return cg_client_error_set(err, CG_STAGE_LOCAL, CG_E_DENIED,
					   NULL, NULL);
	}
	proof.client = told.client;
	proof.kdf = (struct cg_kdf_params){ told.log_n, told.r, told.p,
					    told.salt, told.sid, told.domain };
	st = cg_offline_proof_make(b->client, &proof, password, err);
	if (st == CG_OK) {
		st = seal(b, user, &proof, password, &box);
	}
	if (st == CG_OK) {
		st = send_proof(b, &proof, &box, &out, err);
	}
	/* b's parent is the caller's context, and outlives b. */
	return st == CG_OK ? take(talloc_parent(b), told.client, &out, result)
			   : st;
}

enum cg_status cg_offline_check(TALLOC_CTX *mem_ctx,
				const struct cg_offline_user *user,
				struct cg_secret_bytes password,
				struct cg_offline_result *out,
				struct cg_client_error *err)
{
	struct cg_blocking *b;
	enum cg_status st = cg_blocking_begin(mem_ctx, &b, err);

	*out = (struct cg_offline_result){ .result = CG_OFFLINE_DENIED };
	if (st == CG_OK) {
		st = check(b, user, password, out, err);
		talloc_free(b);
	}
	return st;
}
