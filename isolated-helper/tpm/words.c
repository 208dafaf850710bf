/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See words.h. */
#include "isolated-helper/tpm/words.h"

#include <stdlib.h>
#include <string.h>

#include "isolated-helper/tpm/seal.h"
#include "isolated-helper/tpm/tpm.h"

#define N_PCRS 24UL

bool cg_tpm_read_pcrs(const char *list, uint32_t *out)
{
	*out = 0;
	while (*list != '\0') {
		char *end;
		unsigned long pcr = strtoul(list, &end, 10);

		if (*list < '0' || *list > '9' || pcr >= N_PCRS ||
		    (*end != '\0' && *end != ',') ||
		    (*end == ',' && end[1] == '\0')) {
			cg_tpm_say("pcrs: must be numbers from 0 to 23, with "
				   "commas");
			return false;
		}
		*out |= 1U << pcr;
		list = *end == ',' ? end + 1 : end;
	}
	return true;
}

static int digit_of(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

bool cg_tpm_read_tag(const char *hex, uint8_t *out)
{
	if (strlen(hex) != CG_TPM_TAG_LEN * 2U) {
		return false;
	}
	for (size_t i = 0; i < CG_TPM_TAG_LEN; i++) {
		int high = digit_of(hex[2 * i]);
		int low = digit_of(hex[2 * i + 1]);

		if (high < 0 || low < 0) {
			return false;
		}
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}
