/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ASN.1 coders that libkrb5 exports (lib/krb5/libkrb5.exports, version
 * krb5_3_MIT) without declaring them in a public header; the structs are
 * public. Used because krb5_tkt_creds_step() puts the requested name in
 * place of the decrypted one, by which this vault must class a ticket, and
 * because libkrb5 renews a TGT only over its own network code. The results
 * of encode_* are freed with krb5_free_data().
 */
#ifndef CG_VAULT_KRB5_CODERS_H
#define CG_VAULT_KRB5_CODERS_H

#include <krb5.h>

krb5_error_code encode_krb5_kdc_req_body(const krb5_kdc_req *in,
					 krb5_data **out);
krb5_error_code encode_krb5_tgs_req(const krb5_kdc_req *in, krb5_data **out);
krb5_error_code encode_krb5_authenticator(const krb5_authenticator *in,
					  krb5_data **out);
krb5_error_code encode_krb5_ap_req(const krb5_ap_req *in, krb5_data **out);
krb5_error_code encode_krb5_ticket(const krb5_ticket *in, krb5_data **out);
krb5_error_code decode_krb5_tgs_rep(const krb5_data *in, krb5_kdc_rep **out);
krb5_error_code decode_krb5_enc_kdc_rep_part(const krb5_data *in,
					     krb5_enc_kdc_rep_part **out);
/* Into ticket->enc_part2, which krb5_free_ticket() wipes. */
krb5_error_code krb5_decrypt_tkt_part(krb5_context ctx,
				      const krb5_keyblock *key,
				      krb5_ticket *ticket);
krb5_error_code decode_krb5_as_rep(const krb5_data *in, krb5_kdc_rep **out);
krb5_error_code decode_krb5_error(const krb5_data *in, krb5_error **out);
krb5_error_code decode_krb5_padata_sequence(const krb5_data *in,
					    krb5_pa_data ***out);
krb5_error_code decode_krb5_typed_data(const krb5_data *in,
				       krb5_pa_data ***out);

/* libkrb5's own struct (RFC 4120 5.2.7.5), in no public header either. */
typedef struct {
	krb5_magic magic;
	krb5_enctype etype;
	unsigned int length;
	krb5_octet *salt;
	krb5_data s2kparams;
} krb5_etype_info_entry;

krb5_error_code decode_krb5_etype_info2(const krb5_data *in,
					krb5_etype_info_entry ***out);
void krb5_free_etype_info(krb5_context ctx, krb5_etype_info_entry **list);
void krb5_free_pa_data(krb5_context ctx, krb5_pa_data **list);
/* Also frees and wipes the decrypted part. */
void krb5_free_kdc_rep(krb5_context ctx, krb5_kdc_rep *rep);

#endif
