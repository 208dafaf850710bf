/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ntlm_message.h"

#include "idl/cg_idl.h"
#include "isolated-helper/vault/ntlm_av.h"
#include "isolated-helper/vault/store.h"

#define SIGNATURE_LEN 8U
#define TYPE_AT 8U
#define NEGOTIATE_FLAGS_AT 12U
#define NEGOTIATE_LEN 32U	/* up to the optional version */
#define TARGET_NAME_AT 12U
#define CHALLENGE_FLAGS_AT 20U
#define SERVER_CHALLENGE_AT 24U
#define TARGET_INFO_AT 40U
#define CHALLENGE_LEN 48U
#define VERSION_LEN 8U
#define TIMESTAMP_LEN 8U

enum { NEGOTIATE = 1, CHALLENGE = 2 };

/* An array somewhere in the message; *end grows with it. */
static enum cg_status field_at(struct cg_bytes m, size_t at, size_t *end,
			       struct cg_bytes *out)
{
	size_t len = cg_ntlm_av_u16(m.data + at);
	size_t offset = cg_ntlm_av_u32(m.data + at + 4);

	*out = (struct cg_bytes){ 0 };
	if (len == 0) {
		return CG_OK;	/* the offset means nothing then */
	}
	if (offset > m.len || len > m.len - offset) {
		return CG_E_INVALID;
	}
	if (offset + len > *end) {
		*end = offset + len;
	}
	*out = (struct cg_bytes){ m.data + offset, len };
	return CG_OK;
}

static bool is_message(struct cg_bytes m, uint32_t type, size_t min)
{
	static const uint8_t signature[SIGNATURE_LEN] = "NTLMSSP";

	return m.len >= min && m.len <= CG_NTLM_MSG_MAX &&
	       cg_bytes_equal((struct cg_bytes){ m.data, SIGNATURE_LEN },
			      (struct cg_bytes){ signature,
						 SIGNATURE_LEN }) &&
	       cg_ntlm_av_u32(m.data + TYPE_AT) == type;
}

static bool has_all(uint32_t flags, uint32_t wanted)
{
	return (flags & wanted) == wanted;
}

enum cg_status cg_ntlm_message_negotiate(struct cg_bytes message,
					 struct cg_ntlm_negotiate *out)
{
	struct cg_bytes name;
	size_t end = NEGOTIATE_LEN;
	uint32_t flags;

	*out = (struct cg_ntlm_negotiate){ 0 };
	if (!is_message(message, NEGOTIATE, NEGOTIATE_LEN)) {
		return CG_E_INVALID;
	}
	flags = cg_ntlm_av_u32(message.data + NEGOTIATE_FLAGS_AT);
	end += (flags & CG_NTLM_VERSION) != 0 ? VERSION_LEN : 0;
	if (end > message.len ||
	    field_at(message, NEGOTIATE_FLAGS_AT + 4, &end, &name) != CG_OK ||
	    field_at(message, NEGOTIATE_FLAGS_AT + 12, &end, &name) != CG_OK ||
	    end != message.len) {
		return CG_E_INVALID;
	}
	if (!has_all(flags, CG_NTLM_UNICODE | CG_NTLM_NTLM |
			    CG_NTLM_EXTENDED_SECURITY) ||
	    (flags & CG_NTLM_DATAGRAM) != 0) {
		return CG_E_DENIED;
	}
	out->flags = flags;
	return CG_OK;
}

/* The member that a pair fills; NULL: copied as it is, and not looked at. */
static struct cg_bytes *place_of(struct cg_ntlm_challenge *c, uint16_t id)
{
	switch (id) {
	case CG_AV_NB_COMPUTER:
		return &c->nb_computer;
	case CG_AV_NB_DOMAIN:
		return &c->nb_domain;
	case CG_AV_DNS_COMPUTER:
		return &c->dns_computer;
	case CG_AV_TIMESTAMP:
		return &c->timestamp;
	default:
		return NULL;
	}
}

/* What only a client puts in. */
static bool is_clients(uint16_t id)
{
	return id == CG_AV_SINGLE_HOST || id == CG_AV_TARGET_NAME ||
	       id == CG_AV_CHANNEL_BINDINGS;
}

static enum cg_status take_pair(struct cg_ntlm_challenge *c,
				const struct cg_ntlm_av *av)
{
	struct cg_bytes *place = place_of(c, av->id);

	if (is_clients(av->id)) {
		return CG_E_DENIED;
	}
	if (av->id == CG_AV_FLAGS) {
		if (av->value.len != sizeof(c->av_flags)) {
			return CG_E_INVALID;
		}
		c->av_flags |= cg_ntlm_av_u32(av->value.data);
		return CG_OK;
	}
	if (place == NULL) {
		return CG_OK;
	}
	if (place->data != NULL || (av->id == CG_AV_TIMESTAMP &&
				    av->value.len != TIMESTAMP_LEN) ||
	    av->value.len % 2 != 0) {
		return CG_E_INVALID;	/* twice, or not what it is called */
	}
	*place = av->value;
	return CG_OK;
}

/* Ends with its end mark, and with nothing behind that. */
static enum cg_status take_pairs(struct cg_ntlm_challenge *c)
{
	struct cg_bytes rest = c->target_info;
	struct cg_ntlm_av av;
	enum cg_status st;

	for (;;) {
		st = cg_ntlm_av_next(&rest, &av);
		if (st != CG_OK) {
			return st;
		}
		if (av.id == CG_AV_EOL) {
			break;
		}
		st = take_pair(c, &av);
		if (st != CG_OK) {
			return st;
		}
	}
	return av.value.len == 0 && rest.len == 0 ? CG_OK : CG_E_INVALID;
}

/* Both names are a must in 2.2.2.1, the time of every server since Windows
 * Vista; a client that sees none would leave out the MIC. */
static bool is_stripped(const struct cg_ntlm_challenge *c)
{
	return c->nb_computer.len == 0 || c->nb_domain.len == 0 ||
	       c->timestamp.len == 0;
}

static enum cg_status read_fields(struct cg_bytes m,
				  struct cg_ntlm_challenge *c)
{
	struct cg_bytes name;
	size_t end = CHALLENGE_LEN;

	end += (c->flags & CG_NTLM_VERSION) != 0 ? VERSION_LEN : 0;
	if (end > m.len ||
	    field_at(m, TARGET_NAME_AT, &end, &name) != CG_OK ||
	    field_at(m, TARGET_INFO_AT, &end, &c->target_info) != CG_OK ||
	    end != m.len) {
		return CG_E_INVALID;
	}
	return c->target_info.len == 0 ? CG_E_DENIED : CG_OK;
}

enum cg_status cg_ntlm_message_challenge(struct cg_bytes message,
					 struct cg_ntlm_challenge *out)
{
	struct cg_ntlm_challenge c = { 0 };
	enum cg_status st;

	*out = c;
	if (!is_message(message, CHALLENGE, CHALLENGE_LEN)) {
		return CG_E_INVALID;
	}
	c.flags = cg_ntlm_av_u32(message.data + CHALLENGE_FLAGS_AT);
	c.server_challenge = message.data + SERVER_CHALLENGE_AT;
	if (!has_all(c.flags, CG_NTLM_UNICODE | CG_NTLM_NTLM |
			      CG_NTLM_EXTENDED_SECURITY |
			      CG_NTLM_TARGET_INFO) ||
	    (c.flags & (CG_NTLM_LM_KEY | CG_NTLM_DATAGRAM)) != 0) {
		return CG_E_DENIED;
	}
	st = read_fields(message, &c);
	if (st == CG_OK) {
		st = take_pairs(&c);
	}
	if (st == CG_OK && is_stripped(&c)) {
		st = CG_E_DENIED;
	}
	if (st == CG_OK) {
		*out = c;
	}
	return st;
}
