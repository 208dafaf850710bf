/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8 to the UTF-16 (little endian) of NTLM's messages. */
#ifndef CG_VAULT_UTF16_H
#define CG_VAULT_UTF16_H

#include <stdbool.h>

#include "idl/bytes.h"
#include "idl/cursor.h"

enum cg_case { CG_CASE_KEEP, CG_CASE_UPPER };

/* w fails when text is not UTF-8 (RFC 3629) or does not fit. */
void cg_utf16_put(struct cg_writer *w, struct cg_bytes text,
		  enum cg_case which);
/* Whether both are the same name but for case. b: UTF-16. */
bool cg_utf16_same_name(struct cg_bytes text, struct cg_bytes b);

#endif
