/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Datagrams by libndr. */
#include "tests/component/idl_samba.h"

#include "tests/component/idl_samba_calls.h"

struct cg_bytes cg_samba_push(TALLOC_CTX *mem_ctx, size_t i,
			      const struct value *header,
			      const struct value *body)
{
	struct ndr_push *ndr = ndr_push_init_ctx(mem_ctx);
	DATA_BLOB blob = { 0 };

	if (ndr == NULL || cg_samba_calls[0].push(ndr, header) != 0) {
		return (struct cg_bytes){ 0 };
	}
	if (i != 0 && cg_samba_calls[i].push(ndr, body) != 0) {
		return (struct cg_bytes){ 0 };
	}
	blob = ndr_push_blob(ndr);
	return (struct cg_bytes){ blob.data, blob.length };
}

static enum samba_result result_of(int code)
{
	switch (code) {
	case NDR_ERR_SUCCESS:
		return SAMBA_OK;
	case NDR_ERR_RANGE:
		return SAMBA_RANGE;
	case NDR_ERR_BUFSIZE:
		return SAMBA_SHORT;
	default:
		return SAMBA_OTHER;
	}
}

enum samba_result cg_samba_pull(TALLOC_CTX *mem_ctx, size_t i,
				struct cg_bytes in, struct value *header,
				struct value *body)
{
	DATA_BLOB blob = { (uint8_t *)(uintptr_t)in.data, in.len };
	struct ndr_pull *ndr = ndr_pull_init_blob(&blob, mem_ctx);
	int code = 0;

	if (ndr == NULL) {
		return SAMBA_OTHER;
	}
	code = cg_samba_calls[0].pull(ndr, header);
	if (code == 0 && i != 0) {
		code = cg_samba_calls[i].pull(ndr, body);
	}
	if (code == 0 && ndr->offset != ndr->data_size) {
		return SAMBA_LEFT_OVER;
	}
	return result_of(code);
}

static const char *op_name(const struct ndr_interface_table *table, size_t op)
{
	return op < table->num_calls ? table->calls[op].name : NULL;
}

const char *cg_samba_vault_op(size_t op)
{
	return op_name(&ndr_table_credguard_vault, op);
}

const char *cg_samba_client_op(size_t op)
{
	return op_name(&ndr_table_credguard_client, op);
}
