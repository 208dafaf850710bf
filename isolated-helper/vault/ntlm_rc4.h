/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RC4 for one block: the EncryptedRandomSessionKey. make_ntlm_authenticate
 * alone needs it, when client and server have agreed on KEY_EXCH: the flag
 * decides as well how both sign afterwards (with the exported key, and each
 * checksum is encrypted), so it cannot be left out of the answer when the
 * program behind the pipe and the server have it. OpenSSL has RC4 in its
 * legacy provider alone, with DES and all; libkrb5 uses it only inside of
 * its enctypes. Nothing is protected by it that HMAC-MD5 of the same key,
 * the MIC, does not already stand for.
 */
#ifndef CG_VAULT_NTLM_RC4_H
#define CG_VAULT_NTLM_RC4_H

#include <stdint.h>

#define CG_NTLM_RC4_LEN 16U	/* of key, input and output */

/* in and out may be the same. */
void cg_ntlm_rc4(const uint8_t *key, const uint8_t *in, uint8_t *out);

#endif
