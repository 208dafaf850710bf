/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the guardian was told: defaults, then the configuration file, then
 * the command line. */
#ifndef CG_LAUNCH_SETTINGS_H
#define CG_LAUNCH_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "idl/policy_strength.h"
#include "idl/policy_text.h"
#include "idl/status.h"

#define CG_PATH_LEN 256		/* longer paths are refused */
#define CG_USER_LEN 33
#define CG_WORKSTATION_LEN 16
#define CG_PCRS_LEN 64
#define CG_DEFAULT_TCTI "device:/dev/tpmrm0"

/* [sealing] protect. */
enum cg_sealing_choice { CG_SEAL_BY_AUTO, CG_SEAL_BY_TPM, CG_SEAL_BY_FILE };

/* Section [sealing]. */
struct cg_sealing_settings {
	enum cg_sealing_choice protect;
	char tcti[CG_PATH_LEN];		/* where the TPM is */
	char pcrs[CG_PCRS_LEN];
	char program[CG_PATH_LEN];	/* credguard-tpm */
};

/* Section [offline]. */
struct cg_offline_settings {
	uint32_t count;			/* 0: no offline logon */
	uint32_t max_failures;
	uint32_t lockout_minutes;
	uint32_t max_age_days;
	uint32_t scrypt_log_n;
	uint32_t scrypt_r;
	uint32_t scrypt_p;
};

struct cg_settings {
	char config[CG_PATH_LEN];	/* "": the default file is not there */
	char runtime_dir[CG_PATH_LEN];
	char kcm_socket[CG_PATH_LEN];
	char state_dir[CG_PATH_LEN];
	char vault[CG_PATH_LEN];
	char broker[CG_PATH_LEN];
	char vault_user[CG_USER_LEN];
	char broker_user[CG_USER_LEN];
	char front[CG_PATH_LEN];	/* the program credguard-winbind */
	char front_user[CG_USER_LEN];
	char pipe[CG_PATH_LEN];		/* where winbind's clients look */
	char upstream[CG_PATH_LEN];	/* and where winbindd was moved to */
	char upstream_privileged[CG_PATH_LEN];
	bool has_front;
	bool units;			/* others start broker and front */
	bool auth_crap;			/* the front passes such requests */
	bool dev;			/* a build tree: complain, go on */
	bool may_lock;			/* memory that root can read will do */
	bool ntlm;
	bool ntlm_without_target;
	bool ntlm_without_mic;
	bool reacquire;
	bool aes256_only;
	uint32_t ticket_lifetime_minutes;	/* 0: as the KDC says, */
	uint32_t renew_lifetime_minutes;	/* both */
	uint32_t arena_mib;
	uint32_t clock_skew_s;
	uint32_t max_entries_per_uid;
	uint32_t max_entries;
	bool verify_kdc;
	bool lock;			/* no weaker policy from now on */
	uint32_t protected_users;	/* of the birth pack */
	char keytab[CG_PATH_LEN];
	char netbios_name[CG_WORKSTATION_LEN];	/* "": by the host's name */
	struct cg_offline_settings offline;
	struct cg_sealing_settings sealing;
	struct cg_policy_text policy;	/* the rules */
	struct cg_policy_strength strength;	/* the broker's keys as well */
};

enum cg_intent { CG_INTENT_RUN, CG_INTENT_HELP, CG_INTENT_VERSION };

/* Says on stderr what is wrong. */
CG_MUST_CHECK enum cg_status cg_settings_read(int argc, char **argv,
					      struct cg_settings *out,
					      enum cg_intent *intent);

#endif
