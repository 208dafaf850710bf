/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Views of bytes that somebody else owns. */
#ifndef CG_IDL_BYTES_H
#define CG_IDL_BYTES_H

#include <stddef.h>
#include <stdint.h>

struct cg_bytes {		/* never secret */
	const uint8_t *data;
	size_t len;
};

struct cg_secret_bytes {	/* borrowed: use it, do not keep it */
	const uint8_t *data;
	size_t len;
};

struct cg_handle {
	uint64_t v;		/* 0 = none */
};

#endif
