/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ctl_setup_plan.h. */
#include "plugin/client/ctl_setup_plan.h"

#include <string.h>

#include "plugin/client/ctl_setup_file.h"
#include "plugin/client/ctl_setup_text.h"
#include "plugin/client/ctl_terminal.h"

#define OURS "# Written by credguardctl enable; disable removes it.\n"
#define MADE_DIR "# Its directory was made for it.\n"

#define KRB5_DIR "/etc/krb5.conf.d"
#define AES "aes256-cts-hmac-sha1-96 aes128-cts-hmac-sha1-96" \
	" aes256-cts-hmac-sha384-192 aes128-cts-hmac-sha256-128\n"
#define SMB_FILE "/etc/samba/credguard.conf"

struct item {
	const char *path;
	const char *needs;	/* without that file there is nothing to do */
	const char *text;	/* of a whole file; NULL: line */
	enum cg_setup_place place;
	const char *line;
};

/* A file comes before the line that names it. */
static const struct item items[] = {
	{
		.path = KRB5_DIR "/credguard.conf",
		.needs = "/etc/krb5.conf",
		.text = "[libdefaults]\n"
			"\tdefault_ccache_name = KCM:\n"
			"\tforwardable = false\n"
			"\tproxiable = false\n"
			"\tallow_weak_crypto = false\n"
			"\tpermitted_enctypes = " AES
			"\tdefault_tkt_enctypes = " AES
			"\tdefault_tgs_enctypes = " AES,
	},
	{
		.path = "/etc/krb5.conf",
		.needs = "/etc/krb5.conf",
		.place = CG_SETUP_FIRST,
		.line = "includedir " KRB5_DIR,
	},
	{
		.path = SMB_FILE,
		.needs = "/etc/samba/smb.conf",
		.text = "[global]\n"
			"\tclient ntlmv2 auth = yes\n"
			"\tclient lanman auth = no\n"
			"\tclient plaintext auth = no\n"
			"\tclient use spnego = yes\n"
			"\tclient use spnego principal = no\n"
			"\tclient min protocol = SMB2_02\n"
			"\tclient ipc min protocol = SMB2_02\n"
			"\tkerberos encryption types = strong\n"
			"\twinbind refresh tickets = no\n",
	},
	{
		.path = "/etc/samba/smb.conf",
		.needs = "/etc/samba/smb.conf",
		.place = CG_SETUP_GLOBAL_END,
		.line = "\tinclude = " SMB_FILE,
	},
	{
		.path = "/etc/systemd/system/winbind.service.d/credguard.conf",
		.needs = "/lib/systemd/system/winbind.service",
		.text = "[Service]\n"
			"LimitCORE=0\n",
	},
};

size_t cg_setup_plan_size(void)
{
	return sizeof(items) / sizeof(items[0]);
}

static bool is_ours(const char *text)
{
	return text != NULL && strncmp(text, OURS, strlen(OURS)) == 0;
}

static bool parent_exists(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = talloc_strndup(NULL, path, (size_t)(slash - path));
	bool there = dir != NULL && cg_setup_file_exists(dir);

	talloc_free(dir);
	return there;
}

static enum cg_status plan_file(TALLOC_CTX *mem_ctx, const struct item *item,
				bool enable, struct cg_setup_change *change)
{
	if (change->old != NULL && !is_ours(change->old)) {
		if (!enable) {
			return CG_OK;
		}
		cg_ctl_complain("%s: is there and not ours; move it away",
				item->path);
		return CG_E_DENIED;
	}
	change->with_dir = change->old != NULL ?
			   strstr(change->old, MADE_DIR) != NULL :
			   !parent_exists(item->path);
	if (!enable) {
		change->is_needed = change->old != NULL;
		return CG_OK;
	}
	change->new = talloc_asprintf(mem_ctx, OURS "%s%s",
				      change->with_dir ? MADE_DIR : "",
				      item->text);
	return change->new == NULL ? CG_E_NO_MEMORY : CG_OK;
}

static enum cg_status plan_line(TALLOC_CTX *mem_ctx, const struct item *item,
				bool enable, struct cg_setup_change *change)
{
	enum cg_status st = CG_OK;

	if (change->old == NULL) {
		return CG_OK;
	}
	if (enable) {
		st = cg_setup_text_insert(mem_ctx, change->old, item->place,
					  item->line, &change->new);
	} else {
		change->new = cg_setup_text_remove(mem_ctx, change->old,
						   item->line);
		st = change->new == NULL ? CG_E_NO_MEMORY : CG_OK;
	}
	if (st == CG_E_NOT_FOUND) {
		cg_ctl_complain("%s: has no [global] section", item->path);
	}
	if (st == CG_E_INVALID) {
		cg_ctl_complain("%s: the last line of [global] ends in a "
				"backslash", item->path);
	}
	return st;
}

enum cg_status cg_setup_plan_change(TALLOC_CTX *mem_ctx, size_t i, bool enable,
				    struct cg_setup_change *out)
{
	const struct item *item =
		&items[enable ? i : cg_setup_plan_size() - 1 - i];
	enum cg_status st;

	*out = (struct cg_setup_change){ .path = item->path };
	st = cg_setup_file_read(mem_ctx, item->path, &out->old);
	if (st != CG_OK && st != CG_E_NOT_FOUND) {
		return st;
	}
	if (enable && !cg_setup_file_exists(item->needs)) {
		return CG_OK;
	}
	if (item->text != NULL) {
		st = plan_file(mem_ctx, item, enable, out);
	} else {
		st = plan_line(mem_ctx, item, enable, out);
	}
	if (st == CG_OK && out->new != NULL) {
		out->is_needed = out->old == NULL ||
				 strcmp(out->old, out->new) != 0;
	}
	return st;
}

enum cg_status cg_setup_plan_apply(const struct cg_setup_change *change)
{
	cg_setup_file_clean(change->path);
	if (!change->is_needed) {
		return CG_OK;
	}
	if (change->new == NULL) {
		return cg_setup_file_remove(change->path, change->with_dir);
	}
	return cg_setup_file_write(change->path, change->new);
}
