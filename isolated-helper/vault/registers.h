/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one place of a process that is never in its memory. */
#ifndef CG_VAULT_REGISTERS_H
#define CG_VAULT_REGISTERS_H

/*
 * Empties the vector registers. memcpy and the ciphers leave in them what they
 * had last, and a debugger that stops a waiting process reads them. Those that
 * a function must keep for its caller are no vector registers.
 */
void cg_registers_forget(void);

#endif
