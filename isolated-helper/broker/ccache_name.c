/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ccache_name.h. */
#include "isolated-helper/broker/ccache_name.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "idl/limits.h"

struct cg_bytes cg_ccache_name_bytes(const struct cg_ccache_name *name)
{
	return (struct cg_bytes){ (const uint8_t *)name->text,
				  strlen(name->text) };
}

struct cg_ccache_name cg_ccache_name_first(uid_t uid)
{
	struct cg_ccache_name name;

	(void)snprintf(name.text, sizeof(name.text), "%u", (unsigned int)uid);
	return name;
}

enum cg_status cg_ccache_name_random(uid_t uid, struct cg_ccache_name *out)
{
	uint32_t number;

	*out = (struct cg_ccache_name){ 0 };
	if (getrandom(&number, sizeof(number), 0) != sizeof(number)) {
		return CG_E_SYSTEM;
	}
	(void)snprintf(out->text, sizeof(out->text), "%u:%08x",
		       (unsigned int)uid, number);
	return CG_OK;
}

static bool is_printable(struct cg_bytes name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (name.data[i] < ' ' || name.data[i] == 0x7f) {
			return false;
		}
	}
	return true;
}

enum cg_status cg_ccache_name_check(uid_t uid, struct cg_bytes name,
				    struct cg_ccache_name *out)
{
	struct cg_ccache_name first = cg_ccache_name_first(uid);
	size_t prefix = strlen(first.text);

	*out = (struct cg_ccache_name){ 0 };
	if (name.len > CG_CACHE_NAME_MAX || !is_printable(name)) {
		return CG_E_INVALID;
	}
	/* 2^32-1 is what the kernel says when it knows no uid. */
	if (uid == CG_UID_ALL || name.len < prefix
	    || memcmp(name.data, first.text, prefix) != 0
	    || (name.len > prefix && name.data[prefix] != ':')) {
		return CG_E_DENIED;
	}
	if (name.len == prefix + 1) {
		name.len = prefix;
	}
	memcpy(out->text, name.data, name.len);
	return CG_OK;
}

uid_t cg_ccache_name_owner(struct cg_bytes name)
{
	uint64_t uid = 0;
	size_t n = 0;

	while (n < name.len && name.data[n] >= '0' && name.data[n] <= '9' &&
	       uid < CG_UID_ALL) {
		uid = uid * 10 + (uint64_t)(name.data[n++] - '0');
	}
	if (n == 0 || uid >= CG_UID_ALL ||
	    (n < name.len && name.data[n] != ':')) {
		return CG_UID_ALL;
	}
	return (uid_t)uid;
}
