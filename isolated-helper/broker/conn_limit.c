/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See conn_limit.h. Uids are few and lists short: at most quota.total
 * connections exist, so they are searched linearly. */
#include "isolated-helper/broker/conn_limit.h"

#include <stdbool.h>
#include <sys/queue.h>
#include <unistd.h>

/* The total counts as nearly reached when 1/16 of it is left. */
#define HEADROOM_DIVISOR 16U

struct owner {
	TAILQ_ENTRY(owner) link;
	uid_t uid;
	uint32_t n_conns;
	TAILQ_HEAD(idle_list, cg_conn_seat) idle;	/* the oldest first */
};

struct cg_conn_seat {
	TAILQ_ENTRY(cg_conn_seat) link;
	struct cg_conn *conn;
	struct cg_conn_limit *limit;
	struct owner *owner;
	bool is_idle;
};

struct cg_conn_limit {
	struct cg_conn_quota quota;
	uint32_t n_conns;
	TAILQ_HEAD(owner_list, owner) owners;
	TALLOC_CTX *conns;	/* their parent: they go before the lists */
};

static int limit_destructor(struct cg_conn_limit *limit)
{
	TALLOC_FREE(limit->conns);
	return 0;
}

struct cg_conn_limit *cg_conn_limit_open(TALLOC_CTX *mem_ctx,
					 const struct cg_conn_quota *quota)
{
	struct cg_conn_limit *limit;

	limit = talloc_zero(mem_ctx, struct cg_conn_limit);
	if (limit == NULL) {
		return NULL;
	}
	limit->conns = talloc_new(limit);
	if (limit->conns == NULL) {
		talloc_free(limit);
		return NULL;
	}
	limit->quota = *quota;
	TAILQ_INIT(&limit->owners);
	talloc_set_destructor(limit, limit_destructor);
	return limit;
}

static struct owner *find_owner(const struct cg_conn_limit *limit, uid_t uid)
{
	struct owner *owner;

	TAILQ_FOREACH(owner, &limit->owners, link) {
		if (owner->uid == uid) {
			return owner;
		}
	}
	return NULL;
}

static struct owner *get_owner(struct cg_conn_limit *limit, uid_t uid)
{
	struct owner *owner = find_owner(limit, uid);

	if (owner != NULL) {
		return owner;
	}
	owner = talloc_zero(limit, struct owner);
	if (owner == NULL) {
		return NULL;
	}
	owner->uid = uid;
	TAILQ_INIT(&owner->idle);
	TAILQ_INSERT_TAIL(&limit->owners, owner, link);
	return owner;
}

static void drop_owner_if_empty(struct cg_conn_limit *limit,
				struct owner *owner)
{
	if (owner->n_conns > 0) {
		return;
	}
	TAILQ_REMOVE(&limit->owners, owner, link);
	talloc_free(owner);
}

static void leave_idle(struct cg_conn_seat *seat)
{
	if (seat->is_idle) {
		TAILQ_REMOVE(&seat->owner->idle, seat, link);
		seat->is_idle = false;
	}
}

static void enter_idle(struct cg_conn_seat *seat)
{
	leave_idle(seat);
	TAILQ_INSERT_TAIL(&seat->owner->idle, seat, link);
	seat->is_idle = true;
}

void cg_conn_busy(struct cg_conn *conn)
{
	leave_idle(conn->seat);
}

void cg_conn_idle(struct cg_conn *conn)
{
	enter_idle(conn->seat);
}

static void release_seat(struct cg_conn_seat *seat)
{
	leave_idle(seat);
	seat->owner->n_conns--;
	seat->limit->n_conns--;
	drop_owner_if_empty(seat->limit, seat->owner);
}

/* The seat is the first child of its connection, and talloc frees the first
 * child last. Freeing the others from a destructor of conn would not do:
 * tevent takes it for a double free when one of its events is being served. */
static int leave_seat(struct cg_conn_seat *seat)
{
	release_seat(seat);
	(void)close(seat->conn->fd);
	cg_peer_close(&seat->conn->peer);
	return 0;
}

static bool shed_one_of(struct owner *owner)
{
	struct cg_conn_seat *oldest = TAILQ_FIRST(&owner->idle);

	if (oldest == NULL) {
		return false;
	}
	talloc_free(oldest->conn);
	return true;
}

enum cg_status cg_conn_limit_shed(struct cg_conn_limit *limit)
{
	struct owner *owner;
	struct owner *greediest = NULL;

	TAILQ_FOREACH(owner, &limit->owners, link) {
		if (TAILQ_EMPTY(&owner->idle)) {
			continue;
		}
		if (greediest == NULL || owner->n_conns > greediest->n_conns) {
			greediest = owner;
		}
	}
	if (greediest == NULL || !shed_one_of(greediest)) {
		return CG_E_LIMIT;
	}
	return CG_OK;
}

static enum cg_status make_room(struct cg_conn_limit *limit, uid_t uid)
{
	const struct cg_conn_quota *quota = &limit->quota;
	struct owner *owner = find_owner(limit, uid);
	enum cg_status st = CG_OK;

	if (owner != NULL && owner->n_conns >= quota->per_uid
	    && !shed_one_of(owner)) {
		return CG_E_LIMIT;
	}
	if (limit->n_conns >= quota->total - quota->total / HEADROOM_DIVISOR) {
		st = cg_conn_limit_shed(limit);
	}
	/* The head-room is for those who come while all others are busy. */
	if (st != CG_OK && limit->n_conns < quota->total) {
		st = CG_OK;
	}
	return st;
}

static enum cg_status take_seat(struct cg_conn_limit *limit,
				struct cg_conn *conn)
{
	struct cg_conn_seat *seat;
	struct owner *owner;

	seat = talloc_zero(conn, struct cg_conn_seat);
	owner = get_owner(limit, conn->peer.uid);
	if (owner == NULL) {
		return CG_E_NO_MEMORY;
	}
	if (seat == NULL) {
		drop_owner_if_empty(limit, owner);
		return CG_E_NO_MEMORY;
	}
	seat->conn = conn;
	seat->limit = limit;
	seat->owner = owner;
	owner->n_conns++;
	limit->n_conns++;
	conn->seat = seat;
	enter_idle(seat);
	talloc_set_destructor(seat, leave_seat);
	return CG_OK;
}

/* Without a place: closes the connection. */
static enum cg_status turn_away(int fd, struct cg_peer *peer,
				enum cg_status st)
{
	(void)close(fd);
	cg_peer_close(peer);
	return st;
}

enum cg_status cg_conn_open(struct cg_conn_limit *limit, int fd,
			    struct cg_peer *peer, struct cg_conn **out)
{
	enum cg_status st;
	struct cg_conn *conn;

	*out = NULL;
	st = make_room(limit, peer->uid);
	if (st != CG_OK) {
		return turn_away(fd, peer, st);
	}
	conn = talloc_zero(limit->conns, struct cg_conn);
	if (conn == NULL) {
		return turn_away(fd, peer, CG_E_NO_MEMORY);
	}
	conn->fd = fd;
	conn->peer = *peer;
	st = take_seat(limit, conn);
	if (st != CG_OK) {
		talloc_free(conn);
		return turn_away(fd, peer, st);
	}
	peer->pidfd = CG_PEER_NO_PIDFD;
	*out = conn;
	return CG_OK;
}

uint32_t cg_conn_limit_count(const struct cg_conn_limit *limit, uid_t uid)
{
	const struct owner *owner = find_owner(limit, uid);

	return owner != NULL ? owner->n_conns : 0;
}
