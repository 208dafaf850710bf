/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Offline logon as a login program does it:
 *   offline_driver store UID SID DOMAIN NAME@REALM
 *   offline_driver check UID [SID DOMAIN]
 *   offline_driver hold UID       (as check, the vault shall hold it)
 * The password is standard input. Prints the result in a word: ok, denied,
 * locked, expired, held, or the status that there is none.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "idl/cg_idl.h"
#include "plugin/client/client_error.h"
#include "plugin/client/krb5_principal.h"
#include "plugin/client/offline.h"

static enum cg_status store(TALLOC_CTX *top, struct cg_offline_user *user,
			    const char *name, struct cg_secret_bytes password)
{
	struct cg_client_error err = { 0 };
	enum cg_status st;
	int32_t code;

	st = cg_principal_parse(top, name, false, &user->client, &code);
	if (st == CG_OK) {
		st = cg_offline_store(top, user, password, &err);
	}
	(void)puts(st == CG_OK ? "ok" : cg_status_text(st));
	return st;
}

static enum cg_status check(TALLOC_CTX *top,
			    const struct cg_offline_user *user,
			    struct cg_secret_bytes password)
{
	static const char *const words[] = { "ok", "denied", "locked",
					     "expired" };
	struct cg_client_error err = { 0 };
	struct cg_offline_result out;
	enum cg_status st;

	st = cg_offline_check(top, user, password, &out, &err);
	if (st == CG_OK && out.held) {
		(void)puts("held");
		return CG_OK;
	}
	(void)puts(st == CG_OK ? words[out.result] : cg_status_text(st));
	return st == CG_OK && out.result != CG_OFFLINE_OK ? CG_E_DENIED : st;
}

int main(int argc, char **argv)
{
	static uint8_t input[1024];
	ssize_t n = read(STDIN_FILENO, input, sizeof(input));
	struct cg_offline_user user = { 0 };
	struct cg_secret_bytes password = { input, n > 0 ? (size_t)n : 0 };
	TALLOC_CTX *top = talloc_new(NULL);
	enum cg_status st = CG_E_INVALID;

	if (argc >= 5) {
		user.sid = argv[3];
		user.domain = argv[4];
	}
	if (argc >= 3) {
		user.uid = (uint32_t)strtoul(argv[2], NULL, 10);
	}
	if (argc == 6 && strcmp(argv[1], "store") == 0) {
		st = store(top, &user, argv[5], password);
	} else if (argc >= 3 && strcmp(argv[1], "check") == 0) {
		st = check(top, &user, password);
	} else if (argc == 3 && strcmp(argv[1], "hold") == 0) {
		user.hold = true;
		st = check(top, &user, password);
	}
	talloc_free(top);
	return st == CG_OK ? 0 : 1;
}
