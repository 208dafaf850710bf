/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gss_ntlm USER: the client side of NTLM by GSS-API and gss-ntlmssp, with
 * winbind's credentials. Prints each token and reads the peer's, as hex. */
#include <stdio.h>
#include <string.h>

#include <gssapi/gssapi.h>

#define LINE 16384

static char ntlmssp_oid[] = "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a";
static gss_OID_desc ntlmssp = { 10, ntlmssp_oid };

static int complain(OM_uint32 major, OM_uint32 minor)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 ignored, more = 0;

	(void)gss_display_status(&ignored, minor, GSS_C_MECH_CODE, &ntlmssp,
				 &more, &text);
	(void)printf("failed: %u %u %.*s\n", major, minor, (int)text.length,
		     (const char *)text.value);
	return 1;
}

static int read_token(char *line, gss_buffer_desc *out)
{
	unsigned char *bytes = (unsigned char *)line;
	unsigned int byte;
	size_t n = 0;

	if (fgets(line, LINE, stdin) == NULL) {
		return -1;
	}
	while (sscanf(line + 2 * n, "%2x", &byte) == 1) {
		bytes[n++] = (unsigned char)byte;
	}
	out->value = line;
	out->length = n;
	return 0;
}

static void print_token(const gss_buffer_desc *token)
{
	const unsigned char *bytes = token->value;

	for (size_t i = 0; i < token->length; i++) {
		(void)printf("%02x", bytes[i]);
	}
	(void)printf("\n");
	(void)fflush(stdout);
}

static OM_uint32 name_of(const char *text, gss_OID type, gss_name_t *out)
{
	char copy[256];
	gss_buffer_desc buffer = { strlen(text), copy };
	OM_uint32 minor;

	(void)snprintf(copy, sizeof(copy), "%s", text);
	return gss_import_name(&minor, &buffer, type, out);
}

int main(int argc, char **argv)
{
	static char line[LINE];
	gss_OID_set_desc mechs = { 1, &ntlmssp };
	gss_name_t user, server;
	gss_cred_id_t cred;
	gss_ctx_id_t ctx = GSS_C_NO_CONTEXT;
	gss_buffer_desc in = GSS_C_EMPTY_BUFFER, out = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;

	if (argc != 2 ||
	    name_of(argv[1], GSS_C_NT_USER_NAME, &user) != GSS_S_COMPLETE ||
	    name_of("cifs@fs1.example.test", GSS_C_NT_HOSTBASED_SERVICE,
		    &server) != GSS_S_COMPLETE) {
		return 2;
	}
	major = gss_acquire_cred(&minor, user, GSS_C_INDEFINITE, &mechs,
				 GSS_C_INITIATE, &cred, NULL, NULL);
	while (major == GSS_S_COMPLETE || major == GSS_S_CONTINUE_NEEDED) {
		major = gss_init_sec_context(
			&minor, cred, &ctx, server, &ntlmssp,
			GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG, 0, NULL, &in,
			NULL, &out, NULL, NULL);
		if (GSS_ERROR(major)) {
			break;
		}
		print_token(&out);
		if (major == GSS_S_COMPLETE) {
			return 0;
		}
		if (read_token(line, &in) != 0) {
			return 2;
		}
	}
	return complain(major, minor);
}
