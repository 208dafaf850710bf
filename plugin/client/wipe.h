/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one way to wipe a temporary that held secret bytes. */
#ifndef CG_CLIENT_WIPE_H
#define CG_CLIENT_WIPE_H

#include <string.h>

static inline void cg_wipe(void *data, size_t len)
{
	explicit_bzero(data, len);
}

#endif
