/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules that the libraries' own caches follow; see ccache_match.h. */
#include "isolated-helper/broker/ccache_match.h"

#include <string.h>

#include "isolated-helper/broker/ccache_princ.h"

static bool has(const struct cg_ccache_match *match, uint32_t bit)
{
	return (match->which & bit) != 0;
}

static bool equal(struct cg_bytes a, struct cg_bytes b)
{
	return a.len == b.len
	       && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static bool same_princ(struct cg_bytes wanted, struct cg_bytes got,
		       bool any_realm)
{
	if (wanted.len == 0) {
		return true;
	}
	return any_realm ? cg_ccache_princ_equal_names(wanted, got)
			 : cg_ccache_princ_equal(wanted, got);
}

static bool princs_match(const struct cg_ccache_match *match,
			 const struct cg_ticket *t)
{
	return same_princ(match->client, t->client,
			  has(match, CG_MATCH_NO_REALM))
	       && same_princ(match->server, t->server,
			     has(match, CG_MATCH_NO_REALM
					| CG_MATCH_SERVER_NAME));
}

static bool flags_match(const struct cg_ccache_match *match,
			const struct cg_ticket *t)
{
	if (has(match, CG_MATCH_FLAGS_EXACT) && t->flags != match->flags) {
		return false;
	}
	return !has(match, CG_MATCH_FLAGS)
	       || (t->flags & match->flags) == match->flags;
}

static bool times_match(const struct cg_ccache_match *match,
			const struct cg_ticket *t)
{
	if (has(match, CG_MATCH_TIMES_EXACT)
	    && memcmp(&match->times, &t->times, sizeof(t->times)) != 0) {
		return false;
	}
	return !has(match, CG_MATCH_TIMES)
	       || (t->times.endtime >= match->times.endtime
		   && t->times.renew_till >= match->times.renew_till);
}

/* A user-to-user ticket is of no use to who does not ask for one. */
static bool kind_matches(const struct cg_ccache_match *match,
			 const struct cg_ticket *t)
{
	bool wanted = has(match, CG_MATCH_IS_SKEY) && match->is_skey;

	return (t->is_skey != 0) == wanted;
}

static bool contents_match(const struct cg_ccache_match *match,
			   const struct cg_ticket *t)
{
	if (has(match, CG_MATCH_AUTHDATA)
	    && !equal(match->authdata, t->authdata)) {
		return false;
	}
	if (has(match, CG_MATCH_2ND_TICKET)
	    && !equal(match->second_ticket, t->second_ticket)) {
		return false;
	}
	return !has(match, CG_MATCH_ENCTYPE) || t->enctype == match->enctype;
}

bool cg_ccache_match(const struct cg_ccache_match *match,
		     const struct cg_ticket *t)
{
	return princs_match(match, t) && kind_matches(match, t)
	       && flags_match(match, t) && times_match(match, t)
	       && contents_match(match, t);
}

bool cg_ccache_match_is_exact(const struct cg_ccache_match *match)
{
	return match->client.len > 0 && match->server.len > 0
	       && !has(match, CG_MATCH_NO_REALM | CG_MATCH_SERVER_NAME);
}
