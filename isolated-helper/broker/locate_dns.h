/* SPDX-License-Identifier: GPL-3.0-or-later */
/* KDCs that DNS names: SRV _kerberos._tcp.REALM (RFC 4120 7.2.3.2). */
#ifndef CG_BROKER_LOCATE_DNS_H
#define CG_BROKER_LOCATE_DNS_H

struct cg_locate_out;

void cg_locate_dns(struct cg_locate_out *out, const char *realm);

#endif
