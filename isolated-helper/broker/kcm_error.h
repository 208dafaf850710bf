/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statuses of ours as the error codes that Kerberos libraries know. */
#ifndef CG_BROKER_KCM_ERROR_H
#define CG_BROKER_KCM_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "idl/status.h"

/* What the client is told; never 0. code: libkrb5's, with CG_E_KRB5. */
uint32_t cg_kcm_error(enum cg_status st, uint32_t code);
/* libkrb5's code for a server that the KDC does not know. */
bool cg_kcm_error_is_unknown_server(uint32_t code);

#endif
