/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ntlm_target.h"

#include <stdbool.h>
#include <string.h>

#include "isolated-helper/vault/ntlm_message.h"
#include "isolated-helper/vault/utf16.h"

static size_t length_to(struct cg_bytes b, char mark)
{
	const uint8_t *at = b.len == 0 ? NULL : memchr(b.data, mark, b.len);

	return at == NULL ? b.len : (size_t)(at - b.data);
}

static struct cg_bytes up_to(struct cg_bytes b, char mark)
{
	return (struct cg_bytes){ b.data, length_to(b, mark) };
}

/* The host alone; empty: there is none. */
static struct cg_bytes host_of(struct cg_bytes target)
{
	size_t service = length_to(target, '/');
	struct cg_bytes host = { 0 };

	if (service == 0 || service == target.len) {
		return host;
	}
	host.data = target.data + service + 1;
	host.len = target.len - service - 1;
	host = up_to(up_to(host, '/'), ':');
	if (host.len > 0 && host.data[host.len - 1] == '.') {
		host.len--;
	}
	return host;
}

/* Of a UTF-16 name, what is before its first dot. */
static struct cg_bytes first_label(struct cg_bytes name)
{
	for (size_t i = 0; i + 1 < name.len; i += 2) {
		if (name.data[i] == '.' && name.data[i + 1] == 0) {
			return (struct cg_bytes){ name.data, i };
		}
	}
	return name;
}

enum cg_status cg_ntlm_target_check(struct cg_bytes target,
				    const struct cg_ntlm_challenge *c)
{
	struct cg_bytes host = host_of(target);
	bool is_short;
	bool ok;

	if (host.len == 0) {
		return CG_E_INVALID;
	}
	is_short = length_to(host, '.') == host.len;
	ok = c->dns_computer.len > 0 &&
	     cg_utf16_same_name(host, c->dns_computer);
	if (!ok && is_short) {
		ok = cg_utf16_same_name(host, c->nb_computer) ||
		     (c->dns_computer.len > 0 &&
		      cg_utf16_same_name(host, first_label(c->dns_computer)));
	} else if (!ok && c->dns_computer.len == 0) {
		ok = cg_utf16_same_name(up_to(host, '.'), c->nb_computer);
	}
	return ok ? CG_OK : CG_E_DENIED;
}
