/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/store.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "idl/limits.h"
#include "isolated-helper/vault/ntlm_seen.h"
#include "isolated-helper/vault/secret.h"

struct cg_bytes cg_bytes_copy(struct cg_bytes b)
{
	uint8_t *copy = b.len == 0 ? NULL : malloc(b.len);

	if (copy == NULL) {
		return (struct cg_bytes){ 0 };
	}
	memcpy(copy, b.data, b.len);
	return (struct cg_bytes){ copy, b.len };
}

static void bytes_free(struct cg_bytes *b)
{
	/* The buffer was malloc'ed for us, so it is ours to write. */
	free((void *)(uintptr_t)b->data);
	*b = (struct cg_bytes){ 0 };
}

void cg_entry_forget(struct cg_entry *e)
{
	cg_secret_forget(&e->secret);
	cg_secret_forget(&e->nt_hash);
	cg_ntlm_seen_free(e->seen);
	cg_secret_forget(&e->typed);
	cg_secret_forget(&e->long_term);
	bytes_free(&e->client);
	bytes_free(&e->server);
	bytes_free(&e->ticket);
	free(e);
}

static size_t entry_size(const struct cg_entry *e)
{
	return sizeof(*e) + e->client.len + e->server.len + e->ticket.len;
}

static bool fits(const struct cg_store *s, const struct cg_entry *e)
{
	uint32_t n = 0;
	size_t size = entry_size(e);

	if (s->n_entries >= s->max_entries) {
		return false;
	}
	for (const struct cg_entry *i = s->first; i != NULL; i = i->next) {
		if (i->uid == e->uid) {
			n++;
			size += entry_size(i);
		}
	}
	return n < s->max_entries_per_uid && size <= CG_UID_BYTES_MAX;
}

enum cg_status cg_store_add(struct cg_store *s, struct cg_entry *e,
			    struct cg_handle *out)
{
	*out = (struct cg_handle){ 0 };
	if (!fits(s, e)) {
		cg_entry_forget(e);
		return CG_E_LIMIT;
	}
	e->handle.v = ++s->last_handle;
	if (s->last == NULL) {
		s->first = e;
	} else {
		s->last->next = e;
	}
	s->last = e;
	s->n_entries++;
	*out = e->handle;
	return CG_OK;
}

void cg_store_swap(struct cg_entry *old, struct cg_entry *fresh)
{
	struct cg_entry was = *old;

	*old = *fresh;
	*fresh = was;
	old->next = was.next;
	old->handle = was.handle;
	old->parent = was.parent;
	fresh->nt_hash = old->nt_hash;
	fresh->seen = old->seen;
	fresh->long_term = old->long_term;
	old->long_term = was.long_term;
	old->long_term_enctype = was.long_term_enctype;
	old->nt_hash = was.nt_hash;
	old->seen = was.seen;
	old->typed = was.typed;
	old->is_verified = was.is_verified;
	fresh->next = NULL;
	fresh->typed = NULL;
	if (old->is_protected) {
		/* Nor what was kept before the group had this member. */
		cg_secret_forget(&old->nt_hash);
		cg_secret_forget(&old->typed);
		cg_secret_forget(&old->long_term);
	}
}

struct cg_entry *cg_store_find(const struct cg_store *s, uint32_t uid,
			       struct cg_handle handle)
{
	for (struct cg_entry *e = s->first; e != NULL; e = e->next) {
		if (e->handle.v == handle.v) {
			return e->uid == uid ? e : NULL;
		}
	}
	return NULL;
}

struct cg_entry *cg_store_after(const struct cg_store *s, uint32_t uid,
				struct cg_handle handle)
{
	for (struct cg_entry *e = s->first; e != NULL; e = e->next) {
		if (e->handle.v > handle.v &&
		    (uid == CG_UID_ALL || e->uid == uid)) {
			return e;
		}
	}
	return NULL;
}

bool cg_bytes_equal(struct cg_bytes a, struct cg_bytes b)
{
	size_t i = 0;

	while (i < a.len && i < b.len && a.data[i] == b.data[i]) {
		i++;
	}
	return i == a.len && i == b.len;
}

struct cg_entry *cg_store_referral(const struct cg_store *s,
				   const struct cg_entry *parent,
				   struct cg_bytes server)
{
	for (struct cg_entry *e = s->first; e != NULL; e = e->next) {
		if (e->parent.v == parent->handle.v &&
		    cg_bytes_equal(e->server, server)) {
			return e;
		}
	}
	return NULL;
}

/* One walk for every way to forget: does this entry go? */
struct choice {
	uint32_t uid;
	uint64_t handle;	/* 0: every entry of uid */
	uint64_t now;		/* not 0: only what is stale */
};

static bool is_stale(const struct cg_entry *e, uint64_t now)
{
	if (e->kind == CG_KIND_PASSWORD) {
		uint64_t life_s = e->is_held ? CG_PASSWORD_HELD_S
					     : CG_PASSWORD_LIFE_S;

		return e->authtime + life_s < now;
	}
	return e->parent.v != 0 && e->endtime < now;
}

static bool goes(const struct cg_entry *e, const struct choice *c)
{
	if (c->now != 0) {
		return is_stale(e, c->now);
	}
	if (c->uid != CG_UID_ALL && e->uid != c->uid) {
		return false;
	}
	return c->handle == 0 || e->handle.v == c->handle ||
	       e->parent.v == c->handle;
}

static uint32_t forget(struct cg_store *s, const struct choice *c)
{
	struct cg_entry **at = &s->first;
	uint32_t n = 0;

	s->last = NULL;
	while (*at != NULL) {
		struct cg_entry *e = *at;

		if (goes(e, c)) {
			*at = e->next;
			cg_entry_forget(e);
			n++;
		} else {
			s->last = e;
			at = &e->next;
		}
	}
	s->n_entries -= n;
	return n;
}

struct cg_entry *cg_store_take(struct cg_store *s, uint32_t uid,
			       struct cg_handle handle)
{
	struct cg_entry *e = cg_store_find(s, uid, handle);
	struct cg_entry **at = &s->first;

	if (e == NULL) {
		return NULL;
	}
	s->last = NULL;
	while (*at != NULL) {
		if (*at == e) {
			*at = e->next;
			continue;
		}
		s->last = *at;
		at = &(*at)->next;
	}
	s->n_entries--;
	e->next = NULL;
	return e;
}

uint32_t cg_store_forget(struct cg_store *s, uint32_t uid,
			 struct cg_handle handle)
{
	if (handle.v == 0) {
		return 0;
	}
	return forget(s, &(struct choice){ .uid = uid, .handle = handle.v });
}

uint32_t cg_store_forget_uid(struct cg_store *s, uint32_t uid)
{
	return forget(s, &(struct choice){ .uid = uid });
}

void cg_store_sweep(struct cg_store *s, uint64_t now)
{
	(void)forget(s, &(struct choice){ .uid = CG_UID_ALL, .now = now });
}
