/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only the KDC's side can know: reads an AS-REP or TGS-REP (DER) from
 * standard input, opens its ticket with a keytab of the ticket's server (the
 * krbtgt account, say) and prints "key HEX", "ticket HEX" (ciphertext) and
 * "server NAME". Usage: ticket_key KEYTAB */
#include <krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

krb5_error_code decode_krb5_as_rep(const krb5_data *in, krb5_kdc_rep **out);
krb5_error_code decode_krb5_tgs_rep(const krb5_data *in, krb5_kdc_rep **out);

static void check(krb5_context ctx, krb5_error_code ret, const char *what)
{
	if (ret == 0) {
		return;
	}
	fprintf(stderr, "ticket_key: %s: %s\n", what,
		krb5_get_error_message(ctx, ret));
	exit(1);
}

static void print_hex(const char *name, const void *data, size_t len)
{
	const unsigned char *p = data;

	printf("%s ", name);
	for (size_t i = 0; i < len; i++) {
		printf("%02x", p[i]);
	}
	printf("\n");
}

static krb5_data read_all(int fd)
{
	static char buf[1 << 18];
	unsigned int len = 0;
	ssize_t n;

	while (len < sizeof(buf) &&
	       (n = read(fd, buf + len, sizeof(buf) - len)) > 0) {
		len += (unsigned int)n;
	}
	return (krb5_data){ KV5M_DATA, len, buf };
}

int main(int argc, char *argv[])
{
	krb5_context ctx = NULL;
	krb5_keytab keytab = NULL;
	krb5_kdc_rep *rep = NULL;
	krb5_ticket *ticket = NULL;
	char *server = NULL;
	krb5_data raw;

	if (argc != 2) {
		fprintf(stderr, "usage: ticket_key KEYTAB <REPLY\n");
		return 2;
	}
	raw = read_all(STDIN_FILENO);
	check(NULL, krb5_init_context(&ctx), "context");
	if (decode_krb5_as_rep(&raw, &rep) != 0) {
		check(ctx, decode_krb5_tgs_rep(&raw, &rep), "reply");
	}
	ticket = rep->ticket;
	check(ctx, krb5_kt_resolve(ctx, argv[1], &keytab), argv[1]);
	check(ctx, krb5_server_decrypt_ticket_keytab(ctx, keytab, ticket),
	      "ticket");
	check(ctx, krb5_unparse_name(ctx, ticket->server, &server), "server");
	print_hex("key", ticket->enc_part2->session->contents,
		  ticket->enc_part2->session->length);
	print_hex("ticket", ticket->enc_part.ciphertext.data,
		  ticket->enc_part.ciphertext.length);
	printf("server %s\n", server);
	return 0;
}
