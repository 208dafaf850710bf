/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which sentence belongs to an error; the Kerberos ones have their own
 * file. The words may hold {path}, {why}, {problem}, {wait}, {cache}, {uid},
 * {realm} and {status}. */
#include "plugin/client/errors.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "plugin/client/client_error.h"
#include "plugin/client/fill_in.h"
#include "plugin/client/krb5_principal.h"
#include "plugin/client/krb5_sentences.h"
#include "plugin/client/printable.h"

#define LOOK "; look at: systemctl status credguard"

static const char not_running[] =
	"credguard is not running: cannot connect to {path} ({why}); "
	"start it with: systemctl start credguard";

/* What the broker said no with. */
static const char *reply_words(enum cg_status st)
{
	static const char *const words[CG_STATUS_COUNT] = {
		[CG_E_PROTO] = "credguard did not understand the request; "
			"are both of the same version?" LOOK,
		[CG_E_NO_MEMORY] = "credguard is out of memory" LOOK,
		[CG_E_LIMIT] = "a limit of credguard is reached; erase what "
			"is no longer needed: credguardctl list, "
			"credguardctl logoff CACHE",
		[CG_E_NOT_FOUND] = "there are no credentials in {cache}; sign "
			"in with: credguardctl logon",
		[CG_E_DENIED] = "credguard's policy refuses this",
		[CG_E_INVALID] = "credguard cannot do this with {cache}; "
			"see: credguardctl list",
		[CG_E_CRYPTO] = "the vault could not open what it was sent; "
			"if credguard was just restarted, try again",
		[CG_E_UNAVAILABLE] = "no domain controller (KDC) of {realm} "
			"can be reached, or the vault is starting anew; check "
			"the network, then try again",
		[CG_E_TIMEOUT] = "no domain controller (KDC) of {realm} "
			"answered in time; try again, or check the network",
		[CG_E_UNVERIFIED] = "the domain controller that answered did "
			"not prove that it knows this machine; nobody was "
			"signed in. If the machine joined the domain anew, "
			"its keytab may be old: net ads keytab create",
		[CG_E_SYSTEM] = "a system call of credguard failed" LOOK,
	};

	if ((unsigned int)st >= CG_STATUS_COUNT || words[st] == NULL) {
		return "credguard says: {status}";
	}
	return words[st];
}

/* Some have a narrower meaning where it is known what was asked. */
static const char *reply_words_about(enum cg_status st,
				     const struct cg_errors_subject *about)
{
	if (st == CG_E_DENIED && about->cache != NULL) {
		return "credguard refuses {cache}; your caches are named "
		       "KCM:{uid} and KCM:{uid}:NAME";
	}
	if (st == CG_E_INVALID && about->is_renewal) {
		return "the ticket in {cache} has expired or cannot be "
		       "renewed; sign in again: credguardctl logon";
	}
	return reply_words(st);
}

static const char *call_words(const struct cg_client_error *err)
{
	if (err->st == CG_E_TIMEOUT) {
		return "credguard does not answer: nothing came from {path} "
		       "within {wait}" LOOK;
	}
	if (err->st == CG_E_PROTO) {
		return "credguard sent what this program does not understand "
		       "({path}); are both of the same version? If so, "
		       "restart it: systemctl restart credguard";
	}
	return "credguard ended the connection ({path}); it may just have "
	       "been restarted: try again";
}

static const char *connect_words(const struct cg_client_error *err)
{
	if (cg_errors_is_not_running(err)) {
		return not_running;
	}
	if (err->st == CG_E_TIMEOUT) {
		return "credguard does not answer: {path} took no connection "
		       "within {wait}" LOOK;
	}
	return "cannot connect to {path} ({why})";
}

static const char *key_words(const struct cg_client_error *err)
{
	if (err->problem != NULL) {
		return "the vault's public key is broken: {path} {problem}; "
		       "restart credguard: systemctl restart credguard";
	}
	return "the vault's public key cannot be read from {path} ({why}); "
	       "restart credguard: systemctl restart credguard";
}

static const char *local_words(const struct cg_client_error *err)
{
	if (err->problem != NULL) {
		return "{path} {problem}";
	}
	if (err->sys_errno != 0) {
		return "{status}: {why}";
	}
	return "{status}";
}

static const char *words_of(const struct cg_client_error *err,
			    const struct cg_errors_subject *about)
{
	switch (err->stage) {
	case CG_STAGE_CONNECT:
		return connect_words(err);
	case CG_STAGE_TRUST:
		return "{path} {problem}; nothing was sent. Only root may "
		       "make it: remove it, then run: "
		       "systemctl restart credguard";
	case CG_STAGE_KEY:
		return key_words(err);
	case CG_STAGE_CALL:
		return call_words(err);
	case CG_STAGE_REPLY:
		return reply_words_about(err->st, about);
	case CG_STAGE_LOCAL:
		break;
	}
	return local_words(err);
}

static char *printable_text(TALLOC_CTX *mem_ctx, const char *text)
{
	return cg_printable(mem_ctx, (struct cg_bytes){
		(const uint8_t *)text, strlen(text) });
}

static char *wait_text(TALLOC_CTX *mem_ctx, uint32_t waited_ms)
{
	if (waited_ms % 1000 != 0) {
		return talloc_asprintf(mem_ctx, "%u ms", waited_ms);
	}
	return talloc_asprintf(mem_ctx, "%u seconds", waited_ms / 1000);
}

static const char *cache_text(TALLOC_CTX *mem_ctx, const char *cache)
{
	if (cache == NULL) {
		return "the default cache";
	}
	return printable_text(mem_ctx, cache);
}

char *cg_errors_text(TALLOC_CTX *mem_ctx, const struct cg_client_error *err,
		     const struct cg_errors_subject *about)
{
	TALLOC_CTX *frame = talloc_new(mem_ctx);
	bool has_name = about->principal.len > 0;
	const struct cg_krb5_subject subject = {
		.principal = has_name
			? cg_principal_text(frame, about->principal)
			: "this account",
		.realm = has_name
			? cg_principal_realm(frame, about->principal)
			: "this realm",
		.now = time(NULL),
		.is_renewal = about->is_renewal,
		.nt_status = err->nt_status,
	};
	const struct cg_fill_in values[] = {
		{ "path", printable_text(frame, err->path) },
		{ "why", strerror(err->sys_errno) },
		{ "problem", err->problem },
		{ "wait", wait_text(frame, err->waited_ms) },
		{ "cache", cache_text(frame, about->cache) },
		{ "uid", talloc_asprintf(frame, "%u", geteuid()) },
		{ "realm", subject.realm },
		{ "status", cg_status_text(err->st) },
		{ 0 },
	};
	char *text;

	if (err->stage == CG_STAGE_REPLY && err->st == CG_E_KRB5) {
		text = cg_krb5_sentence(mem_ctx, err->krb5_code, &subject);
	} else {
		text = cg_fill_in(mem_ctx, words_of(err, about), values);
	}
	talloc_free(frame);
	return text;
}

bool cg_errors_is_not_running(const struct cg_client_error *err)
{
	return err->stage == CG_STAGE_CONNECT &&
	       (err->sys_errno == ENOENT || err->sys_errno == ECONNREFUSED);
}
