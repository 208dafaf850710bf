/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each sentence names the thing and the way out. A row's words may hold
 * {who}, {realm} and {now}. */
#include "plugin/client/krb5_sentences.h"

#include <krb5.h>
#include <string.h>

#include "idl/nt_status.h"
#include "plugin/client/fill_in.h"
#include "plugin/client/printable.h"

struct row {
	krb5_error_code code;
	const char *words;
};

#define NO_KDC \
	"no domain controller (KDC) of {realm} can be reached; check the " \
	"network and the name of the realm, which is in capital letters"
#define CLOCK \
	"the clocks of this machine and of the domain controller (KDC) " \
	"differ by more than Kerberos allows; here it is {now}; check the " \
	"time synchronisation: timedatectl"
#define WRONG_PASSWORD "wrong password for {who}"
/* Without {who}: a renewal knows the cache only. */
#define SIGN_IN_AGAIN "sign in again: credguardctl logon"

static const struct row rows[] = {
	{ KRB5KDC_ERR_PREAUTH_FAILED, WRONG_PASSWORD },
	{ KRB5KRB_AP_ERR_BAD_INTEGRITY, WRONG_PASSWORD },
	{ KRB5_PREAUTH_FAILED,
	  "the domain controller (KDC) asks for a proof of {who} that "
	  "credguard cannot give; it has passwords only" },
	{ KRB5KDC_ERR_KEY_EXP,
	  "the password of {who} has expired; set a new one: "
	  "credguardctl passwd {who} (or passwd), then sign in again" },
	{ KRB5KDC_ERR_NAME_EXP,
	  "the account {who} has expired; ask the administrator of the "
	  "domain" },
	{ KRB5KDC_ERR_CLIENT_REVOKED,
	  "the account {who} is disabled, expired, or locked after wrong "
	  "passwords; ask the administrator of the domain, or wait until "
	  "the lock ends" },
	{ KRB5KDC_ERR_CLIENT_NOTYET,
	  "the account {who} is not valid yet" },
	{ KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN,
	  "there is no account {who}; check the spelling; a name of the "
	  "form user@company.example may need the option -E" },
	{ KRB5KDC_ERR_POLICY,
	  "the policy of the domain refuses {who}, for example at this hour, "
	  "on this machine, or without a smart card" },
	{ KRB5KDC_ERR_ETYPE_NOSUPP,
	  "{who} has no key of a kind that credguard accepts (AES); setting "
	  "a new password usually makes one" },
	{ KRB5KDC_ERR_WRONG_REALM,
	  "the domain controller (KDC) of {realm} does not know {who}; "
	  "realms are in capital letters, or use the option -E" },
	{ KRB5KRB_AP_ERR_SKEW, CLOCK },
	{ KRB5_KDCREP_SKEW, CLOCK },
	{ KRB5KRB_AP_ERR_TKT_NYV, CLOCK },
	{ KRB5KRB_AP_ERR_TKT_EXPIRED,
	  "the ticket of {who} has expired; " SIGN_IN_AGAIN },
	{ KRB5KDC_ERR_TGT_REVOKED,
	  "the domain has withdrawn the ticket of {who}; " SIGN_IN_AGAIN },
	{ KRB5_KDC_UNREACH, NO_KDC },
	{ KRB5_REALM_CANT_RESOLVE, NO_KDC },
	{ KRB5_REALM_UNKNOWN, NO_KDC },
};

#define ASK "ask the administrator of the domain"

/* Where Active Directory says more than Kerberos can. */
static const struct nt_row {
	uint32_t code;
	const char *words;
} nt_rows[] = {
	{ CG_NT_ACCOUNT_DISABLED,
	  "the account {who} is disabled; " ASK },
	{ CG_NT_ACCOUNT_EXPIRED,
	  "the account {who} has expired; " ASK },
	{ CG_NT_ACCOUNT_LOCKED_OUT,
	  "the account {who} is locked after wrong passwords; wait until the "
	  "lock ends, or " ASK },
	{ CG_NT_INVALID_LOGON_HOURS,
	  "{who} may not sign in at this hour" },
	{ CG_NT_INVALID_WORKSTATION,
	  "{who} may not sign in on this machine" },
	{ CG_NT_PASSWORD_MUST_CHANGE,
	  "{who} must set a new password before signing in: "
	  "credguardctl passwd {who} (or passwd), then sign in again" },
};

/* In a renewal these have one meaning. */
static const struct row renewal_rows[] = {
	{ KRB5KDC_ERR_BADOPTION,
	  "the ticket of {who} cannot be renewed; " SIGN_IN_AGAIN },
	{ KRB5KDC_ERR_NEVER_VALID,
	  "the ticket of {who} can no longer be renewed; " SIGN_IN_AGAIN },
};

static const char *find(const struct row *row, size_t n, int32_t code)
{
	for (size_t i = 0; i < n; i++) {
		if (row[i].code == code) {
			return row[i].words;
		}
	}
	return NULL;
}

static const char *find_nt(uint32_t nt_status)
{
	for (size_t i = 0; i < sizeof(nt_rows) / sizeof(nt_rows[0]); i++) {
		if (nt_rows[i].code == nt_status) {
			return nt_rows[i].words;
		}
	}
	return NULL;
}

#define FIND(table, code) \
	find(table, sizeof(table) / sizeof((table)[0]), code)

char *cg_krb5_library_text(TALLOC_CTX *mem_ctx, int32_t code)
{
	krb5_context context = NULL;
	const char *text;
	char *copy;

	/* Both functions take a NULL context. */
	(void)krb5_init_context(&context);
	text = krb5_get_error_message(context, code);
	copy = cg_printable(mem_ctx, (struct cg_bytes){
		(const uint8_t *)text, strlen(text) });
	krb5_free_error_message(context, text);
	krb5_free_context(context);
	return copy;
}

static char *local_time(TALLOC_CTX *mem_ctx, time_t now)
{
	char text[64];
	struct tm tm;

	if (localtime_r(&now, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %Z", &tm) == 0) {
		return talloc_strdup(mem_ctx, "an unknown time");
	}
	return talloc_strdup(mem_ctx, text);
}

char *cg_krb5_sentence(TALLOC_CTX *mem_ctx, int32_t code,
		       const struct cg_krb5_subject *about)
{
	TALLOC_CTX *frame = talloc_new(mem_ctx);
	struct cg_fill_in values[] = {
		{ "who", about->principal },
		{ "realm", about->realm },
		{ "now", local_time(frame, about->now) },
		{ "text", cg_krb5_library_text(frame, code) },
		{ 0 },
	};
	const char *words = find_nt(about->nt_status);
	char *text;

	if (words == NULL && about->is_renewal) {
		words = FIND(renewal_rows, code);
	}
	if (words == NULL) {
		words = FIND(rows, code);
	}
	if (words == NULL) {
		words = "Kerberos says of {who}: {text}";
	}
	text = cg_fill_in(mem_ctx, words, values);
	talloc_free(frame);
	return text;
}
