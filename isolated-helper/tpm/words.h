/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands on credguard-tpm's command line. */
#ifndef CG_TPM_WORDS_H
#define CG_TPM_WORDS_H

#include <stdbool.h>
#include <stdint.h>

/* "0,7": a bit each. False: says why. */
bool cg_tpm_read_pcrs(const char *list, uint32_t *out);
/* CG_TPM_TAG_LEN bytes. */
bool cg_tpm_read_tag(const char *hex, uint8_t *out);

#endif
