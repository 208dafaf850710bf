/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See krb5_kpasswd_text.h. */
#include "plugin/client/krb5_kpasswd_text.h"

#include <krb5.h>
#include <string.h>

#include "plugin/client/printable.h"

/* libkrb5 reads Active Directory's binary policy, too. */
static char *servers_words(TALLOC_CTX *mem_ctx, struct cg_bytes text)
{
	const krb5_data raw = {
		.length = (unsigned int)text.len,
		/* libkrb5 only reads it. */
		.data = (char *)(uintptr_t)text.data,
	};
	krb5_context context = NULL;
	char *words = NULL;
	char *copy = NULL;

	if (krb5_init_context(&context) != 0) {
		return talloc_strdup(mem_ctx, "no reason was given");
	}
	if (krb5_chpw_message(context, &raw, &words) == 0) {
		copy = cg_printable(mem_ctx, (struct cg_bytes){
			(const uint8_t *)words, strlen(words) });
		krb5_free_string(context, words);
	}
	krb5_free_context(context);
	return copy;
}

char *cg_krb5_kpasswd_text(TALLOC_CTX *mem_ctx, uint32_t result,
			   struct cg_bytes text)
{
	char *words = servers_words(mem_ctx, text);
	char *all;

	if (words == NULL) {
		return NULL;
	}
	all = talloc_asprintf(mem_ctx, "the password was not changed: %s%s",
			      result == KRB5_KPASSWD_SOFTERROR
				      ? "the new one is refused: " : "",
			      words);
	talloc_free(words);
	return all;
}
