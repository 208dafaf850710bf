/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buffers that are wiped when they are freed: messages that held a session
 * key that the vault released, or one on its way in. */
#ifndef CG_BROKER_WIPED_H
#define CG_BROKER_WIPED_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

/* len zero bytes; NULL when out of memory. Never talloc_realloc it. */
uint8_t *cg_wiped_new(TALLOC_CTX *mem_ctx, size_t len);
uint8_t *cg_wiped_copy(TALLOC_CTX *mem_ctx, const uint8_t *data, size_t len);

#endif
