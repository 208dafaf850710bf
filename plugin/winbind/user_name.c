/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See user_name.h. */
#include "plugin/winbind/user_name.h"

#include <string.h>
#include <strings.h>

/* No account name of Active Directory has one of these; any of them may be
 * the separator. */
static const char separators[] = "\\/+:;|=,*?<>[]\"";

static bool is_separator(uint8_t c)
{
	return c != 0 && strchr(separators, c) != NULL;
}

bool cg_user_name_split(struct cg_bytes text, struct cg_user_name *out)
{
	size_t begin = 0;

	*out = (struct cg_user_name){ 0 };
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] < 0x20) {
			return false;
		}
		if (!is_separator(text.data[i])) {
			continue;
		}
		if (begin != 0 || i == 0) {
			return false;
		}
		begin = i + 1;
	}
	if (begin == text.len) {
		return false;
	}
	if (begin != 0) {
		out->domain = (struct cg_bytes){ text.data, begin - 1 };
	}
	out->user = (struct cg_bytes){ text.data + begin, text.len - begin };
	return out->domain.len == 0 ||
	       memchr(out->user.data, '@', out->user.len) == NULL;
}

bool cg_user_name_is(const struct cg_user_name *name, struct cg_bytes account)
{
	const uint8_t *at = memchr(name->user.data, '@', name->user.len);
	size_t len = name->user.len;

	if (at != NULL) {
		len = (size_t)(at - name->user.data);
	}
	return len == account.len &&
	       strncasecmp((const char *)name->user.data,
			   (const char *)account.data, len) == 0;
}
