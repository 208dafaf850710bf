/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands below credguardctl policy, each in a file ctl_policy_NAME.c. */
#ifndef CG_CLIENT_CTL_POLICIES_H
#define CG_CLIENT_CTL_POLICIES_H

#include "plugin/client/ctl.h"

struct cg_ctl_policy;

int cg_ctl_policy_check(struct cg_ctl *ctl, int argc, char **argv);
int cg_ctl_policy_show(struct cg_ctl *ctl, int argc, char **argv);
int cg_ctl_policy_explain(struct cg_ctl *ctl, int argc, char **argv);
int cg_ctl_policy_diff(struct cg_ctl *ctl, int argc, char **argv);

/* Adds to the findings what is no mistake and yet of no effect. */
void cg_ctl_policy_warn(struct cg_ctl_policy *policy);

#endif
