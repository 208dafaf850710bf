/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every check; what each looks at is in the table, ctl_check_list.c. */
#ifndef CG_CLIENT_CTL_CHECKS_H
#define CG_CLIENT_CTL_CHECKS_H

#include "plugin/client/ctl_check.h"

#define CG_CTL_CHECK(name) \
	void cg_ctl_check_##name(const struct cg_ctl_check_machine *machine, \
				 struct cg_ctl_check_found *out)

/* ctl_check_kernel.c */
CG_CTL_CHECK(kernel);
CG_CTL_CHECK(secret_memory);
CG_CTL_CHECK(landlock);
CG_CTL_CHECK(lockdown);
CG_CTL_CHECK(proc_mem);
/* ctl_check_tracing.c */
CG_CTL_CHECK(yama);
CG_CTL_CHECK(perf);
CG_CTL_CHECK(bpf);
CG_CTL_CHECK(tracefs);
/* ctl_check_disk.c */
CG_CTL_CHECK(core_files);
CG_CTL_CHECK(hibernation);
CG_CTL_CHECK(tpm);
/* ctl_check_swap.c */
CG_CTL_CHECK(swap);
/* ctl_check_samba.c */
CG_CTL_CHECK(winbind_refresh);
CG_CTL_CHECK(winbind_offline);
CG_CTL_CHECK(winbind_ntlm);
/* ctl_check_pam.c */
CG_CTL_CHECK(pam_cached_login);
CG_CTL_CHECK(pam_ticket_files);
/* ctl_check_krb5.c */
CG_CTL_CHECK(krb5_cache);
CG_CTL_CHECK(krb5_weak);
CG_CTL_CHECK(krb5_forwardable);
CG_CTL_CHECK(krb5_socket);
/* ctl_check_tickets.c */
CG_CTL_CHECK(ticket_files);
CG_CTL_CHECK(other_kcm);

#endif
