/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See krb5_conf_file.h. */
#include "plugin/client/krb5_conf_file.h"

#include <krb5.h>
#include <profile.h>

struct cg_krb5_conf_file {
	profile_t profile;
};

static int release(struct cg_krb5_conf_file *file)
{
	profile_release(file->profile);
	return 0;
}

struct cg_krb5_conf_file *cg_krb5_conf_file_open(TALLOC_CTX *mem_ctx,
						 const char *path,
						 const char **why)
{
	struct cg_krb5_conf_file *file;
	long code;

	*why = "out of memory";
	file = talloc_zero(mem_ctx, struct cg_krb5_conf_file);
	if (file == NULL) {
		return NULL;
	}
	code = profile_init_path(path, &file->profile);
	if (code != 0) {
		*why = error_message(code);
		talloc_free(file);
		return NULL;
	}
	talloc_set_destructor(file, release);
	return file;
}

const char *cg_krb5_conf_file_text(TALLOC_CTX *mem_ctx,
				   const struct cg_krb5_conf_file *file,
				   const char *name)
{
	char *value = NULL;
	const char *copy;

	if (profile_get_string(file->profile, "libdefaults", name, NULL, NULL,
			       &value) != 0 || value == NULL) {
		return NULL;
	}
	copy = talloc_strdup(mem_ctx, value);
	profile_release_string(value);
	return copy;
}

bool cg_krb5_conf_file_bool(const struct cg_krb5_conf_file *file,
			    const char *name, bool preset)
{
	int value = preset;

	/* What is no boolean leaves the preset, as libkrb5 itself does. */
	if (profile_get_boolean(file->profile, "libdefaults", name, NULL,
				preset, &value) != 0) {
		return preset;
	}
	return value != 0;
}
