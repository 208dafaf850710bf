/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logins that make a verifier take 64 MiB and a processor each: on one machine
 * one after the other, or a crowd would take all there is. Root only. */
#ifndef CG_PAM_TURN_H
#define CG_PAM_TURN_H

#include <stdbool.h>

/* False: too many are waiting. *out is a descriptor that ends the turn. */
bool cg_pam_turn_take(int *out);
void cg_pam_turn_end(int turn);

#endif
