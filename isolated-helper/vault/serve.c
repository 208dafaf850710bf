/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/serve.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "idl/exit_codes.h"
#include "idl/limits.h"
#include "isolated-helper/vault/dispatch.h"
#include "isolated-helper/vault/registers.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

/* One byte more than the largest message: a longer one is seen. */
#define IN_LEN (CG_MSG_MAX + 1)
#define SERVING (-1)

static int serve_one(struct cg_vault *v, int fd, uint8_t *in, uint8_t *out)
{
	size_t len = 0;
	enum cg_status st;
	ssize_t n;

	cg_registers_forget();
	n = read(fd, in, IN_LEN);
	/* Who ends without having read the last answer resets. */
	if (n == 0 || (n < 0 && errno == ECONNRESET)) {
		return CG_EXIT_EOF;
	}
	/* With a time-out set, a stop by a debugger ends a read as well. */
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		cg_vault_sweep(v);
		return SERVING;
	}
	if (n < 0 || (size_t)n > CG_MSG_MAX) {
		return CG_EXIT_PROTO;
	}
	st = cg_dispatch(v, (struct cg_bytes){ in, (size_t)n }, out, &len);
	cg_wipe(in, (size_t)n);
	if (st != CG_OK) {
		return CG_EXIT_PROTO;
	}
	n = write(fd, out, len);
	cg_wipe(out, len);
	return n == (ssize_t)len ? SERVING : CG_EXIT_EOF;
}

int cg_serve(struct cg_vault *v, int fd)
{
	uint8_t *in = malloc(IN_LEN);
	uint8_t *out = malloc(CG_MSG_MAX);
	int code = in == NULL || out == NULL ? CG_EXIT_SANDBOX
					      : SERVING;

	while (code == SERVING) {
		code = serve_one(v, fd, in, out);
	}
	free(in);
	free(out);
	return code;
}
