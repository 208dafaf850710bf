/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ntlm_av.h"

#define HEAD_LEN 4U

uint32_t cg_ntlm_av_u16(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

uint32_t cg_ntlm_av_u32(const uint8_t *at)
{
	return cg_ntlm_av_u16(at) | cg_ntlm_av_u16(at + 2) << 16;
}

void cg_ntlm_av_put_u16(struct cg_writer *w, uint32_t v)
{
	cg_writer_u8(w, (uint8_t)v);
	cg_writer_u8(w, (uint8_t)(v >> 8));
}

void cg_ntlm_av_put_u32(struct cg_writer *w, uint32_t v)
{
	cg_ntlm_av_put_u16(w, v);
	cg_ntlm_av_put_u16(w, v >> 16);
}

enum cg_status cg_ntlm_av_next(struct cg_bytes *rest, struct cg_ntlm_av *out)
{
	size_t len;

	*out = (struct cg_ntlm_av){ 0 };
	if (rest->len < HEAD_LEN) {
		return CG_E_INVALID;
	}
	len = cg_ntlm_av_u16(rest->data + 2);
	if (len > rest->len - HEAD_LEN) {
		return CG_E_INVALID;
	}
	out->id = (uint16_t)cg_ntlm_av_u16(rest->data);
	out->value = (struct cg_bytes){ rest->data + HEAD_LEN, len };
	rest->data += HEAD_LEN + len;
	rest->len -= HEAD_LEN + len;
	return CG_OK;
}

void cg_ntlm_av_put(struct cg_writer *w, enum cg_ntlm_av_id id,
		    struct cg_bytes value)
{
	w->failed |= value.len > UINT16_MAX;
	cg_ntlm_av_put_u16(w, (uint32_t)id);
	cg_ntlm_av_put_u16(w, (uint32_t)value.len);
	cg_writer_bytes(w, value.data, value.len);
}
