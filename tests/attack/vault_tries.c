/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A vault that does what it is told: the shipped one but for its loop. Birth
 * and hello are answered as ever; then a message of one byte chooses a row
 * of cg_tries. If the vault survives that call, it answers with one byte. */
#include "isolated-helper/vault/serve.h"

#include <stdlib.h>
#include <unistd.h>

#include "idl/exit_codes.h"
#include "idl/limits.h"
#include "isolated-helper/vault/dispatch.h"
#include "isolated-helper/vault/vault.h"
#include "tests/attack/tries.h"

static const struct cg_try *choose(uint8_t n)
{
	for (uint8_t i = 0; cg_tries[i].name != NULL; i++) {
		if (i == n) {
			return &cg_tries[i];
		}
	}
	return NULL;
}

static int try_one(uint8_t n)
{
	const struct cg_try *t = choose(n);
	uint8_t survived = 1;

	if (t == NULL) {
		return CG_EXIT_PROTO;
	}
	(void)t->run();
	return write(CG_CHANNEL_FD, &survived, 1) == 1 ? CG_EXIT_EOF
						       : CG_EXIT_PROTO;
}

int cg_serve(struct cg_vault *v, int fd)
{
	uint8_t *in = malloc(CG_MSG_MAX);
	uint8_t *out = malloc(CG_MSG_MAX);
	size_t len;
	ssize_t n;

	if (in == NULL || out == NULL) {
		return CG_EXIT_SANDBOX;
	}
	while ((n = read(fd, in, CG_MSG_MAX)) > 1) {
		struct cg_bytes message = { in, (size_t)n };

		if (cg_dispatch(v, message, out, &len) != CG_OK ||
		    write(fd, out, len) != (ssize_t)len) {
			return CG_EXIT_PROTO;
		}
	}
	return n == 1 ? try_one(in[0]) : CG_EXIT_EOF;
}
