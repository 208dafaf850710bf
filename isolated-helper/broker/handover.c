/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See handover.h. */
#include "isolated-helper/broker/handover.h"

#include <errno.h>
#include <sys/socket.h>

#include "isolated-helper/broker/log.h"
#include "isolated-helper/broker/vault_calls.h"

struct carrier {
	struct tevent_context *ev;
	struct cg_vault *vault;
	struct tevent_fd *fde;
	int fd;
	uint8_t box[CG_HANDOVER_MAX];	/* ciphertext */
};

static void vault_answered(struct tevent_req *req)
{
	struct carrier *c = tevent_req_callback_data(req, struct carrier);
	struct cg_unseal_machine_key_out out;
	enum cg_status st;
	uint32_t detail;

	st = cg_call_unseal_machine_key_recv(req, c, &out, &detail);
	talloc_free(req);
	cg_log(st == CG_OK ? CG_LOG_AUDIT : CG_LOG_ERROR,
	       "machine keys n=%u result=\"%s\"", out.n_keys,
	       cg_status_text(st));
}

static void pass_on(struct carrier *c, size_t len)
{
	const struct cg_unseal_machine_key_in in = {
		.sealed = { c->box, len },
	};
	struct tevent_req *req;

	req = cg_call_unseal_machine_key_send(c, c->ev, c->vault, &in);
	if (req == NULL) {
		cg_log(CG_LOG_ERROR, "machine keys: out of memory");
		return;
	}
	tevent_req_set_callback(req, vault_answered, c);
}

static void something_came(struct tevent_context *ev, struct tevent_fd *fde,
			   uint16_t flags, void *private_data)
{
	struct carrier *c = talloc_get_type_abort(private_data,
						  struct carrier);
	ssize_t n = recv(c->fd, c->box, sizeof(c->box),
			 MSG_DONTWAIT | MSG_TRUNC);

	(void)ev;
	(void)flags;
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	if (n <= 0) {
		/* The guardian is ending, and we with it. */
		tevent_fd_set_flags(fde, 0);
		return;
	}
	if ((size_t)n <= sizeof(c->box)) {
		pass_on(c, (size_t)n);
	}
}

enum cg_status cg_handover_carry(TALLOC_CTX *mem_ctx,
				 struct tevent_context *ev,
				 struct cg_vault *vault, int fd)
{
	struct carrier *c;

	if (fd < 0) {
		return CG_OK;
	}
	c = talloc_zero(mem_ctx, struct carrier);
	if (c == NULL) {
		return CG_E_NO_MEMORY;
	}
	c->ev = ev;
	c->vault = vault;
	c->fd = fd;
	c->fde = tevent_add_fd(ev, c, fd, TEVENT_FD_READ, something_came, c);
	return c->fde != NULL ? CG_OK : CG_E_NO_MEMORY;
}
