/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ntlm_client ntlm N USER | user N USER: asks winbind's pipe N times, through
 * libwbclient, for an answer to a CHALLENGE that is a new one each time, or
 * for a user. Prints the microseconds that each took. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>
#include <pwd.h>
#include <time.h>

#include <wbclient.h>

#define FLAGS 0x60898235U	/* what Samba's client and server agree on */
#define NEGOTIATE_LEN 32
#define PAYLOAD 48
#define FILETIME_OF_1970_S 11644473600ULL

struct message {
	uint8_t bytes[256];
	size_t len;
};

static void put32(struct message *m, uint32_t v)
{
	memcpy(m->bytes + m->len, &v, sizeof(v));
	m->len += sizeof(v);
}

static void put(struct message *m, const void *data, size_t len)
{
	memcpy(m->bytes + m->len, data, len);
	m->len += len;
}

static void put_pair(struct message *m, uint16_t id, const void *data,
		     uint16_t len)
{
	put(m, &id, sizeof(id));
	put(m, &len, sizeof(len));
	put(m, data, len);
}

static struct message negotiate(void)
{
	struct message m = { .len = 0 };

	put(&m, "NTLMSSP", 8);
	put32(&m, 1);
	put32(&m, FLAGS & ~0x00810000U);
	m.len = NEGOTIATE_LEN;
	return m;
}

static struct message challenge(void)
{
	static const uint8_t name[] = { 'F', 0, 'S', 0, '1', 0 };
	uint64_t stamp = ((uint64_t)time(NULL) + FILETIME_OF_1970_S) *
			 10000000ULL;
	struct message m = { .len = 0 };
	struct message info = { .len = 0 };
	uint8_t eight[8] = { 0 };
	uint16_t len;

	put_pair(&info, 2, name, sizeof(name));
	put_pair(&info, 1, name, sizeof(name));
	put_pair(&info, 7, &stamp, sizeof(stamp));
	put32(&info, 0);	/* the last pair */
	if (getrandom(eight, sizeof(eight), 0) != (ssize_t)sizeof(eight)) {
		exit(1);
	}
	len = (uint16_t)info.len;
	put(&m, "NTLMSSP", 8);
	put32(&m, 2);
	put32(&m, 0);
	put32(&m, PAYLOAD);
	put32(&m, FLAGS);
	put(&m, eight, sizeof(eight));
	memset(eight, 0, sizeof(eight));
	put(&m, eight, sizeof(eight));
	put(&m, &len, sizeof(len));
	put(&m, &len, sizeof(len));
	put32(&m, PAYLOAD);
	put(&m, info.bytes, info.len);
	return m;
}

static int ask_ntlm(const char *user)
{
	struct message first = negotiate();
	struct message second = challenge();
	struct wbcNamedBlob blobs[] = {
		{ .name = "negotiate_blob",
		  .blob = { first.bytes, first.len } },
		{ .name = "challenge_blob",
		  .blob = { second.bytes, second.len } },
	};
	struct wbcCredentialCacheParams params = {
		.account_name = user,
		.level = WBC_CREDENTIAL_CACHE_LEVEL_NTLMSSP,
		.num_blobs = 2,
		.blobs = blobs,
	};
	struct wbcCredentialCacheInfo *info = NULL;
	wbcErr err = wbcCredentialCache(&params, &info, NULL);

	if (!WBC_ERROR_IS_OK(err)) {
		(void)fprintf(stderr, "%s\n", wbcErrorString(err));
		return 1;
	}
	wbcFreeMemory(info);
	return 0;
}

static int ask_user(const char *user)
{
	struct passwd *pw = NULL;
	wbcErr err = wbcGetpwnam(user, &pw);

	if (!WBC_ERROR_IS_OK(err)) {
		(void)fprintf(stderr, "%s\n", wbcErrorString(err));
		return 1;
	}
	wbcFreeMemory(pw);
	return 0;
}

static double now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

int main(int argc, char **argv)
{
	int (*ask)(const char *user);
	long n;

	if (argc != 4) {
		return 2;
	}
	ask = strcmp(argv[1], "ntlm") == 0 ? ask_ntlm : ask_user;
	n = strtol(argv[2], NULL, 10);
	for (long i = -1; i < n; i++) {
		double begun = now_us();

		if (ask(argv[3]) != 0) {
			return 1;
		}
		/* The first one connects. */
		if (i >= 0) {
			(void)printf("%.1f\n", now_us() - begun);
		}
	}
	return 0;
}
