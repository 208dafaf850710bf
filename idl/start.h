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
#define CG_START_FDS 5
#define CG_START_FIRST_FD 3

#endif
