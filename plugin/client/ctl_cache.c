/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The broker knows "UID" and "UID:NAME", with or without "KCM:" before. */
#include "plugin/client/ctl_cache.h"

#include <stdbool.h>
#include <string.h>

#include "plugin/client/krb5_default_cache.h"
#include "plugin/client/machine_uid.h"

static bool is_plain_word(const char *typed)
{
	return *typed != '\0' && strchr(typed, ':') == NULL &&
	       typed[strspn(typed, "0123456789")] != '\0';
}

/* NULL for the whole collection, "KCM:", of which the broker knows the default
 * cache, and for caches that are none of ours. */
static const char *cache_of_programs(TALLOC_CTX *mem_ctx)
{
	const char *name = cg_krb5_default_cache_name(mem_ctx);

	if (name == NULL || !cg_krb5_default_cache_is_ours(name) ||
	    strcmp(name, "KCM:") == 0) {
		return NULL;
	}
	return name;
}

const char *cg_ctl_cache_name(TALLOC_CTX *mem_ctx, const char *typed)
{
	if (typed == NULL) {
		return cache_of_programs(mem_ctx);
	}
	if (!is_plain_word(typed)) {
		return typed;
	}
	return talloc_asprintf(mem_ctx, "KCM:%u:%s", cg_machine_uid(), typed);
}

struct cg_bytes cg_ctl_cache_bytes(const char *name)
{
	if (name == NULL) {
		return (struct cg_bytes){ 0 };
	}
	/* Names are text here and bytes on the wire. */
	return (struct cg_bytes){ (const uint8_t *)name, strlen(name) };
}
