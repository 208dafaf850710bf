/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See protocol.h; a test holds the numbers against Samba's own header. */
#include "plugin/winbind/protocol.h"

#include <string.h>

#define CMD 4U
#define EXTRA_LEN 2128U
/* Up to here, name look-ups, no version ever moved a number. */
#define LAST_LOOKUP 12U

struct number {
	enum cg_wb_kind kind;
	uint32_t of[CG_WB_VERSION_MAX - CG_WB_VERSION_MIN + 1];
};

static const struct number numbers[] = {
	{ CG_WB_INTERFACE_VERSION, { 0, 0 } },
	{ CG_WB_PAM_AUTH, { 13, 13 } },
	{ CG_WB_PAM_AUTH_CRAP, { 14, 14 } },
	{ CG_WB_PAM_CHAUTHTOK, { 15, 15 } },
	{ CG_WB_PAM_LOGOFF, { 16, 16 } },
	{ CG_WB_DOMAIN_INFO, { 35, 35 } },
	{ CG_WB_PRIV_PIPE_DIR, { 44, 43 } },
	{ CG_WB_CCACHE_NTLMAUTH, { 56, 55 } },
	{ CG_WB_CCACHE_SAVE, { 57, 56 } },
};

#define N_NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

uint32_t cg_wb_u32(const uint8_t *message, uint32_t offset)
{
	uint32_t value;

	memcpy(&value, message + offset, sizeof(value));
	return value;
}

void cg_wb_set_u32(uint8_t *message, uint32_t offset, uint32_t value)
{
	memcpy(message + offset, &value, sizeof(value));
}

struct cg_bytes cg_wb_text(const uint8_t *message, uint32_t offset)
{
	const uint8_t *text = message + offset;
	const uint8_t *end = memchr(text, 0, CG_WB_TEXT_LEN);
	size_t len = CG_WB_TEXT_LEN;

	if (end != NULL) {
		len = (size_t)(end - text);
	}
	return (struct cg_bytes){ text, len };
}

uint32_t cg_wb_extra_len(const uint8_t *request)
{
	return cg_wb_u32(request, EXTRA_LEN);
}

static int is_known(uint32_t version)
{
	return version >= CG_WB_VERSION_MIN && version <= CG_WB_VERSION_MAX;
}

enum cg_wb_kind cg_wb_kind(const uint8_t *request, uint32_t version)
{
	uint32_t cmd = cg_wb_u32(request, CMD);

	if (!is_known(version)) {
		if (cmd == 0) {
			return CG_WB_INTERFACE_VERSION;
		}
		return cmd <= LAST_LOOKUP ? CG_WB_OTHER : CG_WB_FORBIDDEN;
	}
	for (size_t i = 0; i < N_NUMBERS; i++) {
		if (numbers[i].of[version - CG_WB_VERSION_MIN] == cmd) {
			return numbers[i].kind;
		}
	}
	return CG_WB_OTHER;
}

uint32_t cg_wb_command(enum cg_wb_kind kind, uint32_t version)
{
	for (size_t i = 0; i < N_NUMBERS && is_known(version); i++) {
		if (numbers[i].kind == kind) {
			return numbers[i].of[version - CG_WB_VERSION_MIN];
		}
	}
	return 0;
}
