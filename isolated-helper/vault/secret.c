/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/secret.h"

#include <stdlib.h>
#include <string.h>

struct cg_secret {
	size_t len;
	uint8_t data[];
};

enum cg_status cg_secret_copy_in(struct cg_secret_bytes from,
				 struct cg_secret **out)
{
	struct cg_secret *s = NULL;

	*out = NULL;
	if (from.len == 0) {
		return CG_E_INVALID;
	}
	s = malloc(sizeof(*s) + from.len);
	if (s == NULL) {
		return CG_E_NO_MEMORY;
	}
	s->len = from.len;
	memcpy(s->data, from.data, from.len);
	*out = s;
	return CG_OK;
}

enum cg_status cg_secret_with(const struct cg_secret *s, cg_secret_fn fn,
			      void *arg)
{
	return fn((struct cg_secret_bytes){ s->data, s->len }, arg);
}

bool cg_secret_equal(const struct cg_secret *a, const struct cg_secret *b)
{
	volatile uint8_t differ = 0;

	if (a->len != b->len) {
		return false;
	}
	for (size_t i = 0; i < a->len; i++) {
		differ |= a->data[i] ^ b->data[i];
	}
	return differ == 0;
}

void cg_secret_forget(struct cg_secret **s)
{
	if (*s == NULL) {
		return;
	}
	cg_wipe(*s, sizeof(**s) + (*s)->len);
	free(*s);
	*s = NULL;
}

void cg_wipe(void *p, size_t len)
{
	/* What is empty may be NULL, which explicit_bzero forbids. */
	if (len > 0) {
		explicit_bzero(p, len);
	}
}
