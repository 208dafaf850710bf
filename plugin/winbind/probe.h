/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Some programs ask first whether there are credentials at all, with no
 * messages. The vault has no such question; it is asked for the answer to
 * these two, which fit no server, and the answer is thrown away. */
#ifndef CG_WINBIND_PROBE_H
#define CG_WINBIND_PROBE_H

#include <stddef.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"

#define CG_PROBE_LEN 160U

/* The challenge is a new one each time. out has room for CG_PROBE_LEN. */
CG_MUST_CHECK enum cg_status cg_probe_challenge(uint8_t *out, size_t *len);
struct cg_bytes cg_probe_negotiate(void);

/* Whose an AUTHENTICATE message is: UTF-16, little endian, in it. Empty: it
 * is none. */
struct cg_bytes cg_probe_user(struct cg_bytes authenticate);

#endif
