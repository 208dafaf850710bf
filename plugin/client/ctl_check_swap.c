/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Swap: of the vault nothing is swapped, but programs hold service tickets
 * and typed passwords. */
#include "plugin/client/ctl_checks.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "plugin/client/ctl_check_file.h"

#define SWAPS "/proc/swaps"
#define DEPTH_MAX 4U		/* LVM on LUKS on RAID, and one more */
#define NAME_LEN 64

/* dir is a device's below /sys; a crypt target there, or below all it lies
 * on. */
static bool is_encrypted(const struct cg_ctl_check_machine *machine,
			 const char *dir, unsigned int depth)
{
	TALLOC_CTX *top = talloc_new(NULL);
	char *path = talloc_asprintf(top, "%s/dm/uuid", dir);
	char *uuid = NULL;
	char **below;
	size_t n = 0;
	bool is = false;

	if (path != NULL) {
		uuid = cg_ctl_check_file_read(top, machine, path);
	}
	is = uuid != NULL && strncmp(uuid, "CRYPT-", 6) == 0;
	path = talloc_asprintf(top, "%s/slaves/*", dir);
	if (!is && path != NULL && depth < DEPTH_MAX) {
		below = cg_ctl_check_file_glob(top, machine, path, &n);
		is = n > 0;
		for (size_t i = 0; i < n; i++) {
			const char *plain = cg_ctl_check_file_plain(machine,
								    below[i]);

			is = is && is_encrypted(machine, plain, depth + 1);
		}
	}
	talloc_free(top);
	return is;
}

/* The directory in /sys of the device that name is, or that the file name
 * lies on. */
static char *device_of(TALLOC_CTX *mem_ctx,
		       const struct cg_ctl_check_machine *machine,
		       const char *name)
{
	char *path;
	struct stat sb;

	if (strncmp(name, "/dev/", 5) == 0) {
		return talloc_asprintf(mem_ctx, "/sys/class/block/%s",
				       name + 5);
	}
	path = cg_ctl_check_file_path(mem_ctx, machine, name);
	if (path == NULL || stat(path, &sb) != 0) {
		return NULL;
	}
	return talloc_asprintf(mem_ctx, "/sys/dev/block/%u:%u",
			       major(sb.st_dev), minor(sb.st_dev));
}

static bool is_safe(const struct cg_ctl_check_machine *machine,
		    const char *name)
{
	char *dir;
	bool is;

	if (strncmp(name, "/dev/zram", 9) == 0) {
		return true;	/* it is memory */
	}
	dir = device_of(NULL, machine, name);
	is = dir != NULL && is_encrypted(machine, dir, 0);
	talloc_free(dir);
	return is;
}

void cg_ctl_check_swap(const struct cg_ctl_check_machine *machine,
		       struct cg_ctl_check_found *out)
{
	char *text = cg_ctl_check_file_read(out, machine, SWAPS);
	char *rest = text;
	const char *line;
	char name[NAME_LEN];
	size_t n = 0;

	if (text == NULL) {
		cg_ctl_check_file_unread(out, SWAPS);
		return;
	}
	(void)strsep(&rest, "\n");	/* the titles */
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (sscanf(line, "%63s", name) != 1) {
			continue;
		}
		n++;
		if (!is_safe(machine, name)) {
			cg_ctl_check_bad(out, "swapoff -a; then use zram or "
					 "a swap device in crypttab(5)",
					 "%s is not known to be encrypted: "
					 "passwords and service tickets that "
					 "programs hold may lie on it", name);
			return;
		}
	}
	cg_ctl_check_ok(out, n == 0 ? "there is no swap"
				    : "swap is encrypted or in memory");
}
