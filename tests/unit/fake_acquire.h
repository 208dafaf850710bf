/* SPDX-License-Identifier: GPL-3.0-or-later */
/* acquire.h without a vault and a KDC: what is linked in its place, and what
 * a test can tell it to do and read from it. */
#ifndef CG_TESTS_FAKE_ACQUIRE_H
#define CG_TESTS_FAKE_ACQUIRE_H

#include <stdint.h>
#include <sys/types.h>

#include "idl/status.h"

struct cg_acquire {
	/* Told: */
	enum cg_status stored_status;
	uint32_t fail_stored_at;	/* this one, from 1; 0: none */
	enum cg_status service_status;
	uint32_t service_detail;
	const char *only_host;		/* others are not known to the KDC */
	/* Between request and answer. */
	void (*meanwhile)(void *arg);
	void *arg;
	/* Read: */
	uint32_t n_stored;
	uint32_t n_services;
	uint32_t n_delegated;		/* of them */
	uint32_t n_held;
	uint32_t n_forgotten;
	uid_t last_uid;
	uint64_t last_forgotten;
	uint8_t last_server[512];
	size_t last_server_len;
	uint8_t last_evidence[512];
	size_t last_evidence_len;
};

/* audit.h's as well: how often it was called, and with which result last. */
uint32_t fake_audits(void);
enum cg_status fake_audit_result(void);

#define FAKE_SERVICE_KEY "service session key, 32 bytes ..."
#define FAKE_SERVICE_TICKET "a service ticket from the KDC"

#endif
