/* SPDX-License-Identifier: GPL-3.0-or-later */
/* KDCs that krb5.conf names for a realm: [realms] REALM kdc = ... */
#ifndef CG_BROKER_KRB5_KDC_CONF_H
#define CG_BROKER_KRB5_KDC_CONF_H

struct cg_locate_out;

void cg_krb5_kdc_conf(struct cg_locate_out *out, const char *realm);

#endif
