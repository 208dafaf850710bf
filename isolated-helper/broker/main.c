/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardd, the broker: knows who asks, keeps caches and carries messages;
 * the secrets are in the vault. Started by credguard-launch. */
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "isolated-helper/broker/broker.h"
#include "isolated-helper/broker/config.h"
#include "isolated-helper/broker/harden.h"
#include "isolated-helper/broker/inherit.h"
#include "isolated-helper/broker/log.h"

#define DEFAULT_CONFIG "/etc/credguard/credguard.conf"

static const char help[] =
	"credguardd: the broker of Credential Guard for Linux\n"
	"\n"
	"credguard-launch starts this program and hands it its sockets.\n"
	"\n"
	"  --config FILE  read FILE [" DEFAULT_CONFIG "]\n"
	"  --allow-root   serve even as root; for tests\n"
	"  --help         this text\n"
	"  --version      the version\n";

struct options {
	const char *config;		/* NULL: not given */
	bool allow_root;
};

struct life {
	bool is_over;
	int exit_code;
};

static void die(const char *what, enum cg_status st)
{
	cg_log(CG_LOG_ERROR, "%s: %s", what, cg_status_text(st));
	exit(1);
}

static void must(const char *what, enum cg_status st)
{
	if (st != CG_OK) {
		die(what, st);
	}
}

static void print_and_end(const char *text)
{
	exit(fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? 0 : 1);
}

static struct options read_options(int argc, char **argv)
{
	static const struct option known[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "allow-root", no_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	struct options options = { .config = NULL };
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c == 'c') {
			options.config = optarg;
		} else if (c == 'r') {
			options.allow_root = true;
		} else if (c == 'h') {
			print_and_end(help);
		} else if (c == 'v') {
			print_and_end("credguardd " CG_VERSION "\n");
		} else {
			exit(2);
		}
	}
	if (optind != argc) {
		cg_log(CG_LOG_ERROR, "\"%s\" is not an option", argv[optind]);
		exit(2);
	}
	return options;
}

static void refuse_root(const struct options *options)
{
	if (geteuid() == 0 && !options->allow_root) {
		cg_log(CG_LOG_ERROR, "refuses to run as root; it needs no"
		       " right, so that taking it over gives none");
		exit(1);
	}
}

static void read_config(TALLOC_CTX *top, const struct options *options,
			struct cg_config *out)
{
	bool is_given = options->config != NULL;
	const char *why;
	enum cg_status st;

	st = cg_config_read(top, is_given ? options->config : DEFAULT_CONFIG,
			    out, &why);
	if (st == CG_OK || (st == CG_E_NOT_FOUND && !is_given)) {
		return;
	}
	cg_log(CG_LOG_ERROR, "%s", why != NULL ? why : cg_status_text(st));
	exit(1);
}

static void take_descriptors(struct cg_inherited *out)
{
	const char *why;
	enum cg_status st = cg_inherit(getenv("CG_LISTEN"), out, &why);

	if (st == CG_OK) {
		st = cg_inherit_front(getenv("CG_FRONT_UID"), out, &why);
	}
	if (st != CG_OK) {
		die(why, st);
	}
	cg_inherit_policy_lock(getenv("CG_POLICY_LOCK"), out);
}

static void vault_is_lost(const char *why, void *arg)
{
	struct life *life = arg;

	/* Its secrets are gone, and so is what our caches showed. */
	cg_log(CG_LOG_ERROR, "the vault is lost: %s", why);
	life->is_over = true;
	life->exit_code = 1;
}

static void told_to_end(struct tevent_context *ev, struct tevent_signal *se,
			int signum, int count, void *siginfo,
			void *private_data)
{
	struct life *life = private_data;

	(void)ev;
	(void)se;
	(void)signum;
	(void)count;
	(void)siginfo;
	life->is_over = true;
}

static void end_on_signals(struct tevent_context *ev, struct life *life)
{
	if (tevent_add_signal(ev, ev, SIGTERM, 0, told_to_end, life) == NULL
	    || tevent_add_signal(ev, ev, SIGINT, 0, told_to_end, life)
	       == NULL) {
		die("signals", CG_E_NO_MEMORY);
	}
}

static void serve(struct tevent_context *ev, struct life *life)
{
	cg_log(CG_LOG_INFO, "ready");
	while (!life->is_over) {
		if (tevent_loop_once(ev) != 0) {
			die("event loop", CG_E_SYSTEM);
		}
	}
}

int main(int argc, char **argv)
{
	struct options options;
	struct cg_config config;
	struct cg_inherited inherited;
	struct life life = { .is_over = false };
	const struct cg_broker_setup setup = {
		.config = &config,
		.inherited = &inherited,
		.on_vault_lost = vault_is_lost,
		.arg = &life,
	};
	struct cg_broker *broker;
	struct tevent_context *ev;
	TALLOC_CTX *top;

	must("hardening", cg_harden());
	options = read_options(argc, argv);
	refuse_root(&options);
	top = talloc_new(NULL);
	ev = tevent_context_init(top);
	must("event loop", ev != NULL ? CG_OK : CG_E_NO_MEMORY);
	read_config(top, &options, &config);
	take_descriptors(&inherited);
	end_on_signals(ev, &life);
	must("greeting the vault", cg_broker_open(top, ev, &setup, &broker));
	must("listening", cg_broker_listen(broker));
	serve(ev, &life);
	talloc_free(broker);
	talloc_free(top);
	return life.exit_code;
}
