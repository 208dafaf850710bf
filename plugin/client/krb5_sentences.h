/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences of ours for the Kerberos errors that people meet; libkrb5's own
 * text for the rest. */
#ifndef CG_CLIENT_KRB5_SENTENCES_H
#define CG_CLIENT_KRB5_SENTENCES_H

#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>
#include <time.h>

struct cg_krb5_subject {
	const char *principal;	/* printable */
	const char *realm;	/* printable */
	time_t now;		/* for what is said of clocks */
	bool is_renewal;
	uint32_t nt_status;	/* what the KDC said beside, or 0 */
};

/* NULL when out of memory. */
char *cg_krb5_sentence(TALLOC_CTX *mem_ctx, int32_t code,
		       const struct cg_krb5_subject *about);
/* libkrb5's own words, printable. */
char *cg_krb5_library_text(TALLOC_CTX *mem_ctx, int32_t code);

#endif
