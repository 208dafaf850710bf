/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/verifier_proof.h"

#include "idl/cg_idl.h"
#include "idl/cursor.h"
#include "idl/sealing.h"
#include "isolated-helper/vault/crypto.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"
#include "isolated-helper/vault/verifier.h"

struct parts {
	struct cg_secret **proof;
	struct cg_secret **mark;
};

static enum cg_status split(struct cg_secret_bytes whole, void *arg)
{
	const struct parts *to = arg;
	size_t want = CG_PROOF_LEN + (to->mark != NULL ? CG_MARK_LEN : 0);
	struct cg_secret_bytes proof = { whole.data, CG_PROOF_LEN };
	enum cg_status st;

	if (whole.len != want) {
		return CG_E_INVALID;
	}
	st = cg_secret_copy_in(proof, to->proof);
	if (st == CG_OK && to->mark != NULL) {
		st = cg_secret_copy_in((struct cg_secret_bytes){
			whole.data + CG_PROOF_LEN, CG_MARK_LEN }, to->mark);
	}
	return st;
}

enum cg_status cg_verifier_proof_open(struct cg_vault *vault,
				      const struct cg_verifier *v,
				      struct cg_bytes sealed,
				      struct cg_secret **proof,
				      struct cg_secret **mark)
{
	uint8_t name[CG_PRINCIPAL_MAX + CG_SALT_LEN];
	struct cg_writer w = cg_writer_of(name, sizeof(name));
	struct parts to = { proof, mark };
	struct cg_crypto_box box = { .uid = v->uid, .sealed = sealed };
	struct cg_secret *whole = NULL;
	enum cg_status st;
	size_t len;

	cg_writer_bytes(&w, v->client.data, v->client.len);
	cg_writer_bytes(&w, v->salt.data, v->salt.len);
	if (cg_writer_finish(&w, &len) != CG_OK) {
		return CG_E_INVALID;
	}
	box.name = (struct cg_bytes){ name, len };
	st = cg_vault_unseal(vault, &box, &whole);
	if (st == CG_OK) {
		st = cg_secret_with(whole, split, &to);
	}
	cg_secret_forget(&whole);
	return st;
}
