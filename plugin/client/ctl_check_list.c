/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of checks, in the order in which they are told. */
#include "plugin/client/ctl_checks.h"

static const struct cg_ctl_check checks[] = {
	{ "kernel", cg_ctl_check_kernel, "the kernel's version" },
	{ "secret-memory", cg_ctl_check_secret_memory,
	  "memory that root cannot copy (memfd_secret)" },
	{ "landlock", cg_ctl_check_landlock, "Landlock, for the vault" },
	{ "lockdown", cg_ctl_check_lockdown,
	  "whether root may read the kernel" },
	{ "proc-mem", cg_ctl_check_proc_mem,
	  "whether root may write into running programs" },
	{ "yama", cg_ctl_check_yama,
	  "whether programs of one user may trace each other" },
	{ "perf", cg_ctl_check_perf, "who may sample programs" },
	{ "bpf", cg_ctl_check_bpf, "who may load BPF programs" },
	{ "tracefs", cg_ctl_check_tracefs, "uprobes, and who reaches them" },
	{ "swap", cg_ctl_check_swap, "memory on a disk in clear" },
	{ "core-files", cg_ctl_check_core_files, "where crashes are kept" },
	{ "hibernation", cg_ctl_check_hibernation,
	  "whether all memory may go to a disk" },
	{ "tpm", cg_ctl_check_tpm, "a TPM for what is sealed" },
	{ "winbind-refresh", cg_ctl_check_winbind_refresh,
	  "whether winbindd keeps passwords to refresh tickets" },
	{ "winbind-offline", cg_ctl_check_winbind_offline,
	  "whether winbindd keeps credentials for offline logons" },
	{ "winbind-ntlm", cg_ctl_check_winbind_ntlm,
	  "whether Samba's programs answer with NTLMv1" },
	{ "pam-cached-login", cg_ctl_check_pam_cached_login,
	  "PAM services that make winbindd keep credentials" },
	{ "pam-ticket-files", cg_ctl_check_pam_ticket_files,
	  "PAM services that put tickets where they can be taken" },
	{ "krb5-cache", cg_ctl_check_krb5_cache,
	  "where programs put tickets" },
	{ "krb5-weak", cg_ctl_check_krb5_weak, "DES and RC4" },
	{ "krb5-forwardable", cg_ctl_check_krb5_forwardable,
	  "tickets that another machine may take over" },
	{ "krb5-socket", cg_ctl_check_krb5_socket,
	  "whether programs ask credguard" },
	{ "ticket-files", cg_ctl_check_ticket_files,
	  "tickets that lie in files" },
	{ "other-kcm", cg_ctl_check_other_kcm,
	  "other services on the socket of credguard" },
};

size_t cg_ctl_check_list_n(void)
{
	return sizeof(checks) / sizeof(checks[0]);
}

const struct cg_ctl_check *cg_ctl_check_list_at(size_t i)
{
	return &checks[i];
}
