/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SipHash-2-4 as Aumasson and Bernstein published it; see ccache_hash.h. */
#include "isolated-helper/broker/ccache_hash.h"

#include <sys/random.h>

struct sip {
	uint64_t v0;
	uint64_t v1;
	uint64_t v2;
	uint64_t v3;
};

static uint64_t rotated(uint64_t v, unsigned int bits)
{
	return v << bits | v >> (64 - bits);
}

static void mix(struct sip *s)
{
	s->v0 += s->v1;
	s->v1 = rotated(s->v1, 13) ^ s->v0;
	s->v0 = rotated(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotated(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotated(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotated(s->v1, 17) ^ s->v2;
	s->v2 = rotated(s->v2, 32);
}

static void absorb(struct sip *s, uint64_t word)
{
	s->v3 ^= word;
	mix(s);
	mix(s);
	s->v0 ^= word;
}

static uint64_t word_of(const uint8_t *at, size_t n)
{
	uint64_t word = 0;

	for (size_t i = 0; i < n; i++) {
		word |= (uint64_t)at[i] << (8 * i);
	}
	return word;
}

uint64_t cg_ccache_hash(const struct cg_ccache_hash *key, struct cg_bytes b)
{
	struct sip s = {
		.v0 = key->k0 ^ 0x736f6d6570736575U,
		.v1 = key->k1 ^ 0x646f72616e646f6dU,
		.v2 = key->k0 ^ 0x6c7967656e657261U,
		.v3 = key->k1 ^ 0x7465646279746573U,
	};
	size_t whole = b.len - b.len % 8;

	for (size_t i = 0; i < whole; i += 8) {
		absorb(&s, word_of(b.data + i, 8));
	}
	absorb(&s, (uint64_t)b.len << 56
		   | word_of(b.data + whole, b.len - whole));
	s.v2 ^= 0xff;
	for (int i = 0; i < 4; i++) {
		mix(&s);
	}
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

uint64_t cg_ccache_hash_pair(const struct cg_ccache_hash *key,
			     struct cg_bytes a, struct cg_bytes b)
{
	struct cg_ccache_hash next = {
		.k0 = key->k0 ^ cg_ccache_hash(key, a),
		.k1 = key->k1,
	};

	return cg_ccache_hash(&next, b);
}

enum cg_status cg_ccache_hash_init(struct cg_ccache_hash *key)
{
	if (getrandom(key, sizeof(*key), 0) != sizeof(*key)) {
		return CG_E_SYSTEM;
	}
	return CG_OK;
}
