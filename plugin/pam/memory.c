/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/pam/memory.h"

#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <string.h>
#include <unistd.h>

#include "plugin/client/wipe.h"
#include "plugin/pam/call.h"
#include "plugin/pam/sessions.h"

#define DATA_NAME "credguard"
#define VARIABLE "KRB5CCNAME"

/* Silent: in a child, whose parent goes on with the handle. */
static bool is_real_end(int error_status)
{
	/* The cast: PAM_DATA_SILENT is a bit beside a code. */
	return ((unsigned int)error_status & PAM_DATA_SILENT) == 0;
}

static void forget(pam_handle_t *pamh, void *data, int error_status)
{
	struct cg_pam_memory *memory = data;

	(void)pamh;
	if (is_real_end(error_status) && memory->has_acquired &&
	    memory->session == 0 && memory->pid == getpid()) {
		cg_pam_sessions_abandon(memory->uid);
	}
	talloc_free(memory);
}

struct cg_pam_memory *cg_pam_memory_find(struct cg_pam_call *call, uid_t uid)
{
	const void *data = NULL;
	struct cg_pam_memory *memory;

	if (pam_get_data(call->pamh, DATA_NAME, &data) != PAM_SUCCESS ||
	    data == NULL) {
		return NULL;
	}
	/* libpam gives it as const; it is ours. */
	memory = (struct cg_pam_memory *)(uintptr_t)data;
	return memory->uid == uid ? memory : NULL;
}

int cg_pam_memory_make(struct cg_pam_call *call, uid_t uid,
		       struct cg_pam_memory **out)
{
	struct cg_pam_memory *memory = cg_pam_memory_find(call, uid);
	int code;

	*out = memory;
	if (memory != NULL) {
		return PAM_SUCCESS;
	}
	/* It outlives the call. */
	memory = talloc_zero(NULL, struct cg_pam_memory);
	if (memory == NULL) {
		return PAM_BUF_ERR;
	}
	memory->uid = uid;
	memory->pid = getpid();
	code = pam_set_data(call->pamh, DATA_NAME, memory, forget);
	if (code != PAM_SUCCESS) {
		talloc_free(memory);
		return code;
	}
	*out = memory;
	return PAM_SUCCESS;
}

void cg_pam_memory_cache(struct cg_pam_memory *memory, struct cg_bytes cache)
{
	cg_wipe(memory->cache, sizeof(memory->cache));
	if (cache.len < sizeof(memory->cache)) {
		memcpy(memory->cache, cache.data, cache.len);
	}
}

int cg_pam_memory_export(struct cg_pam_call *call,
			 const struct cg_pam_memory *memory)
{
	char *text;
	int code;

	if (memory->cache[0] == '\0') {
		return PAM_SUCCESS;
	}
	text = talloc_asprintf(call, VARIABLE "=%s", memory->cache);
	if (text == NULL) {
		return PAM_BUF_ERR;
	}
	code = pam_putenv(call->pamh, text);
	talloc_free(text);
	return code;
}
