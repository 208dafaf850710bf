/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only loop of the vault. */
#ifndef CG_VAULT_SERVE_H
#define CG_VAULT_SERVE_H

struct cg_vault;

/* Until the other end closes (CG_EXIT_EOF) or breaks the protocol
 * (CG_EXIT_PROTO); returns the exit code (idl/exit_codes.h). Where fd has a
 * receive timeout, what was left lying is erased in idle times, too. */
int cg_serve(struct cg_vault *v, int fd);

#endif
