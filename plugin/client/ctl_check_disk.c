/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may write memory to a disk, and what seals what lies on one. */
#include "plugin/client/ctl_checks.h"

#include <ini.h>
#include <stdbool.h>
#include <string.h>

#include "plugin/client/ctl_check_file.h"

#define CREDGUARD_CONF "/etc/credguard/credguard.conf"
#define STATE "/var/lib/credguard"
#define CORE_PATTERN "/proc/sys/kernel/core_pattern"

void cg_ctl_check_core_files(const struct cg_ctl_check_machine *machine,
			     struct cg_ctl_check_found *out)
{
	const char *pattern = cg_ctl_check_file_read(out, machine,
						     CORE_PATTERN);

	if (pattern == NULL) {
		cg_ctl_check_file_unread(out, CORE_PATTERN);
	} else if (pattern[0] == '\0' ||
		   strncmp(pattern, "|/bin/false", 11) == 0 ||
		   strncmp(pattern, "|/usr/bin/false", 15) == 0) {
		cg_ctl_check_ok(out, "no core file is kept");
	} else {
		cg_ctl_check_warn(out, "echo 'kernel.core_pattern = "
				  "|/bin/false' > /etc/sysctl.d/"
				  "51-credguard.conf && sysctl --system",
				  "a program that crashes leaves its service "
				  "tickets and passwords in a core file (%s); "
				  "credguard itself never does", pattern);
	}
}

/* The kernel refuses to hibernate while secret memory is mapped, and tells
 * so here. */
void cg_ctl_check_hibernation(const struct cg_ctl_check_machine *machine,
			      struct cg_ctl_check_found *out)
{
	const char *states = cg_ctl_check_file_read(out, machine,
						    "/sys/power/state");
	const char *how = cg_ctl_check_file_read(out, machine,
						 "/sys/power/disk");

	if (states == NULL || !cg_ctl_check_file_has_word(states, "disk")) {
		cg_ctl_check_ok(out, "the machine cannot hibernate");
	} else if (how != NULL && strstr(how, "[disabled]") != NULL) {
		cg_ctl_check_ok(out, "blocked, as it is while secret memory "
				"is mapped");
	} else {
		cg_ctl_check_warn(out, "systemctl mask hibernate.target "
				  "hybrid-sleep.target "
				  "suspend-then-hibernate.target",
				  "while credguard does not run, the machine "
				  "may write all memory to its disk");
	}
}

/* inih calls this for every key. */
static int take_protect(void *user, const char *section, const char *name,
			const char *value)
{
	bool *is_file = user;

	if (strcmp(section, "sealing") == 0 && strcmp(name, "protect") == 0) {
		*is_file = strcmp(value, "file") == 0;
	}
	return 1;
}

static bool wants_file(const struct cg_ctl_check_machine *machine,
		       struct cg_ctl_check_found *out)
{
	const char *text = cg_ctl_check_file_read(out, machine,
						  CREDGUARD_CONF);
	bool is_file = false;

	if (text != NULL) {
		/* A line that is wrong is for the guardian to refuse. */
		(void)ini_parse_string(text, take_protect, &is_file);
	}
	return is_file;
}

/* Only root sees what lies there. */
static const char *use_of(const struct cg_ctl_check_machine *machine)
{
	if (cg_ctl_check_file_is_there(machine, STATE "/host.tpm")) {
		return ", and credguard seals with it";
	}
	return cg_ctl_check_file_is_there(machine, STATE "/host.key")
	       ? "; credguard seals with it from its next start on" : "";
}

void cg_ctl_check_tpm(const struct cg_ctl_check_machine *machine,
		      struct cg_ctl_check_found *out)
{
	long version;

	if (!cg_ctl_check_file_number(machine,
				      "/sys/class/tpm/tpm0/tpm_version_major",
				      &version) || version < 2) {
		cg_ctl_check_warn(out, NULL, "no TPM 2.0: what is sealed for "
				  "this machine can be opened by who copies "
				  "its disk");
		return;
	}
	if (wants_file(machine, out)) {
		cg_ctl_check_warn(out, "set protect = auto in [sealing] of "
				  CREDGUARD_CONF " and restart credguard",
				  "there is a TPM 2.0, and protect = file: "
				  "what is sealed for this machine can be "
				  "opened by who copies its disk");
		return;
	}
	cg_ctl_check_ok(out, "there is a TPM 2.0%s", use_of(machine));
}
