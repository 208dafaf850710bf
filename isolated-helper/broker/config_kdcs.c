/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See config_kdcs.h. */
#include "isolated-helper/broker/config_kdcs.h"

#include <stdarg.h>
#include <string.h>

#include "isolated-helper/broker/config.h"

static const char *wrong(TALLOC_CTX *mem_ctx, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static const char *wrong(TALLOC_CTX *mem_ctx, const char *fmt, ...)
{
	const char *why;
	va_list ap;

	va_start(ap, fmt);
	why = talloc_vasprintf(mem_ctx, fmt, ap);
	va_end(ap);
	return why != NULL ? why : "out of memory";
}

static const char *take_hosts(TALLOC_CTX *mem_ctx, struct cg_fixed_kdcs *to,
			      const char *hosts)
{
	char *rest = talloc_strdup(mem_ctx, hosts);
	size_t n = 0;

	while (rest != NULL) {
		const char *host = strsep(&rest, " \t");

		if (host[0] == '\0') {
			continue;
		}
		/* It becomes an argument of a program. */
		if (host[0] == '-' || n == CG_KDC_COUNT_MAX) {
			return wrong(mem_ctx, "\"%.64s\": no host, or more "
				     "than %u", host, CG_KDC_COUNT_MAX);
		}
		to->hosts[n++] = host;
	}
	return n > 0 ? NULL : "a realm without hosts";
}

const char *cg_config_kdcs_add(TALLOC_CTX *mem_ctx, struct cg_config *out,
			       const char *realm, const char *hosts)
{
	/* The cast: text is bytes. */
	const struct cg_bytes bytes = { (const uint8_t *)realm,
					strlen(realm) };
	struct cg_fixed_kdcs new = { .hosts = { NULL } };
	const char *why;

	if (cg_realm_of(bytes, &new.realm) != CG_OK) {
		return wrong(mem_ctx, "\"%.64s\" is not the name of a realm",
			     realm);
	}
	for (size_t i = 0; i < out->n_kdcs; i++) {
		if (strcmp(out->kdcs[i].realm.text, realm) == 0) {
			return wrong(mem_ctx, "%.64s is given twice", realm);
		}
	}
	why = take_hosts(mem_ctx, &new, hosts);
	if (why != NULL) {
		return why;
	}
	out->kdcs = talloc_realloc(mem_ctx, out->kdcs, struct cg_fixed_kdcs,
				   (unsigned int)out->n_kdcs + 1);
	if (out->kdcs == NULL) {
		return "out of memory";
	}
	out->kdcs[out->n_kdcs++] = new;
	return NULL;
}
