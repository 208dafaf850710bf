/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may look into running programs. */
#include "plugin/client/ctl_checks.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "plugin/client/ctl_check_file.h"

#define SYSCTL(line) \
	"echo '" line "' > /etc/sysctl.d/50-credguard.conf && sysctl --system"
#define YAMA "/proc/sys/kernel/yama/ptrace_scope"
#define PERF "/proc/sys/kernel/perf_event_paranoid"
#define BPF "/proc/sys/kernel/unprivileged_bpf_disabled"
#define LOCKDOWN "/sys/kernel/security/lockdown"

void cg_ctl_check_yama(const struct cg_ctl_check_machine *machine,
		       struct cg_ctl_check_found *out)
{
	long scope;

	if (cg_ctl_check_file_number(machine, YAMA, &scope) && scope > 0) {
		cg_ctl_check_ok(out, "a program traces its own children at "
				"most (ptrace_scope %ld)", scope);
		return;
	}
	if (errno == ENOENT && !cg_ctl_check_file_is_there(machine, YAMA)) {
		cg_ctl_check_warn(out, NULL, "the kernel has no Yama: "
				  "programs of one user read "
				  "each other's passwords "
				  "and service tickets");
		return;
	}
	cg_ctl_check_warn(out, SYSCTL("kernel.yama.ptrace_scope = 1"),
			  "programs of one user may trace each other: they "
			  "read each other's passwords and service tickets");
}

void cg_ctl_check_perf(const struct cg_ctl_check_machine *machine,
		       struct cg_ctl_check_found *out)
{
	long paranoid;

	if (!cg_ctl_check_file_number(machine, PERF, &paranoid)) {
		cg_ctl_check_file_unread(out, PERF);
	} else if (paranoid >= 2) {
		cg_ctl_check_ok(out, "users sample their own programs at most "
				"(perf_event_paranoid %ld)", paranoid);
	} else {
		cg_ctl_check_warn(out,
				  SYSCTL("kernel.perf_event_paranoid = 3"),
				  "users may sample the kernel or the whole "
				  "machine (perf_event_paranoid %ld)",
				  paranoid);
	}
}

void cg_ctl_check_bpf(const struct cg_ctl_check_machine *machine,
		      struct cg_ctl_check_found *out)
{
	long is_disabled;

	if (!cg_ctl_check_file_number(machine, BPF, &is_disabled)) {
		cg_ctl_check_file_unread(out, BPF);
	} else if (is_disabled > 0) {
		cg_ctl_check_ok(out, "only root loads BPF programs");
	} else {
		cg_ctl_check_bad(out,
				 SYSCTL("kernel.unprivileged_bpf_disabled = "
					"2"),
				 "every user may load BPF programs into the "
				 "kernel");
	}
}

/* Is it there, and may others than root enter it? */
static bool is_open_to_others(const struct cg_ctl_check_machine *machine,
			      const char *dir)
{
	char *path = cg_ctl_check_file_path(NULL, machine, dir);
	struct stat sb;
	bool is_open = path != NULL && stat(path, &sb) == 0 &&
		       (sb.st_mode & S_IRWXO) != 0;

	talloc_free(path);
	return is_open;
}

static bool has_events(const struct cg_ctl_check_machine *machine)
{
	return cg_ctl_check_file_is_there(
		       machine, "/sys/kernel/tracing/uprobe_events") ||
	       cg_ctl_check_file_is_there(
		       machine, "/sys/kernel/debug/tracing/uprobe_events");
}

void cg_ctl_check_tracefs(const struct cg_ctl_check_machine *machine,
			  struct cg_ctl_check_found *out)
{
	const char *kinds = cg_ctl_check_file_read(out, machine,
						   "/proc/filesystems");
	const char *lock = cg_ctl_check_file_read(out, machine, LOCKDOWN);

	if (has_events(machine) &&
	    is_open_to_others(machine, "/sys/kernel/tracing")) {
		cg_ctl_check_bad(out, "chmod 700 /sys/kernel/tracing",
				 "others than root reach the kernel's tracing "
				 "files");
	} else if (lock != NULL &&
		   strstr(lock, "[confidentiality]") != NULL) {
		cg_ctl_check_ok(out, "lockdown forbids uprobes that read "
				"memory");
	} else if (kinds != NULL &&
		   cg_ctl_check_file_has_word(kinds, "tracefs")) {
		cg_ctl_check_warn(out, NULL, "root can put uprobes into "
				  "running programs, also the vault; see "
				  "lockdown");
	} else {
		cg_ctl_check_ok(out, "the kernel has no tracefs");
	}
}
