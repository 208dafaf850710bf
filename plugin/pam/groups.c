/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/pam/groups.h"

#include <security/pam_modules.h>
#include <string.h>
#include <syslog.h>

#include "plugin/pam/call.h"
#include "plugin/pam/talk.h"
#include "plugin/pam/user.h"

#define NOT_ALLOWED "You are not a member of a group that may sign in here"

static bool is_same(const struct wbcDomainSid *one,
		    const struct wbcDomainSid *other)
{
	size_t n = one->num_auths;

	return one->sid_rev_num == other->sid_rev_num &&
	       one->num_auths == other->num_auths &&
	       memcmp(one->id_auth, other->id_auth,
		      sizeof(one->id_auth)) == 0 &&
	       memcmp(one->sub_auths, other->sub_auths,
		      n * sizeof(one->sub_auths[0])) == 0;
}

static bool has(const struct cg_pam_groups *groups,
		const struct wbcDomainSid *sid)
{
	for (uint32_t i = 0; i < groups->n_sids; i++) {
		if (is_same(&groups->sids[i], sid)) {
			return true;
		}
	}
	return false;
}

/* The first one is the user's own. */
static int take_sids(struct cg_pam_call *call, const struct cg_pam_user *user,
		     const struct wbcAuthUserInfo *info,
		     struct cg_pam_groups *out)
{
	if (info->num_sids == 0 || !is_same(&info->sids[0].sid, &user->sid)) {
		cg_pam_log(call, LOG_CRIT, "the domain controller signed in "
			   "somebody else than %s; refused", user->text);
		return PAM_AUTH_ERR;
	}
	out->sids = talloc_array(call, struct wbcDomainSid, info->num_sids);
	if (out->sids == NULL) {
		return PAM_BUF_ERR;
	}
	for (uint32_t i = 0; i < info->num_sids; i++) {
		out->sids[i] = info->sids[i].sid;
	}
	out->n_sids = info->num_sids;
	return PAM_SUCCESS;
}

int cg_pam_groups_prime(struct cg_pam_call *call,
			const struct cg_pam_user *user, struct cg_bytes pac,
			struct cg_pam_groups *out)
{
	/* wbclient takes a pointer that is not const and only reads. */
	uint8_t *copy = talloc_memdup(call, pac.data, pac.len);
	const struct wbcAuthUserParams params = {
		.level = WBC_AUTH_USER_LEVEL_PAC,
		.password.pac = { .data = copy, .length = pac.len },
	};
	struct wbcAuthUserInfo *info = NULL;
	struct wbcAuthErrorInfo *error = NULL;
	wbcErr result;
	int code = PAM_IGNORE;

	*out = (struct cg_pam_groups){ 0 };
	if (copy == NULL) {
		return PAM_BUF_ERR;
	}
	result = wbcCtxAuthenticateUserEx(call->winbind, &params, &info,
					  &error);
	if (WBC_ERROR_IS_OK(result)) {
		code = take_sids(call, user, info, out);
	} else {
		cg_pam_log(call, LOG_WARNING, "winbind did not take the "
			   "groups of %s: %s", user->text,
			   wbcErrorString(result));
	}
	wbcFreeMemory(info);
	wbcFreeMemory(error);
	talloc_free(copy);
	return code;
}

static int ask(struct cg_pam_call *call, const struct cg_pam_user *user,
	       struct cg_pam_groups *out)
{
	struct wbcDomainSid *sids = NULL;
	uint32_t n = 0;
	wbcErr error;

	error = wbcCtxLookupUserSids(call->winbind, &user->sid, false, &n,
				     &sids);
	if (!WBC_ERROR_IS_OK(error)) {
		cg_pam_log(call, LOG_ERR, "winbind does not tell the groups "
			   "of %s: %s", user->text, wbcErrorString(error));
		return PAM_AUTHINFO_UNAVAIL;
	}
	out->sids = talloc_memdup(call, sids, n * sizeof(sids[0]));
	out->n_sids = n;
	wbcFreeMemory(sids);
	return out->sids == NULL && n > 0 ? PAM_BUF_ERR : PAM_SUCCESS;
}

static bool look_up(struct cg_pam_call *call, const char *domain,
		    const char *name, struct wbcDomainSid *out)
{
	enum wbcSidType type;

	return WBC_ERROR_IS_OK(wbcCtxLookupName(call->winbind, domain, name,
						out, &type));
}

static bool look_up_here(struct cg_pam_call *call, const char *name,
			 struct wbcDomainSid *out)
{
	struct wbcInterfaceDetails *here = NULL;
	bool is_found = false;

	if (WBC_ERROR_IS_OK(wbcCtxInterfaceDetails(call->winbind, &here))) {
		is_found = look_up(call, here->netbios_domain, name, out);
	}
	wbcFreeMemory(here);
	return is_found;
}

/* A SID, DOMAIN\name, or a name of the domain that this machine is in. */
static bool find_sid(struct cg_pam_call *call, const char *text,
		     struct wbcDomainSid *out)
{
	char *domain = talloc_strdup(call, text);
	char *name;

	if (domain == NULL) {
		return false;
	}
	if (WBC_ERROR_IS_OK(wbcStringToSid(text, out))) {
		return true;
	}
	name = strchr(domain, '\\');
	if (name == NULL) {
		return look_up_here(call, text, out);
	}
	*name++ = '\0';
	return look_up(call, domain, name, out);
}

static bool is_one_of(struct cg_pam_call *call,
		      const struct cg_pam_groups *groups, const char *word)
{
	struct wbcDomainSid sid;

	if (word[0] == '\0') {
		return false;
	}
	if (!find_sid(call, word, &sid)) {
		cg_pam_log(call, LOG_WARNING,
			   "require_membership_of: there is no %s", word);
		return false;
	}
	return has(groups, &sid);
}

static bool is_member(struct cg_pam_call *call,
		      const struct cg_pam_groups *groups)
{
	char *list = talloc_strdup(call, call->options.require_membership_of);
	char *word;

	while (list != NULL && (word = strsep(&list, ",")) != NULL) {
		word += strspn(word, " ");
		if (is_one_of(call, groups, word)) {
			return true;
		}
	}
	return false;
}

int cg_pam_groups_check(struct cg_pam_call *call,
			const struct cg_pam_user *user,
			const struct cg_pam_groups *groups)
{
	struct cg_pam_groups known = *groups;
	int code;

	if (call->options.require_membership_of == NULL) {
		return PAM_SUCCESS;
	}
	if (known.sids == NULL) {
		code = ask(call, user, &known);
		if (code != PAM_SUCCESS) {
			return code;
		}
	}
	if (is_member(call, &known)) {
		return PAM_SUCCESS;
	}
	cg_pam_log(call, LOG_NOTICE, "%s is not a member of %s", user->text,
		   call->options.require_membership_of);
	cg_pam_tell_error(call, NOT_ALLOWED);
	return PAM_PERM_DENIED;
}
