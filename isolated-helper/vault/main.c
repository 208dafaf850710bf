/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The birth of the vault, in order. It is started by credguard-launch, in
 * namespaces of its own, and serves until its only descriptor closes. */
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "idl/exit_codes.h"
#include "idl/limits.h"
#include "idl/protection.h"
#include "isolated-helper/vault/arena.h"
#include "isolated-helper/vault/arena_seen.h"
#include "isolated-helper/vault/malloc.h"
#include "isolated-helper/vault/options.h"
#include "isolated-helper/vault/sandbox.h"
#include "isolated-helper/vault/serve.h"
#include "isolated-helper/vault/vault.h"

static void must(enum cg_status st, int code)
{
	if (st != CG_OK) {
		_exit(code);
	}
}

/* Runs on the arena's stack. */
static void live(struct cg_vault *v)
{
	v->protections.bits |= CG_PROT_SECRET_STACK;
	must(cg_vault_open(v), CG_EXIT_BIRTH);
	must(cg_sandbox_enter(&v->protections), CG_EXIT_SANDBOX);
	_exit(cg_serve(v, CG_CHANNEL_FD));
}

/* makecontext(3) passes ints only. */
static void live_on_stack(unsigned int high, unsigned int low)
{
	live((struct cg_vault *)(uintptr_t)((uint64_t)high << 32 | low));
}

static enum cg_status switch_stack(const struct cg_arena *arena,
				   struct cg_vault *v)
{
	uintptr_t p = (uintptr_t)v;
	ucontext_t next;

	if (getcontext(&next) != 0) {
		return CG_E_SYSTEM;
	}
	next.uc_stack.ss_sp = arena->stack;
	next.uc_stack.ss_size = CG_STACK_LEN;
	next.uc_link = NULL;
	makecontext(&next, (void (*)(void))live_on_stack, 2,
		    (unsigned int)(p >> 32), (unsigned int)p);
	return setcontext(&next) == 0 ? CG_OK : CG_E_SYSTEM;
}

int main(int argc, char *argv[])
{
	struct cg_options options;
	struct cg_protections protections = { 0 };
	struct cg_arena arena;
	struct cg_verifier_rows *seen;
	struct cg_vault *v = NULL;

	must(cg_options_read(argc, argv, &options), CG_EXIT_USAGE);
	seen = cg_arena_seen_map();
	must(cg_sandbox_harden(), CG_EXIT_SANDBOX);
	must(cg_arena_open(options.arena_len, options.may_lock, &arena),
	     CG_EXIT_NO_SECRET_MEMORY);
	cg_malloc_use(&arena);
	v = calloc(1, sizeof(*v));
	must(v == NULL ? CG_E_NO_MEMORY : CG_OK, CG_EXIT_BIRTH);
	protections.bits |= arena.secret ? CG_PROT_SECRET_MEMORY
					 : CG_PROT_LOCKED_MEMORY;
	if (seen != NULL) {
		protections.bits |= CG_PROT_SEEN_KEPT;
	}
	v->protections = protections;
	v->offline.rows = seen;
	v->arena_size = arena.heap_len;
	v->arena_used = cg_malloc_used;
	must(switch_stack(&arena, v), CG_EXIT_BIRTH);
	return CG_EXIT_BIRTH;
}
