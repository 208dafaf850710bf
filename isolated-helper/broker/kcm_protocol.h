/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The KCM protocol, version 2.0: numbers that Heimdal gave and MIT extended.
 * A request: version (2 bytes), opcode (2 bytes), arguments. An answer: status
 * (4 bytes), results. All big endian; names end with a zero byte; principals
 * and credentials are in the ccache format, version 4. On the socket a length
 * (4 bytes) precedes both; in answers a transport code (4 bytes) follows. */
#ifndef CG_BROKER_KCM_PROTOCOL_H
#define CG_BROKER_KCM_PROTOCOL_H

#define CG_KCM_MAJOR 2U
#define CG_KCM_MINOR 0U
#define CG_KCM_UUID_LEN 16U

#define CG_KCM_REQUEST_HEADER_LEN 4U	/* version and opcode */
#define CG_KCM_REPLY_HEADER_LEN 12U	/* length, transport code, status */

/* MIT's client takes 10 MiB at most; so do we. */
#define CG_KCM_REQUEST_MAX (10U * 1024U * 1024U)
/* Above this it is better served one credential at a time. */
#define CG_KCM_LIST_MAX (8U * 1024U * 1024U)

enum cg_kcm_opcode {
	CG_KCM_NOOP = 0,
	CG_KCM_GET_NAME = 1,
	CG_KCM_RESOLVE = 2,
	CG_KCM_GEN_NEW = 3,
	CG_KCM_INITIALIZE = 4,
	CG_KCM_DESTROY = 5,
	CG_KCM_STORE = 6,
	CG_KCM_RETRIEVE = 7,
	CG_KCM_GET_PRINCIPAL = 8,
	CG_KCM_GET_CRED_UUID_LIST = 9,
	CG_KCM_GET_CRED_BY_UUID = 10,
	CG_KCM_REMOVE_CRED = 11,
	CG_KCM_SET_FLAGS = 12,
	CG_KCM_CHOWN = 13,
	CG_KCM_CHMOD = 14,
	CG_KCM_GET_INITIAL_TICKET = 15,
	CG_KCM_GET_TICKET = 16,
	CG_KCM_MOVE_CACHE = 17,
	CG_KCM_GET_CACHE_UUID_LIST = 18,
	CG_KCM_GET_CACHE_BY_UUID = 19,
	CG_KCM_GET_DEFAULT_CACHE = 20,
	CG_KCM_SET_DEFAULT_CACHE = 21,
	CG_KCM_GET_KDC_OFFSET = 22,
	CG_KCM_SET_KDC_OFFSET = 23,
	CG_KCM_ADD_NTLM_CRED = 24,
	CG_KCM_HAVE_NTLM_CRED = 25,
	CG_KCM_DEL_NTLM_CRED = 26,
	CG_KCM_DO_NTLM_AUTH = 27,
	CG_KCM_GET_NTLM_USER_LIST = 28,
	CG_KCM_GET_CRED_LIST = 13001,
	CG_KCM_REPLACE = 13002,
};

#endif
