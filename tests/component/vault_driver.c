/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For tests of the vault against a real KDC, in three roles:
 *   serve             the vault on descriptor 3, without its sandbox
 *   seal KEY UID NAME seals standard input to a vault (hexadecimal)
 *   open KEYTAB       of a ticket on standard input: "ENCTYPE KEY CLIENT"
 */
#include <krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "idl/limits.h"
#include "isolated-helper/vault/serve.h"
#include "isolated-helper/vault/vault.h"
#include "tests/unit/seal.h"

#define INPUT_MAX (256U * 1024U)

static uint8_t input[INPUT_MAX];
static size_t input_len;

static size_t used_nothing(void)
{
	return 0;
}

static int serve(char *argv[])
{
	static struct cg_vault vault;

	(void)argv;
	vault.arena_used = used_nothing;
	return cg_vault_open(&vault) == CG_OK
		       ? cg_serve(&vault, CG_CHANNEL_FD) : 1;
}

static void read_input(void)
{
	ssize_t n = 1;

	while (n > 0 && input_len < sizeof(input)) {
		n = read(STDIN_FILENO, input + input_len,
			 sizeof(input) - input_len);
		input_len += n > 0 ? (size_t)n : 0;
	}
}

static size_t from_hex(const char *text, uint8_t *out, size_t cap)
{
	size_t n = 0;

	while (n < cap && text[2 * n] != '\0') {
		char pair[3] = { text[2 * n], text[2 * n + 1], '\0' };

		out[n++] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return n;
}

static void print_hex(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		printf("%02x", p[i]);
	}
}

static int seal_input(char *argv[])
{
	static uint8_t name[2048];
	uint8_t key[CG_SEAL_PUBKEY_LEN] = { 0 };
	uint8_t box[SEAL_MAX];
	struct seal_to to = { key, 0, { name, 0 } };

	if (argv[0] == NULL || argv[1] == NULL || argv[2] == NULL) {
		return 2;
	}
	(void)from_hex(argv[0], key, sizeof(key));
	to.uid = (uint32_t)strtoul(argv[1], NULL, 10);
	to.name.len = from_hex(argv[2], name, sizeof(name));
	read_input();
	print_hex(box, seal(&to, (struct cg_bytes){ input, input_len }, box));
	return 0;
}

static int open_ticket(char *argv[])
{
	krb5_data raw = { KV5M_DATA, 0, (char *)input };
	krb5_context ctx = NULL;
	krb5_keytab keytab = NULL;
	krb5_ticket *ticket = NULL;
	char *client = NULL;

	read_input();
	raw.length = (unsigned int)input_len;
	if (argv[0] == NULL || krb5_init_context(&ctx) != 0 ||
	    krb5_kt_resolve(ctx, argv[0], &keytab) != 0 ||
	    krb5_decode_ticket(&raw, &ticket) != 0 ||
	    krb5_server_decrypt_ticket_keytab(ctx, keytab, ticket) != 0 ||
	    krb5_unparse_name(ctx, ticket->enc_part2->client, &client) != 0) {
		return 1;
	}
	printf("%d ", ticket->enc_part2->session->enctype);
	print_hex(ticket->enc_part2->session->contents,
		  ticket->enc_part2->session->length);
	printf(" %s\n", client);
	krb5_free_unparsed_name(ctx, client);
	krb5_free_ticket(ctx, ticket);
	krb5_kt_close(ctx, keytab);
	krb5_free_context(ctx);
	return 0;
}

int main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		int (*run)(char *argv[]);
	} roles[] = {
		{ "serve", serve },
		{ "seal", seal_input },
		{ "open", open_ticket },
	};

	for (size_t i = 0; argc > 1 && i < sizeof(roles) / sizeof(roles[0]);
	     i++) {
		if (strcmp(argv[1], roles[i].name) == 0) {
			return roles[i].run(argv + 2);
		}
	}
	return 2;
}
