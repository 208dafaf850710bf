/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the guardian and credguard-fetch: one datagram each way. It sends
 * the number of this start; the answer is an order (launch/order.h) with its
 * descriptors. */
#ifndef CG_IDL_START_H
#define CG_IDL_START_H

#define CG_START_NUMBER_LEN 32
#define CG_START_NUMBER "number"	/* the credential, and its file */
#define CG_START_SOCKET "socket"
#define CG_START_ORDER_LEN 2048
/* Pairs of sockets that keep the front's descriptors: so many that each needs
 * no longer queue than everybody may have (net.core.wmem_max). */
#define CG_START_SHELVES 8
#define CG_START_FDS (3 + 2 * CG_START_SHELVES)
#define CG_START_FIRST_FD 3

#endif
