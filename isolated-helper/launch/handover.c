/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See handover.h. The file's status is looked at once in a while: inotify
 * would not tell of a file behind a symbolic link or a bind mount. */
#include "isolated-helper/launch/handover.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "idl/cg_idl.h"
#include "isolated-helper/launch/handover_seal.h"
#include "isolated-helper/launch/keytab.h"
#include "isolated-helper/launch/log.h"

static struct stat status_of(const char *path)
{
	struct stat sb;

	if (stat(path, &sb) != 0) {
		sb = (struct stat){ 0 };
	}
	return sb;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* Without keys logons fail where policy wants them: better than not to
 * start, and better than to keep an old key. */
static void read_keytab(const struct cg_handover *h, struct cg_keytab **out)
{
	enum cg_status st = cg_keytab_read(h->path, out);

	if (st == CG_E_NOT_FOUND) {
		return;
	}
	if (st != CG_OK) {
		cg_log("%s: no key of this machine was read: %s", h->path,
		       st == CG_E_DENIED ? "others than root may read or "
		       "change it" : cg_status_text(st));
		return;
	}
	if ((*out)->n == 0) {
		cg_log("%s: no AES key of host/NAME is in it", h->path);
	}
}

static enum cg_status make_key(uint8_t *out, size_t len)
{
	/* The cast: 32 bytes. */
	if (getrandom(out, len, 0) != (ssize_t)len) {
		cg_log("getrandom: %s", strerror(errno));
		return CG_E_SYSTEM;
	}
	return CG_OK;
}

enum cg_status cg_handover_open(const char *path, struct cg_handover *out,
				int *their_end, struct cg_keytab **keytab)
{
	int ends[2];

	*out = (struct cg_handover){ .path = path, .to_broker = -1 };
	*their_end = -1;
	*keytab = NULL;
	if (make_key(out->key, sizeof(out->key)) != CG_OK) {
		return CG_E_SYSTEM;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
		cg_log("socketpair: %s", strerror(errno));
		return CG_E_SYSTEM;
	}
	out->to_broker = ends[0];
	*their_end = ends[1];
	out->seen = status_of(path);
	read_keytab(out, keytab);
	return CG_OK;
}

/* Sealed, because the broker carries it. */
static enum cg_status hand_over(struct cg_handover *h,
				const struct cg_keytab *keytab)
{
	uint8_t *box = calloc(1, CG_HANDOVER_MAX);
	enum cg_status st = box != NULL ? CG_OK : CG_E_NO_MEMORY;
	size_t len = 0;

	h->number++;
	if (st == CG_OK) {
		st = cg_handover_seal(h, keytab, box, &len);
	}
	if (st == CG_OK && send(h->to_broker, box, len,
				MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		st = CG_E_UNAVAILABLE;
	}
	free(box);
	return st;
}

void cg_handover_look(struct cg_handover *h)
{
	const struct stat now = status_of(h->path);
	struct cg_keytab *keytab = NULL;
	enum cg_status st;

	if (is_same(&now, &h->seen)) {
		return;
	}
	h->seen = now;
	read_keytab(h, &keytab);
	st = hand_over(h, keytab);
	cg_log("%s: it has changed, %zu keys for the vault: %s", h->path,
	       keytab != NULL ? keytab->n : 0, cg_status_text(st));
	if (st != CG_OK) {
		h->seen = (struct stat){ .st_size = -1 };	/* again */
	}
	cg_keytab_forget(&keytab);
}

void cg_handover_close(struct cg_handover *h)
{
	explicit_bzero(h->key, sizeof(h->key));
	if (h->to_broker >= 0) {
		(void)close(h->to_broker);
	}
	h->to_broker = -1;
}
