/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See keytab.h. Our own parser rather than libkrb5: it is small, the guardian
 * is root, and a library would bring much that nobody here needs. */
#include "isolated-helper/launch/keytab.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "idl/cursor.h"

#define MAGIC 0x0502U
#define FILE_MAX (1 << 20)
#define COMPONENTS 2U		/* host/NAME */

static struct cg_bytes counted16(struct cg_reader *r)
{
	uint16_t len = cg_reader_u16_be(r);

	return (struct cg_bytes){ cg_reader_take(r, len), len };
}

struct record {
	struct cg_bytes realm;
	struct cg_bytes parts[COMPONENTS];
	uint32_t name_type;
	uint32_t kvno;
	uint16_t enctype;
	struct cg_bytes key;
};

/* False: cut short, or another kind of name. */
static bool read_record(struct cg_reader *r, struct record *out)
{
	uint32_t wide = 0;

	*out = (struct record){ 0 };
	if (cg_reader_u16_be(r) != COMPONENTS) {
		return false;
	}
	out->realm = counted16(r);
	out->parts[0] = counted16(r);
	out->parts[1] = counted16(r);
	out->name_type = cg_reader_u32_be(r);
	(void)cg_reader_u32_be(r);	/* when it was written */
	out->kvno = cg_reader_u8(r);
	out->enctype = cg_reader_u16_be(r);
	out->key = counted16(r);
	if (!r->failed && r->len - r->pos >= sizeof(wide)) {
		wide = cg_reader_u32_be(r);
	}
	out->kvno = wide != 0 ? wide : out->kvno;
	return !r->failed;
}

static bool is_host(struct cg_bytes b)
{
	return b.len == 4 && memcmp(b.data, "host", 4) == 0;
}

/* Of AES, RFC 3962 and 8009: what the vault takes. */
static size_t key_len_of(uint16_t enctype)
{
	switch (enctype) {
	case 17:
	case 19:
		return 16;
	case 18:
	case 20:
		return 32;
	default:
		return 0;
	}
}

static bool take(const struct record *rec, struct cg_keytab_key *out)
{
	struct cg_writer w = cg_writer_of(out->server, sizeof(out->server));

	if (!is_host(rec->parts[0]) || rec->realm.len == 0 ||
	    rec->parts[1].len == 0 ||
	    rec->key.len == 0 || rec->key.len != key_len_of(rec->enctype)) {
		return false;
	}
	cg_writer_u32_be(&w, rec->name_type);
	cg_writer_u32_be(&w, COMPONENTS);
	cg_writer_counted_be(&w, rec->realm);
	cg_writer_counted_be(&w, rec->parts[0]);
	cg_writer_counted_be(&w, rec->parts[1]);
	if (cg_writer_finish(&w, &out->server_len) != CG_OK) {
		return false;
	}
	out->is_full_name = memchr(rec->parts[1].data, '.',
				   rec->parts[1].len) != NULL;
	out->kvno = rec->kvno;
	out->enctype = rec->enctype;
	out->key_len = rec->key.len;
	memcpy(out->key, rec->key.data, rec->key.len);
	return true;
}

static bool is_better(const struct cg_keytab_key *a,
		      const struct cg_keytab_key *b)
{
	if (a->kvno != b->kvno) {
		return a->kvno > b->kvno;
	}
	return a->is_full_name && !b->is_full_name;
}

static void insert(struct cg_keytab *all, const struct cg_keytab_key *key)
{
	size_t at = all->n;

	if (at == CG_KEYTAB_KEYS_MAX) {
		if (!is_better(key, &all->keys[at - 1])) {
			return;
		}
		at--;
	} else {
		all->n++;
	}
	while (at > 0 && is_better(key, &all->keys[at - 1])) {
		all->keys[at] = all->keys[at - 1];
		at--;
	}
	all->keys[at] = *key;
}

static void parse_record(struct cg_bytes bytes, struct cg_keytab *out)
{
	struct cg_reader r = cg_reader_of(bytes.data, bytes.len);
	struct cg_keytab_key key = { 0 };
	struct record rec;

	if (read_record(&r, &rec) && take(&rec, &key)) {
		insert(out, &key);
	}
	explicit_bzero(&key, sizeof(key));
}

/* A negative size is a hole; 0 is one that is being written. */
static void parse_records(struct cg_reader *r, struct cg_keytab *out)
{
	while (!r->failed && r->pos < r->len) {
		int32_t size = (int32_t)cg_reader_u32_be(r);
		bool is_hole = size < 0;
		struct cg_bytes bytes = { 0 };

		if (size == 0 || size == INT32_MIN) {
			return;
		}
		bytes.len = (size_t)(is_hole ? -size : size);
		bytes.data = cg_reader_take(r, bytes.len);
		if (!r->failed && !is_hole) {
			parse_record(bytes, out);
		}
	}
}

enum cg_status cg_keytab_parse(struct cg_bytes file, struct cg_keytab **out)
{
	struct cg_reader r = cg_reader_of(file.data, file.len);

	*out = NULL;
	if (cg_reader_u16_be(&r) != MAGIC || r.failed) {
		return CG_E_INVALID;
	}
	*out = calloc(1, sizeof(**out));
	if (*out == NULL) {
		return CG_E_NO_MEMORY;
	}
	parse_records(&r, *out);
	if (r.failed) {
		cg_keytab_forget(out);
		return CG_E_INVALID;
	}
	return CG_OK;
}

static enum cg_status check_file(int fd, size_t *len)
{
	struct stat sb;

	*len = 0;
	if (fstat(fd, &sb) != 0) {
		return CG_E_SYSTEM;
	}
	if (!S_ISREG(sb.st_mode) || sb.st_size > FILE_MAX) {
		return CG_E_INVALID;
	}
	if (sb.st_uid != 0 || (sb.st_mode & (S_IWGRP | S_IRWXO)) != 0) {
		return CG_E_DENIED;
	}
	*len = (size_t)sb.st_size;
	return CG_OK;
}

static enum cg_status read_file(int fd, size_t len, struct cg_keytab **out)
{
	uint8_t *file = calloc(1, len + 1);
	enum cg_status st = CG_E_SYSTEM;
	ssize_t n;

	if (file == NULL) {
		return CG_E_NO_MEMORY;
	}
	n = pread(fd, file, len, 0);
	if (n >= 0) {
		st = cg_keytab_parse((struct cg_bytes){ file, (size_t)n },
				     out);
	}
	explicit_bzero(file, len);
	free(file);
	return st;
}

enum cg_status cg_keytab_read(const char *path, struct cg_keytab **out)
{
	enum cg_status st;
	size_t len;
	int fd;

	*out = NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		return errno == ENOENT || errno == ENOTDIR ? CG_E_NOT_FOUND
							   : CG_E_SYSTEM;
	}
	st = check_file(fd, &len);
	if (st == CG_OK) {
		st = read_file(fd, len, out);
	}
	(void)close(fd);
	return st;
}

void cg_keytab_forget(struct cg_keytab **keytab)
{
	if (*keytab == NULL) {
		return;
	}
	explicit_bzero(*keytab, sizeof(**keytab));
	free(*keytab);
	*keytab = NULL;
}
