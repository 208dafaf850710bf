/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One KCM connection: takes requests one by one off the stream, each in its
 * own time, and sends the replies. */
#ifndef CG_BROKER_KCM_CONN_H
#define CG_BROKER_KCM_CONN_H

#include "idl/status.h"

struct cg_conn;
struct cg_kcm;

/* Everything becomes a talloc child of conn. */
CG_MUST_CHECK enum cg_status cg_kcm_conn_start(struct cg_kcm *kcm,
					       struct cg_conn *conn);

#endif
