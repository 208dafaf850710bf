/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ntlm_rc4.h"

#include <stddef.h>

#include "isolated-helper/vault/secret.h"

static void swap(uint8_t *a, uint8_t *b)
{
	uint8_t was = *a;

	*a = *b;
	*b = was;
}

void cg_ntlm_rc4(const uint8_t *key, const uint8_t *in, uint8_t *out)
{
	uint8_t s[256];
	uint8_t i = 0;
	uint8_t j = 0;

	for (size_t n = 0; n < sizeof(s); n++) {
		s[n] = (uint8_t)n;
	}
	for (size_t n = 0; n < sizeof(s); n++) {
		j = (uint8_t)(j + s[n] + key[n % CG_NTLM_RC4_LEN]);
		swap(&s[n], &s[j]);
	}
	j = 0;
	for (size_t n = 0; n < CG_NTLM_RC4_LEN; n++) {
		i++;
		j = (uint8_t)(j + s[i]);
		swap(&s[i], &s[j]);
		out[n] = in[n] ^ s[(uint8_t)(s[i] + s[j])];
	}
	cg_wipe(s, sizeof(s));
}
