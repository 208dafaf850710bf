/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Samba keeps or gives away by its configuration. */
#include "plugin/client/ctl_checks.h"

#include <string.h>

#include "plugin/client/ctl_check_pam.h"
#include "plugin/client/ctl_check_smbconf.h"

/* The value of option, as testparm writes it; NULL when that was said. */
static const char *value_of(const struct cg_ctl_check_machine *machine,
			    struct cg_ctl_check_found *out, const char *option)
{
	char *text = cg_ctl_check_smbconf_read(machine, out);

	if (text == NULL) {
		return NULL;
	}
	return cg_ctl_check_smbconf_value(out, text, option);
}

void cg_ctl_check_winbind_refresh(const struct cg_ctl_check_machine *machine,
				  struct cg_ctl_check_found *out)
{
	const char *value = value_of(machine, out, "winbind refresh tickets");

	if (value == NULL) {
		return;
	}
	if (strcmp(value, "Yes") == 0) {
		cg_ctl_check_bad(out, "sed -i 's/winbind refresh tickets.*/"
				 "winbind refresh tickets = no/' "
				 "/etc/samba/smb.conf && smbcontrol winbindd "
				 "reload-config",
				 "winbind refresh tickets = yes: winbindd "
				 "keeps passwords in its memory");
		return;
	}
	cg_ctl_check_ok(out, "winbindd renews no tickets");
}

/* Logons are cached for who asks: the flag comes from pam_winbind. */
void cg_ctl_check_winbind_offline(const struct cg_ctl_check_machine *machine,
				  struct cg_ctl_check_found *out)
{
	const char *value = value_of(machine, out, "winbind offline logon");
	const char *service;

	if (value == NULL) {
		return;
	}
	service = cg_ctl_check_pam_caching(out, machine);
	if (strcmp(value, "Yes") != 0) {
		cg_ctl_check_ok(out, "winbindd keeps no offline logons");
	} else if (service != NULL) {
		cg_ctl_check_bad(out, "sed -i 's/winbind offline logon.*/"
				 "winbind offline logon = no/' "
				 "/etc/samba/smb.conf && smbcontrol winbindd "
				 "reload-config",
				 "winbind offline logon = yes, and %s asks "
				 "for it: a hash of each password lies in "
				 "winbindd_cache.tdb, the password in "
				 "winbindd's memory", service);
	} else {
		cg_ctl_check_ok(out, "on for names only: no PAM service asks "
				"winbindd to keep a logon");
	}
}

void cg_ctl_check_winbind_ntlm(const struct cg_ctl_check_machine *machine,
			       struct cg_ctl_check_found *out)
{
	const char *value = value_of(machine, out, "client NTLMv2 auth");

	if (value == NULL) {
		return;
	}
	if (strcmp(value, "No") == 0) {
		cg_ctl_check_bad(out, "sed -i '/client ntlmv2 auth/Id' "
				 "/etc/samba/smb.conf",
				 "client NTLMv2 auth = no: NTLMv1 answers; "
				 "who listens computes passwords from them");
		return;
	}
	cg_ctl_check_ok(out, "NTLMv2 at least");
}
