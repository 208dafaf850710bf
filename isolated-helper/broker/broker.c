/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See broker.h. talloc frees the last child first: the parts are made in the
 * order in which they need each other. */
#include "isolated-helper/broker/broker.h"

#include <time.h>

#include "idl/limits.h"
#include "idl/protection.h"
#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/audit_journal.h"
#include "isolated-helper/broker/audit_log.h"
#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/config.h"
#include "isolated-helper/broker/conn_limit.h"
#include "isolated-helper/broker/grace.h"
#include "isolated-helper/broker/handover.h"
#include "isolated-helper/broker/host.h"
#include "isolated-helper/broker/inherit.h"
#include "isolated-helper/broker/kcm.h"
#include "isolated-helper/broker/kdc_list.h"
#include "isolated-helper/broker/linger.h"
#include "isolated-helper/broker/listen.h"
#include "isolated-helper/broker/log.h"
#include "isolated-helper/broker/offline.h"
#include "isolated-helper/broker/offline_store.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/rate.h"
#include "isolated-helper/broker/relay.h"
#include "isolated-helper/broker/renewal.h"
#include "isolated-helper/broker/session.h"
#include "isolated-helper/broker/signoff.h"
#include "isolated-helper/broker/vault.h"
#include "isolated-helper/broker/vault_calls.h"
#include "isolated-helper/broker/waiting.h"

#define VAULT_TIMEOUT_S 10U

struct cg_broker {
	struct tevent_context *ev;
	struct cg_broker_setup setup;
	struct cg_vault *vault;
	struct cg_hello_out hello;
	struct cg_audit_log *audit;
	struct cg_acquire *acquire;
	struct cg_ccaches *ccaches;
	struct cg_sessions *sessions;
	struct cg_linger *linger;
	struct cg_grace *grace;
	struct cg_renewal *renewal;
	struct cg_waiting *waiting;
	struct cg_signoff signoff;
	struct cg_offline *offline;
	struct cg_kcm *kcm;
	struct cg_client_server *clients;
	struct cg_conn_limit *limit;
};

static void vault_is_lost(const char *why, void *arg)
{
	struct cg_broker *broker = arg;

	cg_audit_log_about(broker->audit, "vault lost");
	broker->setup.on_vault_lost(why, broker->setup.arg);
}

static enum cg_status open_audit(struct cg_broker *broker)
{
	const struct cg_config *config = broker->setup.config;
	const struct cg_audit_log_setup setup = {
		.file = config->audit_file,
		.metrics = cg_host_metrics(broker,
					   broker->setup.inherited->client),
		.journal = CG_AUDIT_JOURNAL,
		.per_s = config->audit_per_s,
	};

	broker->audit = cg_audit_log_open(broker, broker->ev, &setup);
	return broker->audit != NULL ? CG_OK : CG_E_NO_MEMORY;
}

/* What level 2 of the protection stands on (credguardctl status). */
static void tell_start(struct cg_broker *broker)
{
	const uint32_t wanted = (uint32_t)CG_PROT_SECRET_MEMORY |
				(uint32_t)CG_PROT_SECRET_STACK |
				(uint32_t)CG_PROT_UNDUMPABLE |
				(uint32_t)CG_PROT_SECCOMP;
	bool is_whole = (broker->hello.protection & wanted) == wanted;

	cg_audit_log_about(broker->audit, is_whole ? "started"
			   : "started with less protection");
}

static enum cg_status open_vault(struct cg_broker *broker)
{
	const struct cg_vault_channel channel = {
		.fd = broker->setup.inherited->vault,
		.timeout_s = VAULT_TIMEOUT_S,
		.on_lost = vault_is_lost,
		.arg = broker,
	};

	broker->vault = cg_vault_open(broker, broker->ev, &channel);
	return broker->vault != NULL ? CG_OK : CG_E_NO_MEMORY;
}

static enum cg_status greet_vault(struct cg_broker *broker)
{
	const struct cg_hello_in hello = { .version = CG_WIRE_VERSION };
	struct tevent_req *req;
	enum cg_status st;
	uint32_t detail;

	req = cg_call_hello_send(broker, broker->ev, broker->vault, &hello);
	if (req == NULL) {
		return CG_E_NO_MEMORY;
	}
	if (!tevent_req_poll(req, broker->ev)) {
		return CG_E_SYSTEM;
	}
	st = cg_call_hello_recv(req, broker, &broker->hello, &detail);
	talloc_free(req);
	if (st == CG_OK && broker->hello.version != CG_WIRE_VERSION) {
		cg_log(CG_LOG_ERROR, "the vault speaks version %u, we %u",
		       broker->hello.version, CG_WIRE_VERSION);
		return CG_E_INVALID;
	}
	return st;
}

static enum cg_status open_acquire(struct cg_broker *broker)
{
	const struct cg_config *config = broker->setup.config;
	struct cg_kdc_sources sources = {
		.locate_program = config->locate_program,
		.fixed = config->kdcs,
		.n_fixed = config->n_kdcs,
	};
	struct cg_kdc_list *kdcs;
	struct cg_relay *relay;

	if (sources.locate_program == NULL) {
		sources.locate_program = cg_host_program(broker,
							 "credguard-locate");
	}
	kdcs = cg_kdc_list_open(broker, broker->ev, &sources);
	relay = cg_relay_open(broker, broker->ev, kdcs, &config->relay);
	broker->acquire = cg_acquire_open(broker, broker->ev, broker->vault,
					  relay);
	if (sources.locate_program == NULL || kdcs == NULL || relay == NULL
	    || broker->acquire == NULL) {
		return CG_E_NO_MEMORY;
	}
	return CG_OK;
}

/* A TGT that no cache shows any more is of no use to anybody. */
static void forget_tgt(uid_t uid, struct cg_handle kept, void *arg)
{
	struct cg_acquire *acquire = arg;

	cg_acquire_forget(acquire, uid, kept);
}

static enum cg_status open_tables(struct cg_broker *broker)
{
	const struct cg_config *config = broker->setup.config;
	const struct cg_sessions_setup sessions = {
		.ev = broker->ev,
		.per_uid = config->sessions_per_uid,
		.on_last = cg_signoff_begin,
		.arg = &broker->signoff,
	};
	const struct cg_linger_setup linger = {
		.ev = broker->ev,
		.may = config->linger,
		.on_gone = cg_signoff_erase,
		.arg = &broker->signoff,
	};
	struct cg_grace_setup grace = {
		.ev = broker->ev,
		.seconds = config->logon_grace_s,
		.on_end = cg_signoff_begin,
		.arg = &broker->signoff,
	};

	broker->ccaches = cg_ccaches_open(broker, &config->caches, forget_tgt,
					  broker->acquire);
	broker->linger = cg_linger_open(broker, &linger);
	broker->sessions = cg_sessions_open(broker, &sessions);
	grace.ccaches = broker->ccaches;
	grace.sessions = broker->sessions;
	broker->grace = cg_grace_open(broker, &grace);
	if (broker->ccaches == NULL || broker->linger == NULL
	    || broker->sessions == NULL || broker->grace == NULL) {
		return CG_E_NO_MEMORY;
	}
	return CG_OK;
}

static enum cg_status open_renewal(struct cg_broker *broker)
{
	const struct cg_renewal_setup setup = {
		.ev = broker->ev,
		.acquire = broker->acquire,
		.ccaches = broker->ccaches,
		.audit = broker->audit,
		.sessions = broker->sessions,
		.may = broker->setup.config->renew,
		.may_reacquire = broker->setup.config->reacquire,
	};
	const struct cg_waiting_setup waiting = {
		.ev = broker->ev,
		.acquire = broker->acquire,
		.ccaches = broker->ccaches,
		.sessions = broker->sessions,
		.audit = broker->audit,
		.grace_s = broker->setup.config->logon_grace_s,
	};

	broker->renewal = cg_renewal_open(broker, &setup);
	broker->waiting = cg_waiting_open(broker, &waiting);
	if (broker->renewal == NULL || broker->waiting == NULL) {
		return CG_E_NO_MEMORY;
	}
	broker->signoff = (struct cg_signoff){
		broker->acquire, broker->ccaches, broker->grace,
		broker->linger, broker->sessions, broker->waiting
	};
	return CG_OK;
}

/* A disk that is out of order does not stop the service. */
static enum cg_status open_offline(struct cg_broker *broker)
{
	const struct cg_broker_setup *setup = &broker->setup;
	struct cg_offline_store *store = NULL;
	enum cg_status st;

	if (setup->inherited->verifiers < 0) {
		return CG_OK;
	}
	st = cg_offline_store_open(broker, setup->inherited->verifiers,
				   setup->config->offline_count, &store);
	if (st == CG_E_SYSTEM) {
		cg_log(CG_LOG_ERROR, "no offline logon: the directory of the"
		       " verifiers cannot be read");
		return CG_OK;
	}
	return st == CG_OK ? cg_offline_open(broker, broker->ev, broker->vault,
					     store, &broker->offline) : st;
}

static const char *shortname_domain(struct cg_broker *broker)
{
	const char *domain = broker->setup.config->shortname_domain;

	if (domain == NULL) {
		return cg_host_domain(broker);
	}
	return domain[0] != '\0' ? domain : NULL;
}

static enum cg_status open_fronts(struct cg_broker *broker)
{
	const struct cg_rules rules = { broker->setup.config->rules,
					broker->audit };
	const struct cg_kcm_setup kcm = {
		.ev = broker->ev,
		.ccaches = broker->ccaches,
		.acquire = broker->acquire,
		.audit = broker->audit,
		.rules = rules,
		.domain = shortname_domain(broker),
	};
	const struct cg_client_services services = {
		.ev = broker->ev,
		.vault = broker->vault,
		.acquire = broker->acquire,
		.ccaches = broker->ccaches,
		.domain = shortname_domain(broker),
		.ntlm_rate = cg_rate_open(
			broker, broker->setup.config->ntlm_per_minute),
		.audit = broker->audit,
		.sessions = broker->sessions,
		.grace = broker->grace,
		.offline = broker->offline,
		.renewal = broker->renewal,
		.waiting = broker->waiting,
		.hello = broker->hello,
		/* The cast: it is not before 1970. */
		.started = (uint64_t)time(NULL),
		.has_peer_pidfd = cg_peer_has_pidfd(),
		.front_uid = broker->setup.inherited->front_uid,
		.policy_held_by = broker->setup.inherited->policy_held_by,
		.rules = rules,
		.nobody = cg_nobody_here(broker->audit),
	};

	cg_acquire_tell(broker->acquire, &rules);
	broker->kcm = cg_kcm_open(broker, &kcm);
	broker->clients = cg_client_server_open(broker, &services);
	if (services.ntlm_rate == NULL || broker->kcm == NULL ||
	    broker->clients == NULL) {
		return CG_E_NO_MEMORY;
	}
	return CG_OK;
}

static enum cg_status open_parts(struct cg_broker *broker)
{
	const struct cg_config *config = broker->setup.config;
	enum cg_status st;

	st = open_acquire(broker);
	if (st == CG_OK) {
		st = open_tables(broker);
	}
	if (st == CG_OK) {
		st = open_renewal(broker);
	}
	if (st == CG_OK) {
		st = open_offline(broker);
	}
	if (st == CG_OK) {
		st = open_fronts(broker);
	}
	if (st != CG_OK) {
		return st;
	}
	broker->limit = cg_conn_limit_open(broker, &config->conns);
	return broker->limit != NULL ? CG_OK : CG_E_NO_MEMORY;
}

enum cg_status cg_broker_open(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			      const struct cg_broker_setup *setup,
			      struct cg_broker **out)
{
	struct cg_broker *broker;
	enum cg_status st;

	*out = NULL;
	broker = talloc_zero(mem_ctx, struct cg_broker);
	if (broker == NULL) {
		return CG_E_NO_MEMORY;
	}
	broker->ev = ev;
	broker->setup = *setup;
	st = open_audit(broker);
	if (st == CG_OK) {
		st = open_vault(broker);
	}
	if (st == CG_OK) {
		st = greet_vault(broker);
	}
	if (st == CG_OK) {
		st = open_parts(broker);
	}
	if (st != CG_OK) {
		talloc_free(broker);
		return st;
	}
	tell_start(broker);
	*out = broker;
	return CG_OK;
}

static enum cg_status listen_on(struct cg_broker *broker, int fd,
				cg_on_connection on_connection,
				void *private_data)
{
	const struct cg_listen_to to = {
		.fd = fd,
		.limit = broker->limit,
		.nobody = cg_nobody_here(broker->audit),
		.on_connection = on_connection,
		.private_data = private_data,
	};

	return fd < 0 ? CG_OK : cg_listen(broker, broker->ev, &to);
}

enum cg_status cg_broker_listen(struct cg_broker *broker)
{
	const struct cg_inherited *fds = broker->setup.inherited;
	enum cg_status st;

	st = cg_handover_carry(broker, broker->ev, broker->vault,
			       fds->guardian);
	if (st == CG_OK) {
		st = listen_on(broker, fds->kcm, cg_kcm_serve, broker->kcm);
	}
	if (st != CG_OK) {
		return st;
	}
	return listen_on(broker, fds->client, cg_client_serve,
			 broker->clients);
}
