/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days to seconds, each unit at most once and in this order. */
#include "plugin/client/duration.h"

#include <inttypes.h>

#define DURATION_MAX_S INT32_MAX	/* what a Kerberos time can span */
#define N_UNITS 4

struct unit {
	char letter;
	uint32_t length_s;
	const char *name;
};

static const struct unit units[N_UNITS] = {
	{ 'd', 86400, "d" },
	{ 'h', 3600, "h" },
	{ 'm', 60, "min" },
	{ 's', 1, "s" },
};

/* The digits at *text, which moves behind them. */
static enum cg_status take_number(const char **text, uint64_t *out)
{
	const char *at = *text;
	uint64_t v = 0;

	*out = 0;
	if (*at < '0' || *at > '9') {
		return CG_E_INVALID;
	}
	for (; *at >= '0' && *at <= '9'; at++) {
		v = v * 10 + (uint64_t)(*at - '0');
		if (v > DURATION_MAX_S) {
			return CG_E_LIMIT;
		}
	}
	*text = at;
	*out = v;
	return CG_OK;
}

/* The unit at *text, at or after the one that is expected next. */
static enum cg_status take_unit(const char **text, size_t *next,
				uint32_t *out_length_s)
{
	*out_length_s = 1;
	if (**text == '\0' && *next == 0) {
		*next = N_UNITS;	/* a plain number */
		return CG_OK;
	}
	for (size_t i = *next; i < N_UNITS; i++) {
		if (units[i].letter == **text) {
			*next = i + 1;
			*out_length_s = units[i].length_s;
			(*text)++;
			return CG_OK;
		}
	}
	return CG_E_INVALID;
}

enum cg_status cg_duration_parse(const char *text, uint32_t *out_s)
{
	uint64_t total = 0;
	size_t next = 0;
	enum cg_status st;

	*out_s = 0;
	do {
		uint32_t length_s;
		uint64_t n;

		st = take_number(&text, &n);
		if (st != CG_OK) {
			return st;
		}
		st = take_unit(&text, &next, &length_s);
		if (st != CG_OK) {
			return st;
		}
		total += n * length_s;
	} while (*text != '\0');
	if (total == 0) {
		return CG_E_INVALID;
	}
	if (total > DURATION_MAX_S) {
		return CG_E_LIMIT;
	}
	/* Fits, as the line above says. */
	*out_s = (uint32_t)total;
	return CG_OK;
}

char *cg_duration_text(TALLOC_CTX *mem_ctx, uint64_t duration_s)
{
	size_t i = 0;
	uint64_t n;
	uint64_t rest;

	while (i < N_UNITS - 1 && duration_s < units[i].length_s) {
		i++;
	}
	n = duration_s / units[i].length_s;
	rest = duration_s % units[i].length_s;
	if (i == N_UNITS - 1 || rest < units[i + 1].length_s) {
		return talloc_asprintf(mem_ctx, "%" PRIu64 " %s", n,
				       units[i].name);
	}
	return talloc_asprintf(mem_ctx, "%" PRIu64 " %s %" PRIu64 " %s", n,
			       units[i].name, rest / units[i + 1].length_s,
			       units[i + 1].name);
}
