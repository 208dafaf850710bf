/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/krb5_env.h"

#include <errno.h>
#include <profile.h>
#include <stdlib.h>
#include <string.h>

static const krb5_enctype enctypes[] = {
	ENCTYPE_AES256_CTS_HMAC_SHA1_96,
	ENCTYPE_AES128_CTS_HMAC_SHA1_96,
	ENCTYPE_AES256_CTS_HMAC_SHA384_192,
	ENCTYPE_AES128_CTS_HMAC_SHA256_128,
	0,
};

static const krb5_enctype enctypes_rc4[] = {
	ENCTYPE_AES256_CTS_HMAC_SHA1_96,
	ENCTYPE_AES128_CTS_HMAC_SHA1_96,
	ENCTYPE_AES256_CTS_HMAC_SHA384_192,
	ENCTYPE_AES128_CTS_HMAC_SHA256_128,
	ENCTYPE_ARCFOUR_HMAC,
	0,
};

static const krb5_enctype narrow[] = {
	ENCTYPE_AES256_CTS_HMAC_SHA1_96,
	ENCTYPE_AES256_CTS_HMAC_SHA384_192,
	0,
};

static const krb5_enctype narrow_rc4[] = {
	ENCTYPE_AES256_CTS_HMAC_SHA1_96,
	ENCTYPE_AES256_CTS_HMAC_SHA384_192,
	ENCTYPE_ARCFOUR_HMAC,
	0,
};

static bool is_narrow;

struct setting {
	const char *section;
	const char *name;
	const char *value;
};

#define PERMITTED "permitted_enctypes"
#define PERMITTED_NARROW "aes256-cts aes256-sha2"

static const struct setting settings[] = {
	{ "libdefaults", PERMITTED,
	  "aes256-cts aes128-cts aes256-sha2 aes128-sha2" },
	{ "libdefaults", "allow_weak_crypto", "false" },
	{ "libdefaults", "allow_rc4", "false" },
	{ "libdefaults", "allow_des3", "false" },
	{ "libdefaults", "default_realm", "UNSET.INVALID" },
	{ "libdefaults", "dns_lookup_kdc", "false" },
	{ "libdefaults", "dns_lookup_realm", "false" },
	{ "libdefaults", "dns_canonicalize_hostname", "false" },
	{ "libdefaults", "kdc_timesync", "0" },
	/* The most that clock_skew_s can be; the vault itself compares. */
	{ "libdefaults", "clockskew", "3600" },
	{ "libdefaults", "noaddresses", "true" },
	{ "libdefaults", "forwardable", "false" },
	{ "libdefaults", "proxiable", "false" },
	/* The broker carries by TCP only. */
	{ "libdefaults", "udp_preference_limit", "1" },
	{ "libdefaults", "plugin_base_dir", "/nonexistent" },
};

/* The others of libkrb5 would only be more code to attack, or files. */
static const char *const preauth[] = { "encrypted_timestamp", NULL };

static void free_values(void *cbdata, char **values)
{
	(void)cbdata;
	for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
		free(values[i]);
	}
	free(values);
}

static char **list_of(const char *const *from)
{
	size_t n = 0;
	char **list = NULL;

	while (from[n] != NULL) {
		n++;
	}
	list = calloc(n + 1, sizeof(*list));
	for (size_t i = 0; list != NULL && i < n; i++) {
		list[i] = strdup(from[i]);
		if (list[i] == NULL) {
			free_values(NULL, list);
			return NULL;
		}
	}
	return list;
}

static long give(const char *const *from, char ***out)
{
	*out = list_of(from);
	return *out == NULL ? ENOMEM : 0;
}

static long get_values(void *cbdata, const char *const *names, char ***out)
{
	(void)cbdata;
	*out = NULL;
	if (names[0] == NULL || names[1] == NULL) {
		return PROF_NO_RELATION;
	}
	if (strcmp(names[0], "plugins") == 0 && names[2] != NULL &&
	    strcmp(names[1], "clpreauth") == 0 &&
	    strcmp(names[2], "enable_only") == 0) {
		return give(preauth, out);
	}
	if (is_narrow && strcmp(names[1], PERMITTED) == 0) {
		return give((const char *[]){ PERMITTED_NARROW, NULL }, out);
	}
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		const struct setting *s = &settings[i];

		if (strcmp(names[0], s->section) == 0 && names[2] == NULL &&
		    strcmp(names[1], s->name) == 0) {
			return give((const char *[]){ s->value, NULL }, out);
		}
	}
	return PROF_NO_RELATION;
}

enum cg_status cg_krb5_env_open(krb5_context *out)
{
	static const struct profile_vtable table = {
		.minor_ver = 1,
		.get_values = get_values,
		.free_values = free_values,
	};
	struct profile_vtable copy = table;
	profile_t profile = NULL;
	krb5_error_code ret;

	*out = NULL;
	if (profile_init_vtable(&copy, NULL, &profile) != 0) {
		return CG_E_NO_MEMORY;
	}
	ret = krb5_init_context_profile(profile, KRB5_INIT_CONTEXT_SECURE,
					out);
	profile_release(profile);
	return ret == 0 ? CG_OK : CG_E_SYSTEM;
}

const krb5_enctype *cg_krb5_env_enctypes(void)
{
	return is_narrow ? narrow : enctypes;
}

const krb5_enctype *cg_krb5_env_enctypes_rc4(void)
{
	return is_narrow ? narrow_rc4 : enctypes_rc4;
}

void cg_krb5_env_narrow(void)
{
	is_narrow = true;
}

bool cg_krb5_env_permits(krb5_enctype enctype)
{
	const krb5_enctype *list = cg_krb5_env_enctypes();

	while (*list != 0 && *list != enctype) {
		list++;
	}
	return *list != 0;
}

/* Encrypts, decrypts, sums and derives a key with one enctype. */
static krb5_error_code exercise(krb5_context ctx, krb5_enctype enctype)
{
	static char text[] = "0123456789abcdef";
	krb5_data plain = { KV5M_DATA, sizeof(text), text };
	krb5_data back = { KV5M_DATA, sizeof(text), NULL };
	krb5_enc_data box = { .enctype = enctype };
	krb5_checksum sum = { .contents = NULL };
	krb5_keyblock key = { .contents = NULL };
	krb5_keyblock typed = { .contents = NULL };
	krb5_error_code ret;
	size_t len = 0;

	back.data = calloc(1, sizeof(text));
	ret = krb5_c_make_random_key(ctx, enctype, &key);
	ret = ret != 0 ? ret : krb5_c_encrypt_length(ctx, enctype,
						     sizeof(text), &len);
	box.ciphertext.length = (unsigned int)len;
	box.ciphertext.data = calloc(1, len + 1);
	ret = ret != 0 ? ret : krb5_c_encrypt(ctx, &key, 7, NULL, &plain,
					      &box);
	ret = ret != 0 ? ret : krb5_c_decrypt(ctx, &key, 7, NULL, &box,
					      &back);
	ret = ret != 0 ? ret : krb5_c_make_checksum(ctx, 0, &key, 6, &plain,
						    &sum);
	/* Of the SHA-2 enctypes it takes 40 ms each (RFC 8009: 32768 rounds),
	 * and shows nothing that the rest does not. */
	if (ret == 0 && enctype == enctypes[0]) {
		ret = krb5_c_string_to_key(ctx, enctype, &plain, &plain,
					   &typed);
	}
	free(back.data);
	free(box.ciphertext.data);
	krb5_free_checksum_contents(ctx, &sum);
	krb5_free_keyblock_contents(ctx, &key);
	krb5_free_keyblock_contents(ctx, &typed);
	return ret;
}

bool cg_krb5_env_random(krb5_context ctx, uint8_t *out, size_t len)
{
	krb5_data room = { KV5M_DATA, (unsigned int)len, (char *)out };

	return krb5_c_random_make_octets(ctx, &room) == 0;
}

/* Only to make NT hashes (krb5_nt_hash.h). */
static bool exercise_rc4(krb5_context ctx)
{
	static char text[] = "0123456789abcdef";
	const krb5_data plain = { KV5M_DATA, sizeof(text) - 1, text };
	krb5_keyblock typed = { .contents = NULL };
	krb5_error_code ret = krb5_c_string_to_key(
		ctx, ENCTYPE_ARCFOUR_HMAC, &plain, &plain, &typed);

	krb5_free_keyblock_contents(ctx, &typed);
	return ret == 0;
}

enum cg_status cg_krb5_env_warm_up(krb5_context ctx)
{
	krb5_timestamp now = 0;

	for (size_t i = 0; enctypes[i] != 0; i++) {
		if (exercise(ctx, enctypes[i]) != 0) {
			return CG_E_SYSTEM;
		}
	}
	return exercise_rc4(ctx) && krb5_timeofday(ctx, &now) == 0
		       ? CG_OK : CG_E_SYSTEM;
}
