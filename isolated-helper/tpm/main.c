/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguard-tpm: the sealing key, kept by a TPM 2.0. The guardian runs it at
 * its start and for each vault, with the state directory as descriptor 3.
 *
 * Each start of the guardian, and each change of its ledger, is an epoch,
 * which a counter of the TPM counts. The key lies sealed with the number of
 * its epoch and the tag of the ledger: what is a copy from before has a number
 * that is over, or another ledger. The file is written before the counter
 * rises, so a crash in between leaves a number that is one too high, and
 * nothing is lost.
 */
#include <getopt.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "isolated-helper/tpm/counter.h"
#include "isolated-helper/tpm/mark.h"
#include "isolated-helper/tpm/seal.h"
#include "isolated-helper/tpm/store.h"
#include "isolated-helper/tpm/tpm.h"
#include "isolated-helper/tpm/words.h"

#define STATE_DIR 3
#define OLD_KEY "host.key"	/* of a guardian without a TPM */

static const char help[] =
	"credguard-tpm: the sealing key of Credential Guard, kept by a TPM\n"
	"\n"
	"credguard-launch starts this program, with the state directory as\n"
	"descriptor 3.\n"
	"\n"
	"  --tcti CONF   where the TPM is, device:/dev/tpmrm0\n"
	"  --pcrs LIST   numbers, with commas: what is sealed opens while\n"
	"                they are as they were; empty: always\n"
	"  --tag HEX     with begin: the tag of the ledger that counts now\n"
	"  begin         a new epoch; makes a key where there is none, or\n"
	"                one that cannot be opened or is an old copy; writes\n"
	"                key, tag and a byte, 1 where the policy is locked,\n"
	"                to standard output\n"
	"  anew          begin with a new key, whatever there is\n"
	"  key           writes the key of this epoch to standard output\n"
	"  ask           writes that byte only\n"
	"  lock, unlock  make it 1 or 0, and write it\n"
	"  --help, --version\n";

struct options {
	const char *tcti;
	uint32_t pcrs;
	bool has_tag;
	uint8_t tag[CG_TPM_TAG_LEN];
	enum cg_status (*command)(struct cg_tpm *tpm,
				  const struct options *o);
};

static enum cg_status begin(struct cg_tpm *tpm, const struct options *o);
static enum cg_status begin_anew(struct cg_tpm *tpm, const struct options *o);
static enum cg_status give_key(struct cg_tpm *tpm, const struct options *o);
static enum cg_status ask(struct cg_tpm *tpm, const struct options *o);
static enum cg_status lock(struct cg_tpm *tpm, const struct options *o);
static enum cg_status unlock(struct cg_tpm *tpm, const struct options *o);

static bool harden(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	const struct __user_cap_data_struct none[2] = { 0 };
	const struct rlimit no_core = { 0, 0 };

	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       setrlimit(RLIMIT_CORE, &no_core) == 0 &&
	       syscall(SYS_capset, &head, none) == 0;
}

static bool read_command(int argc, char **argv, struct options *o)
{
	static const struct {
		const char *name;
		enum cg_status (*fn)(struct cg_tpm *tpm,
				     const struct options *o);
	} commands[] = {
		{ "begin", begin }, { "anew", begin_anew },
		{ "key", give_key }, { "ask", ask },
		{ "lock", lock }, { "unlock", unlock },
	};

	if (optind != argc - 1) {
		return false;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[optind], commands[i].name) == 0) {
			o->command = commands[i].fn;
		}
	}
	return o->command != NULL && (!o->has_tag || o->command == begin);
}

static void print_and_end(const char *text)
{
	exit(fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? 0 : 1);
}

static void read_options(int argc, char **argv, struct options *o)
{
	static const struct option known[] = {
		{ "tcti", required_argument, NULL, 't' },
		{ "pcrs", required_argument, NULL, 'p' },
		{ "tag", required_argument, NULL, 'g' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	bool ok = true;
	int c;

	*o = (struct options){ .tcti = "device:/dev/tpmrm0" };
	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c == 't') {
			o->tcti = optarg;
		} else if (c == 'p') {
			ok = ok && cg_tpm_read_pcrs(optarg, &o->pcrs);
		} else if (c == 'g') {
			o->has_tag = cg_tpm_read_tag(optarg, o->tag);
			ok = ok && o->has_tag;
		} else if (c == 'h') {
			print_and_end(help);
		} else if (c == 'v') {
			print_and_end("credguard-tpm " CG_VERSION "\n");
		} else {
			ok = false;
		}
	}
	if (!ok || !read_command(argc, argv, o)) {
		cg_tpm_say("credguard-launch starts this program; --help");
		exit(2);
	}
}

static enum cg_status read_text(struct cg_tpm *tpm, struct cg_tpm_text *out,
				uint64_t *count)
{
	struct cg_tpm_blob blob;
	enum cg_status st = cg_tpm_store_read(STATE_DIR, &blob);

	*out = (struct cg_tpm_text){ 0 };
	if (st == CG_OK) {
		st = cg_tpm_unseal(tpm, &blob, out);
	}
	if (st == CG_OK) {
		st = cg_tpm_counter_read(tpm, count);
	}
	return st;
}

/* The key that is there, or CG_E_NOT_FOUND and why a new one is made. */
static enum cg_status find_key(struct cg_tpm *tpm, struct cg_tpm_text *out)
{
	uint64_t count = 0;
	enum cg_status st = read_text(tpm, out, &count);

	if (st == CG_E_DENIED) {
		cg_tpm_say("this TPM does not open the key: it is of another "
			   "one, or this was cleared, or other firmware or "
			   "boot settings (PCRs) run");
		return CG_E_NOT_FOUND;
	}
	if (st == CG_OK && out->epoch == count + 1) {
		/* The start before was cut off in the middle. Its number is
		 * over now, like every other: a copy of what it left is old
		 * as well. */
		return cg_tpm_counter_rise(tpm);
	}
	if (st == CG_OK && out->epoch != count) {
		cg_tpm_say("refused: the state directory is an old copy, of "
			   "start %llu, and this is after start %llu",
			   (unsigned long long)out->epoch,
			   (unsigned long long)count);
		return CG_E_NOT_FOUND;
	}
	return st;
}

static enum cg_status make_key(struct cg_tpm_text *out)
{
	*out = (struct cg_tpm_text){ 0 };
	cg_tpm_say("a new sealing key: each user signs in with a domain "
		   "controller once before it goes without");
	return getrandom(out->key, CG_TPM_KEY_LEN, 0) == CG_TPM_KEY_LEN
		       ? CG_OK : CG_E_SYSTEM;
}

static enum cg_status next_epoch(struct cg_tpm *tpm, uint64_t *out)
{
	enum cg_status st = cg_tpm_counter_read(tpm, out);

	if (st == CG_E_NOT_FOUND) {
		st = cg_tpm_counter_rise(tpm);
		if (st == CG_OK) {
			st = cg_tpm_counter_read(tpm, out);
		}
	}
	(*out)++;
	return st;
}

static enum cg_status write_text(struct cg_tpm *tpm,
				 const struct cg_tpm_text *text)
{
	struct cg_tpm_blob blob = { 0 };
	uint64_t count = 0;
	enum cg_status st = cg_tpm_seal(tpm, text, &blob);

	if (st == CG_OK) {
		st = cg_tpm_store_write(STATE_DIR, &blob);
	}
	if (st == CG_OK) {
		st = cg_tpm_counter_rise(tpm);
	}
	if (st == CG_OK) {
		st = cg_tpm_counter_read(tpm, &count);
	}
	if (st == CG_OK && count != text->epoch) {
		cg_tpm_say("somebody else uses the counter");
		st = CG_E_UNAVAILABLE;
	}
	return st;
}

static enum cg_status put(const uint8_t *data, size_t len)
{
	return write(STDOUT_FILENO, data, len) == (ssize_t)len ? CG_OK
							       : CG_E_SYSTEM;
}

static enum cg_status put_mark(struct cg_tpm *tpm)
{
	bool is_set = false;
	enum cg_status st = cg_tpm_mark_is_set(tpm, &is_set);
	const uint8_t byte = is_set ? 1 : 0;

	return st == CG_OK ? put(&byte, 1) : st;
}

static enum cg_status begin_with(struct cg_tpm *tpm, struct cg_tpm_text *text)
{
	enum cg_status st = next_epoch(tpm, &text->epoch);

	if (st == CG_OK) {
		st = write_text(tpm, text);
	}
	if (st == CG_OK) {
		/* Copies of the disk may have it: it is of no more use. */
		(void)unlinkat(STATE_DIR, OLD_KEY, 0);
		st = put(text->key, CG_TPM_KEY_LEN);
	}
	if (st == CG_OK) {
		st = put(text->tag, CG_TPM_TAG_LEN);
	}
	return st == CG_OK ? put_mark(tpm) : st;
}

/* A ledger is of a key: a new one has none. */
static enum cg_status begin(struct cg_tpm *tpm, const struct options *o)
{
	struct cg_tpm_text text;
	enum cg_status st = find_key(tpm, &text);

	if (st == CG_E_NOT_FOUND && !o->has_tag) {
		st = make_key(&text);
	}
	if (o->has_tag) {
		memcpy(text.tag, o->tag, CG_TPM_TAG_LEN);
	}
	if (st == CG_OK) {
		st = begin_with(tpm, &text);
	}
	explicit_bzero(&text, sizeof(text));
	return st;
}

static enum cg_status begin_anew(struct cg_tpm *tpm, const struct options *o)
{
	struct cg_tpm_text text;
	enum cg_status st = make_key(&text);

	(void)o;
	if (st == CG_OK) {
		st = begin_with(tpm, &text);
	}
	explicit_bzero(&text, sizeof(text));
	return st;
}

static enum cg_status give_key(struct cg_tpm *tpm, const struct options *o)
{
	struct cg_tpm_text text;
	uint64_t count = 0;
	enum cg_status st = read_text(tpm, &text, &count);

	(void)o;
	if (st == CG_OK && text.epoch != count) {
		cg_tpm_say("refused: the key is not of this start");
		st = CG_E_DENIED;
	}
	if (st == CG_OK) {
		st = put(text.key, CG_TPM_KEY_LEN);
	}
	explicit_bzero(&text, sizeof(text));
	return st;
}

static enum cg_status ask(struct cg_tpm *tpm, const struct options *o)
{
	(void)o;
	return put_mark(tpm);
}

static enum cg_status lock(struct cg_tpm *tpm, const struct options *o)
{
	enum cg_status st = cg_tpm_mark_set(tpm);

	(void)o;
	return st == CG_OK ? put_mark(tpm) : st;
}

static enum cg_status unlock(struct cg_tpm *tpm, const struct options *o)
{
	enum cg_status st = cg_tpm_mark_clear(tpm);

	(void)o;
	return st == CG_OK ? put_mark(tpm) : st;
}

/* Those of the mark need no state directory. */
static bool needs_state(const struct options *o)
{
	return o->command == begin || o->command == begin_anew ||
	       o->command == give_key;
}

int main(int argc, char **argv)
{
	struct options o;
	struct cg_tpm tpm;
	enum cg_status st;

	if (!harden()) {
		cg_tpm_say("hardening failed");
		return 1;
	}
	read_options(argc, argv, &o);
	if (needs_state(&o) && cg_tpm_store_lock(STATE_DIR) != CG_OK) {
		return 1;
	}
	st = cg_tpm_open(o.tcti, o.pcrs, &tpm);
	if (st == CG_OK) {
		st = o.command(&tpm, &o);
	}
	cg_tpm_close(&tpm);
	return st == CG_OK ? 0 : 1;
}
