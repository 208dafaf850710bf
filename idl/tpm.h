/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the guardian asks of credguard-tpm and what that answers: one request,
 * one answer, big endian, each a datagram; then the program ends.
 *
 * request: op, PCR mask (uint32 each) | key | auth | blob
 * answer:  status (enum cg_status, uint32), counter (uint32, high half first;
 *          two of them) | key | auth | blob
 * key, auth and blob have a uint32 length before them.
 *
 *   CG_TPM_MAKE  key, auth and mask: a blob that only this TPM opens, while
 *                these PCRs (SHA-256 bank) are as they are now; and a new
 *                counter under auth in the place of the one there was, above
 *                every value it had.
 *   CG_TPM_OPEN  blob: key, auth and the counter's value. CG_E_CRYPTO: made by
 *                another TPM, or before it was cleared; CG_E_NOT_FOUND: the
 *                counter is gone; CG_E_DENIED: PCRs are not as they were.
 *   CG_TPM_BUMP  auth: the counter's value, one more than before.
 * CG_E_UNAVAILABLE: the TPM does not answer as one should.
 */
#ifndef CG_IDL_TPM_H
#define CG_IDL_TPM_H

enum cg_tpm_op { CG_TPM_MAKE = 1, CG_TPM_OPEN = 2, CG_TPM_BUMP = 3 };

#define CG_TPM_KEY_LEN 32U
#define CG_TPM_AUTH_LEN 32U
#define CG_TPM_BLOB_MAX 1024U
#define CG_TPM_MSG_MAX 2048U
#define CG_TPM_PCRS 24U		/* a bit of the mask for each */

#define CG_TPM_REQUEST_FD 3
#define CG_TPM_DEVICE_FD 4
/* Of the range that the TCG left to owners; taken only while it is free or
 * ours. */
#define CG_TPM_COUNTER_INDEX 0x01ac6764U

#endif
