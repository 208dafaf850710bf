/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sd_notify(3) by hand: it is one datagram. */
#ifndef CG_LAUNCH_NOTIFY_H
#define CG_LAUNCH_NOTIFY_H

/* Tells systemd that the service is up; does nothing without systemd. */
void cg_notify_ready(void);

#endif
