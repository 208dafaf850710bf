/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MD5 of what RFC 2744 calls gss_channel_bindings_struct, as [MS-NLMP] 2.2.2.1
 * has it: little endian, and each text after its length. */
#include "plugin/samba/bindings.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

static bool add_number(gnutls_hash_hd_t hash, uint32_t n)
{
	const uint8_t le[4] = { (uint8_t)n, (uint8_t)(n >> 8),
				(uint8_t)(n >> 16), (uint8_t)(n >> 24) };

	return gnutls_hash(hash, le, sizeof(le)) == 0;
}

static bool add_text(gnutls_hash_hd_t hash, DATA_BLOB text)
{
	return text.length <= UINT32_MAX &&
	       add_number(hash, (uint32_t)text.length) &&
	       (text.length == 0 ||
		gnutls_hash(hash, text.data, text.length) == 0);
}

static bool add_all(gnutls_hash_hd_t hash,
		    const struct gensec_channel_bindings *cb)
{
	return add_number(hash, cb->initiator_addrtype) &&
	       add_text(hash, cb->initiator_address) &&
	       add_number(hash, cb->acceptor_addrtype) &&
	       add_text(hash, cb->acceptor_address) &&
	       add_text(hash, cb->application_data);
}

bool cg_bindings_hash(const struct gensec_security *gensec, uint8_t *out,
		      size_t *len)
{
	const struct gensec_channel_bindings *cb = gensec->channel_bindings;
	gnutls_hash_hd_t hash;
	bool ok;

	*len = 0;
	if (cb == NULL) {
		return true;
	}
	/* Where FIPS forbids MD5, it forbids NTLM. */
	if (gnutls_hash_init(&hash, GNUTLS_DIG_MD5) != 0) {
		return false;
	}
	ok = add_all(hash, cb);
	gnutls_hash_deinit(hash, out);
	*len = ok ? CG_NTLM_BINDINGS_LEN : 0;
	return ok;
}
