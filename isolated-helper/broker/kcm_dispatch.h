/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a request's bytes to the reply's. */
#ifndef CG_BROKER_KCM_DISPATCH_H
#define CG_BROKER_KCM_DISPATCH_H

#include "isolated-helper/broker/kcm_call.h"

/* Answers request, now or later: call->on_done is called once, perhaps before
 * this returns, and has the reply in call->out. It may free call, which also
 * cancels what is under way. request must stay until then. */
void cg_kcm_dispatch(struct cg_kcm_call *call, struct cg_bytes request);

#endif
