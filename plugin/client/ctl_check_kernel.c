/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kernel is, and what it keeps even from root. */
#include "plugin/client/ctl_checks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "plugin/client/ctl_check_file.h"

#define OSRELEASE "/proc/sys/kernel/osrelease"
#define LOCKDOWN "/sys/kernel/security/lockdown"
#define SECRETMEM "/sys/module/secretmem/parameters/enable"
#define LSM "/sys/kernel/security/lsm"
#define ADD_TO_CMDLINE(what) \
	"echo 'GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX " what "\"' > " \
	"/etc/default/grub.d/credguard.cfg && update-grub && reboot"
#define NEW_KERNEL "apt install -t bookworm-backports linux-image-amd64"
#define VERSION(major, minor) ((major) * 1000U + (minor))
#define LANDLOCK_VERSION 1U	/* flag of landlock_create_ruleset() */

/* 0: unknown. */
static unsigned int version_of(const char *release)
{
	unsigned long major, minor;
	char *end;

	if (release == NULL) {
		return 0;
	}
	major = strtoul(release, &end, 10);
	if (major == 0 || major > 999 || *end != '.') {
		return 0;
	}
	minor = strtoul(end + 1, NULL, 10);
	/* A kernel's numbers are small, as compared. */
	return minor > 999 ? 0 : (unsigned int)VERSION(major, minor);
}

void cg_ctl_check_kernel(const struct cg_ctl_check_machine *machine,
			 struct cg_ctl_check_found *out)
{
	const char *release = cg_ctl_check_file_read(out, machine, OSRELEASE);
	unsigned int version = version_of(release);

	if (version == 0) {
		cg_ctl_check_na(out, "the kernel's version is not known");
	} else if (version < VERSION(5, 14)) {
		cg_ctl_check_bad(out, NEW_KERNEL, "Linux %s has no "
				 "memfd_secret (5.14): root can copy what the "
				 "vault holds", release);
	} else if (version < VERSION(6, 5)) {
		cg_ctl_check_warn(out, NEW_KERNEL, "Linux %s does not tell "
				  "who calls beyond a process number that may "
				  "be used again (6.5)", release);
	} else {
		cg_ctl_check_ok(out, "Linux %s", release);
	}
}

/* Asked, where it can be: a file may say yes and a filter no. */
static bool kernel_has_secret_memory(void)
{
	long fd = syscall(SYS_memfd_secret, 0U);

	if (fd < 0) {
		return errno != ENOSYS && errno != EPERM;
	}
	/* A descriptor is an int. */
	(void)close((int)fd);
	return true;
}

void cg_ctl_check_secret_memory(const struct cg_ctl_check_machine *machine,
				struct cg_ctl_check_found *out)
{
	const char *text;
	bool is_on;

	if (machine->is_live) {
		is_on = kernel_has_secret_memory();
	} else {
		text = cg_ctl_check_file_read(out, machine, SECRETMEM);
		is_on = text != NULL && (text[0] == 'Y' || text[0] == '1');
	}
	if (is_on) {
		cg_ctl_check_ok(out, "the kernel gives memory that root "
				"cannot copy");
		return;
	}
	cg_ctl_check_bad(out, ADD_TO_CMDLINE("secretmem.enable=1"),
			 "no memfd_secret: root can copy what the vault "
			 "holds, and by default nothing starts");
}

void cg_ctl_check_landlock(const struct cg_ctl_check_machine *machine,
			   struct cg_ctl_check_found *out)
{
	const char *lsm;
	long abi = 0;

	if (machine->is_live) {
		abi = syscall(SYS_landlock_create_ruleset, NULL, 0UL,
			      LANDLOCK_VERSION);
	} else {
		lsm = cg_ctl_check_file_read(out, machine, LSM);
		abi = lsm != NULL &&
		      cg_ctl_check_file_has_word(lsm, "landlock");
	}
	if (abi > 0) {
		cg_ctl_check_ok(out, "Landlock is on (ABI %ld or newer)", abi);
		return;
	}
	cg_ctl_check_warn(out, ADD_TO_CMDLINE("lsm=landlock,lockdown,yama,"
					      "integrity,apparmor"),
			  "no Landlock: the vault is confined by its empty "
			  "root and its system call filter only");
}

void cg_ctl_check_lockdown(const struct cg_ctl_check_machine *machine,
			   struct cg_ctl_check_found *out)
{
	const char *text = cg_ctl_check_file_read(out, machine, LOCKDOWN);

	if (text != NULL && strstr(text, "[confidentiality]") != NULL) {
		cg_ctl_check_ok(out, "lockdown=confidentiality: root cannot "
				"read the kernel's memory");
		return;
	}
	if (text == NULL && errno == EACCES) {
		cg_ctl_check_file_unread(out, LOCKDOWN);
		return;
	}
	cg_ctl_check_warn(out, ADD_TO_CMDLINE("lockdown=confidentiality"),
			  "the kernel is not locked down for confidentiality: "
			  "root reaches secrets by uprobes, perf, BPF and "
			  "modules");
}

/* As the kernel was built. */
static bool is_built_without(const struct cg_ctl_check_machine *machine,
			     const char *release)
{
	char *path = talloc_asprintf(NULL, "/boot/config-%s",
				     release == NULL ? "" : release);
	char *config = NULL;
	bool is_without;

	if (path != NULL) {
		config = cg_ctl_check_file_read(path, machine, path);
	}
	is_without = config != NULL &&
		     cg_ctl_check_file_has_word(config,
						"CONFIG_PROC_MEM_NO_FORCE=y");
	talloc_free(path);
	return is_without;
}

void cg_ctl_check_proc_mem(const struct cg_ctl_check_machine *machine,
			   struct cg_ctl_check_found *out)
{
	static const char never[] = "proc_mem.force_override=never";
	const char *line = cg_ctl_check_file_read(out, machine,
						  "/proc/cmdline");
	const char *release = cg_ctl_check_file_read(out, machine, OSRELEASE);

	if (version_of(release) < VERSION(6, 12)) {
		cg_ctl_check_warn(out, NEW_KERNEL, "the kernel is older than "
				  "6.12: root can write into running programs "
				  "by /proc/PID/mem");
	} else if ((line != NULL &&
		    cg_ctl_check_file_has_word(line, never)) ||
		   is_built_without(machine, release)) {
		cg_ctl_check_ok(out, "nobody writes into read-only memory by "
				"/proc/PID/mem");
	} else {
		cg_ctl_check_warn(out, ADD_TO_CMDLINE(
					  "proc_mem.force_override=never"),
				  "root can change the code of running "
				  "programs by /proc/PID/mem");
	}
}
