/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A KCM front in the test's process, without sockets. */
#ifndef CG_TESTS_KCM_FIXTURE_H
#define CG_TESTS_KCM_FIXTURE_H

#include <sys/types.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/cursor.h"
#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/kcm.h"
#include "isolated-helper/broker/kcm_protocol.h"
#include "tests/unit/fake_acquire.h"
#include "tests/unit/kcm_messages.h"

#define UID 1000
#define OTHER 1001

struct kcm_fixture {
	struct tevent_context *ev;
	struct cg_acquire acquire;
	struct cg_ccaches *all;
	struct cg_kcm *kcm;
	struct cg_reader reply;		/* of the last request, its results */
	uint8_t *reply_data;
};

/* For cmocka. */
int kcm_fixture_set_up(void **state);
int kcm_fixture_tear_down(void **state);
struct kcm_fixture *kcm_fixture_with(const struct cg_quota *quota);

/* Sends the request as uid; the status of the answer. */
uint32_t kcm_ask(struct kcm_fixture *f, uid_t uid, const struct cg_writer *w);
/* Requests with a name and perhaps nothing else. */
uint32_t kcm_ask_name(struct kcm_fixture *f, uid_t uid, uint16_t opcode,
		      const char *name);
uint32_t kcm_ask_bare(struct kcm_fixture *f, uid_t uid, uint16_t opcode);
uint32_t kcm_initialize(struct kcm_fixture *f, uid_t uid, const char *name);
uint32_t kcm_store(struct kcm_fixture *f, uid_t uid, const char *name,
		   const struct kcm_cred *cred);
uint32_t kcm_retrieve(struct kcm_fixture *f, uid_t uid, const char *name,
		      const char *server);
/* A cache named "1000" of alice with a TGT that ends in an hour. */
void kcm_sign_in(struct kcm_fixture *f);
struct kcm_cred kcm_tgt(void);
struct kcm_cred kcm_service(const char *server);

#endif
