/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The broker knows "UID" and "UID:NAME", with or without "KCM:" before. */
#include "plugin/client/ctl_cache.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static bool is_plain_word(const char *typed)
{
	return *typed != '\0' && strchr(typed, ':') == NULL &&
	       typed[strspn(typed, "0123456789")] != '\0';
}

const char *cg_ctl_cache_name(TALLOC_CTX *mem_ctx, const char *typed)
{
	if (typed == NULL || !is_plain_word(typed)) {
		return typed;
	}
	return talloc_asprintf(mem_ctx, "KCM:%u:%s", geteuid(), typed);
}

struct cg_bytes cg_ctl_cache_bytes(const char *name)
{
	if (name == NULL) {
		return (struct cg_bytes){ 0 };
	}
	/* Names are text here and bytes on the wire. */
	return (struct cg_bytes){ (const uint8_t *)name, strlen(name) };
}
