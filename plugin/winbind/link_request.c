/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way of a request: looked at where it lies, passed on, and only then
 * taken out of the client's queue, so that a front that is killed meanwhile
 * leaves it there for the next one. */
#include "plugin/winbind/link_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "plugin/winbind/front.h"

static bool may_come_later(void)
{
	return errno == EAGAIN || errno == EINTR;
}

void cg_link_drop_held(struct cg_link *link)
{
	if (link->held != NULL) {
		explicit_bzero(link->held->bytes, link->held->len);
		free(link->held);
		link->held = NULL;
	}
}

static struct cg_wb_verdict judge(const struct cg_link *link,
				  uint8_t *request)
{
	const struct cg_front *front = link->front;
	struct cg_wb_verdict verdict = cg_wb_judge(request,
						   front->book->version);

	if (verdict.kind == CG_WB_PAM_AUTH_CRAP && front->setup.refuse_crap &&
	    verdict.way == CG_WB_PASS) {
		verdict.way = CG_WB_ANSWER;
	}
	return verdict;
}

/* in_queue: how much of the request is still to be taken out there. */
static enum cg_step pass_on(struct cg_link *link, const uint8_t *request,
			    const struct cg_wb_verdict *verdict,
			    uint32_t in_queue)
{
	struct cg_slot *slot = link->slot;
	ssize_t n;

	slot->asks_version = verdict->kind == CG_WB_INTERFACE_VERSION;
	slot->request_left = verdict->extra_len;
	slot->to_drop = in_queue;
	slot->state = CG_SLOT_PASSING;
	/* Between requests its queue is empty: all of it fits. */
	n = send(link->upstream, request, CG_WB_REQUEST_LEN,
		 MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n != (ssize_t)CG_WB_REQUEST_LEN) {
		return CG_STEP_CLOSE;
	}
	slot->state = CG_SLOT_WAITING;
	return CG_STEP_ON;
}

/* A whole request in the scratch buffer, and still in the queue. */
static enum cg_step pass_from_queue(struct cg_link *link,
				    const struct cg_wb_verdict *verdict)
{
	enum cg_step step = cg_link_connect(link);

	if (step == CG_STEP_ON) {
		step = pass_on(link, link->front->scratch, verdict,
			       CG_WB_REQUEST_LEN);
	}
	explicit_bzero(link->front->scratch, CG_WB_REQUEST_LEN);
	if (step == CG_STEP_ON && cg_link_drop(link, link->client) != CG_OK) {
		return CG_STEP_CLOSE;
	}
	return step;
}

/* What is asked is known; of an answer of ours the rest comes with it. */
static enum cg_step take_verdict(struct cg_link *link,
				 const struct cg_wb_verdict *verdict)
{
	struct cg_held *held = link->held;

	held->is_judged = true;
	held->verdict = *verdict;
	if (held->verdict.way == CG_WB_HANG_UP) {
		return CG_STEP_CLOSE;
	}
	if (held->verdict.way == CG_WB_PASS) {
		return CG_STEP_ON;
	}
	held->want += held->verdict.extra_len;
	if (held->want > sizeof(held->bytes)) {
		return CG_STEP_CLOSE;
	}
	link->slot->state = CG_SLOT_OWN;
	return CG_STEP_ON;
}

/* Part of a request, or one for us, becomes the link's own. verdict NULL:
 * there is not yet enough to judge. */
static enum cg_step hold(struct cg_link *link,
			 const struct cg_wb_verdict *verdict)
{
	link->held = malloc(sizeof(*link->held));
	if (link->held == NULL) {
		return CG_STEP_CLOSE;
	}
	/* The bytes stay as they are until some come. */
	link->held->len = 0;
	link->held->want = CG_WB_REQUEST_LEN;
	link->held->is_judged = false;
	return verdict == NULL ? CG_STEP_ON : take_verdict(link, verdict);
}

/* The fixed part is there. */
static enum cg_step judge_held(struct cg_link *link)
{
	struct cg_wb_verdict verdict = judge(link, link->held->bytes);

	return take_verdict(link, &verdict);
}

static enum cg_step finish_held(struct cg_link *link)
{
	struct cg_wb_verdict verdict = link->held->verdict;
	enum cg_step step;

	if (verdict.way == CG_WB_ANSWER) {
		return cg_link_answer(link);
	}
	step = cg_link_connect(link);
	if (step == CG_STEP_ON) {
		step = pass_on(link, link->held->bytes, &verdict, 0);
		cg_link_drop_held(link);
	}
	return step;
}

static enum cg_step fill_held(struct cg_link *link)
{
	struct cg_held *held = link->held;

	while (held->len < held->want) {
		ssize_t n = recv(link->client, held->bytes + held->len,
				 held->want - held->len, MSG_DONTWAIT);

		if (n < 0 && may_come_later()) {
			return CG_STEP_WAIT;
		}
		if (n <= 0) {
			return CG_STEP_CLOSE;
		}
		held->len += (size_t)n;
		if (held->len == held->want && !held->is_judged &&
		    judge_held(link) == CG_STEP_CLOSE) {
			return CG_STEP_CLOSE;
		}
	}
	return finish_held(link);
}

static enum cg_step look_at_queue(struct cg_link *link)
{
	uint8_t *scratch = link->front->scratch;
	struct cg_wb_verdict verdict = { .way = CG_WB_HANG_UP };
	bool is_whole;
	ssize_t n = recv(link->client, scratch, CG_WB_REQUEST_LEN,
			 MSG_PEEK | MSG_DONTWAIT);

	if (n < 0 && may_come_later()) {
		return CG_STEP_WAIT;
	}
	if (n <= 0) {
		return CG_STEP_CLOSE;
	}
	is_whole = n == (ssize_t)CG_WB_REQUEST_LEN;
	if (is_whole) {
		verdict = judge(link, scratch);
		if (verdict.way == CG_WB_PASS) {
			return pass_from_queue(link, &verdict);
		}
	}
	explicit_bzero(scratch, CG_WB_REQUEST_LEN);
	return hold(link, is_whole ? &verdict : NULL);
}

enum cg_step cg_link_take_request(struct cg_link *link)
{
	enum cg_step step = CG_STEP_ON;

	if (link->held == NULL) {
		step = look_at_queue(link);
	}
	if (step == CG_STEP_ON && link->held != NULL) {
		step = fill_held(link);
	}
	return step;
}

enum cg_step cg_link_move_extra(struct cg_link *link)
{
	struct cg_slot *slot = link->slot;
	uint8_t *scratch = link->front->scratch;
	size_t len = slot->request_left < CG_SCRATCH_LEN ? slot->request_left :
		     CG_SCRATCH_LEN;
	ssize_t n = recv(link->client, scratch, len, MSG_PEEK | MSG_DONTWAIT);

	link->upstream_is_full = false;
	if (n < 0 && may_come_later()) {
		return CG_STEP_WAIT;
	}
	if (n <= 0) {
		return CG_STEP_CLOSE;
	}
	slot->state = CG_SLOT_PASSING;
	n = send(link->upstream, scratch, (size_t)n,
		 MSG_DONTWAIT | MSG_NOSIGNAL);
	explicit_bzero(scratch, len);
	if (n < 0 && !may_come_later()) {
		return CG_STEP_CLOSE;
	}
	link->upstream_is_full = n < 0;
	if (n > 0) {
		/* At most request_left. */
		slot->request_left -= (uint32_t)n;
		slot->to_drop = (uint32_t)n;
	}
	slot->state = CG_SLOT_WAITING;
	return cg_link_drop(link, link->client) == CG_OK ? CG_STEP_ON :
	       CG_STEP_CLOSE;
}
