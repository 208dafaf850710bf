/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A vault with one TGT whose key a lying KDC knows, and the TGS exchange as
 * one call. */
#ifndef CG_TESTS_TGS_SESSION_H
#define CG_TESTS_TGS_SESSION_H

#include "tests/unit/lying_kdc.h"
#include "tests/unit/vault_session.h"

#define UID 1000U
#define HOME "@EXAMPLE.TEST"
#define AWAY "@OTHER.TEST"
#define CLIENT ("alice" HOME)
#define TGT ("krbtgt/EXAMPLE.TEST" HOME)
#define REFERRAL ("krbtgt/OTHER.TEST" HOME)
#define SERVICE ("host/fs1.example.test" HOME)
#define AWAY_SERVICE ("host/fs2.other.test" AWAY)

struct tgs_session {
	struct session *s;
	struct lying_kdc *kdc;
	struct cg_handle tgt;
	/* of the last request: */
	struct cg_handle exchange;
	uint8_t request[8192];
	size_t request_len;
	char realm[256];
	struct cg_absorb_tgs_rep_out out;
};

extern const struct lie tgs_truth;

int tgs_session_setup(void **state);
int tgs_session_teardown(void **state);

/* With a user's ticket for the TGT's owner, S4U2Proxy. */
CG_MUST_CHECK enum cg_status tgs_make_for(struct tgs_session *f,
					  const char *server,
					  struct cg_bytes evidence);
/* server NULL: renew. */
CG_MUST_CHECK enum cg_status tgs_make(struct tgs_session *f,
				      const char *server);
/* The KDC's answer to the last request. */
struct cg_bytes tgs_answer(struct tgs_session *f, const struct lie *lie);
CG_MUST_CHECK enum cg_status tgs_absorb(struct tgs_session *f,
					struct cg_bytes reply);
/* tgs_answer and tgs_absorb. */
CG_MUST_CHECK enum cg_status tgs_go_on(struct tgs_session *f,
				       const struct lie *lie);
/* tgs_make and tgs_go_on. */
CG_MUST_CHECK enum cg_status tgs_ask(struct tgs_session *f,
				     const char *server,
				     const struct lie *lie);

void tgs_expect_name(struct cg_bytes got, const char *want);
/* The reply has the session key of the KDC's last ticket. */
void tgs_expect_key(const struct tgs_session *f);
/* No key, no ticket, no exchange is left. */
void tgs_expect_nothing(const struct tgs_session *f);

#endif
