/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguard-winbind, the pipe front: stands before winbindd, passes on what
 * its clients say, and answers what would need a password from the vault. */
#include <fcntl.h>
#include <getopt.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "idl/start.h"
#include "plugin/winbind/confine.h"
#include "plugin/winbind/front.h"
#include "plugin/winbind/log.h"

/* As the guardian hands them over. */
enum {
	FD_PIPE = 3,
	FD_PRIVILEGED,
	FD_BOOK,
	FD_SHELVES,
	FD_END = FD_SHELVES + 2 * CG_START_SHELVES,
};

static const char help[] =
	"credguard-winbind: the winbind pipe front of Credential Guard\n"
	"\n"
	"credguard-launch starts this program where [winbind] front = yes,"
	" and hands it\nits sockets.\n"
	"\n"
	"  --upstream PATH             winbindd's own pipe\n"
	"  --upstream-privileged PATH  and its privileged one\n"
	"  --privileged-dir DIR        where clients find ours\n"
	"  --runtime-dir DIR           where the broker's socket is\n"
	"  --refuse-auth-crap          judge nobody's NTLM answers\n"
	"  --allow-root                serve even as root; for tests\n"
	"  --help, --version\n";

enum option_id { OPT_UPSTREAM, OPT_UPSTREAM_PRIVILEGED, OPT_PRIVILEGED_DIR,
		 OPT_RUNTIME_DIR, OPT_TEXTS, OPT_REFUSE_CRAP, OPT_ALLOW_ROOT,
		 OPT_HELP, OPT_VERSION };

struct options {
	const char *text[OPT_TEXTS];
	bool refuse_crap;
	bool allow_root;
};

static void die(const char *what)
{
	cg_log("%s", what);
	exit(1);
}

static void print_and_end(const char *text)
{
	exit(fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? 0 : 1);
}

static void read_options(int argc, char **argv, struct options *out)
{
	static const struct option known[] = {
		{ "upstream", required_argument, NULL, OPT_UPSTREAM },
		{ "upstream-privileged", required_argument, NULL,
		  OPT_UPSTREAM_PRIVILEGED },
		{ "privileged-dir", required_argument, NULL,
		  OPT_PRIVILEGED_DIR },
		{ "runtime-dir", required_argument, NULL, OPT_RUNTIME_DIR },
		{ "refuse-auth-crap", no_argument, NULL, OPT_REFUSE_CRAP },
		{ "allow-root", no_argument, NULL, OPT_ALLOW_ROOT },
		{ "help", no_argument, NULL, OPT_HELP },
		{ "version", no_argument, NULL, OPT_VERSION },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	*out = (struct options){ 0 };
	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c == OPT_HELP) {
			print_and_end(help);
		} else if (c == OPT_VERSION) {
			print_and_end("credguard-winbind " CG_VERSION "\n");
		} else if (c == OPT_REFUSE_CRAP) {
			out->refuse_crap = true;
		} else if (c == OPT_ALLOW_ROOT) {
			out->allow_root = true;
		} else if (c < OPT_TEXTS) {
			out->text[c] = optarg;
		} else {
			exit(2);
		}
	}
	if (optind != argc || out->text[OPT_UPSTREAM] == NULL ||
	    out->text[OPT_UPSTREAM_PRIVILEGED] == NULL ||
	    out->text[OPT_PRIVILEGED_DIR] == NULL) {
		die("credguard-launch starts this program");
	}
}

static bool harden(void)
{
	const struct rlimit none = { 0, 0 };
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0) {
		return false;
	}
	files.rlim_cur = files.rlim_max;
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       setrlimit(RLIMIT_CORE, &none) == 0 &&
	       setrlimit(RLIMIT_NOFILE, &files) == 0 &&
	       signal(SIGPIPE, SIG_IGN) != SIG_ERR &&
	       /* A look-up of ours would wait for ourselves. */
	       setenv("_NO_WINBINDD", "1", 1) == 0;
}

static bool is_listening(int fd)
{
	int listens = 0;
	socklen_t len = sizeof(listens);
	int flags = fcntl(fd, F_GETFL);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) == 0
	       && listens == 1 && flags >= 0
	       && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

static void check_descriptors(void)
{
	if (!is_listening(FD_PIPE) || !is_listening(FD_PRIVILEGED) ||
	    fcntl(FD_BOOK, F_GETFD) < 0 || fcntl(FD_END - 1, F_GETFD) < 0 ||
	    close_range(FD_PIPE, ~0U, CLOSE_RANGE_CLOEXEC) != 0 ||
	    close_range(FD_END, ~0U, 0) != 0) {
		die("without its descriptors: credguard-launch starts it");
	}
}

static void told_to_end(struct tevent_context *ev, struct tevent_signal *se,
			int signum, int count, void *siginfo,
			void *private_data)
{
	bool *is_over = private_data;

	(void)ev;
	(void)se;
	(void)signum;
	(void)count;
	(void)siginfo;
	*is_over = true;
}

static void serve(struct tevent_context *ev)
{
	bool is_over = false;

	if (tevent_add_signal(ev, ev, SIGTERM, 0, told_to_end, &is_over) ==
	    NULL) {
		die("out of memory");
	}
	while (!is_over) {
		if (tevent_loop_once(ev) != 0) {
			die("the event loop failed");
		}
	}
}

int main(int argc, char **argv)
{
	struct options o;
	struct cg_front_setup setup;
	struct tevent_context *ev;

	if (!harden()) {
		die("hardening failed");
	}
	read_options(argc, argv, &o);
	if (geteuid() == 0 && !o.allow_root) {
		die("refuses to run as root");
	}
	check_descriptors();
	setup = (struct cg_front_setup){
		.listen = { FD_PIPE, FD_PRIVILEGED },
		.upstream = { o.text[OPT_UPSTREAM],
			      o.text[OPT_UPSTREAM_PRIVILEGED] },
		.privileged_dir = o.text[OPT_PRIVILEGED_DIR],
		.runtime_dir = o.text[OPT_RUNTIME_DIR],
		.refuse_crap = o.refuse_crap,
		.shelves = FD_SHELVES,
		.book = FD_BOOK,
	};
	ev = tevent_context_init(NULL);
	if (ev == NULL || cg_front_open(ev, ev, &setup) == NULL) {
		die("cannot start");
	}
	if (cg_confine() != CG_OK) {
		die("cannot give up what it does not need");
	}
	serve(ev);
	talloc_free(ev);
	return 0;
}
