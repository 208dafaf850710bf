/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See wiped.h. */
#include "isolated-helper/broker/wiped.h"

#include <string.h>

static int wipe(uint8_t *data)
{
	explicit_bzero(data, talloc_get_size(data));
	return 0;
}

uint8_t *cg_wiped_new(TALLOC_CTX *mem_ctx, size_t len)
{
	uint8_t *data = talloc_zero_size(mem_ctx, len);

	if (data == NULL) {
		return NULL;
	}
	talloc_set_name_const(data, "wiped");
	talloc_set_destructor(data, wipe);
	return data;
}

uint8_t *cg_wiped_copy(TALLOC_CTX *mem_ctx, const uint8_t *data, size_t len)
{
	uint8_t *copy = cg_wiped_new(mem_ctx, len);

	if (copy != NULL && len > 0) {
		memcpy(copy, data, len);
	}
	return copy;
}
