/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One private mapping holds the password and its length. */
#include "plugin/client/password.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "idl/limits.h"
#include "plugin/client/wipe.h"

struct cg_password {
	size_t len;
	/* One more than allowed, so that too much can be seen. */
	uint8_t data[CG_PASSWORD_MAX + 1];
};

static enum cg_status lock(struct cg_password *password)
{
	if (mlock2(password, sizeof(*password), 0) != 0 ||
	    madvise(password, sizeof(*password), MADV_DONTDUMP) != 0 ||
	    madvise(password, sizeof(*password), MADV_DONTFORK) != 0) {
		return CG_E_SYSTEM;
	}
	return CG_OK;
}

enum cg_status cg_password_open(struct cg_password **out)
{
	struct cg_password *password;
	int code;

	*out = NULL;
	password = mmap(NULL, sizeof(*password), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (password == MAP_FAILED) {
		return CG_E_SYSTEM;
	}
	if (lock(password) != CG_OK) {
		code = errno;
		(void)munmap(password, sizeof(*password));
		errno = code;
		return CG_E_SYSTEM;
	}
	*out = password;
	return CG_OK;
}

void cg_password_clear(struct cg_password *password)
{
	cg_wipe(password, sizeof(*password));
}

void cg_password_forget(struct cg_password **password)
{
	if (*password == NULL) {
		return;
	}
	cg_password_clear(*password);
	(void)munmap(*password, sizeof(**password));
	*password = NULL;
}

static enum cg_status check_new_byte(const struct cg_password *password)
{
	if (password->data[password->len] == '\0') {
		return CG_E_INVALID;
	}
	if (password->len == CG_PASSWORD_MAX) {
		return CG_E_LIMIT;
	}
	return CG_OK;
}

enum cg_status cg_password_append(struct cg_password *password,
				  struct cg_secret_bytes more)
{
	enum cg_status st;

	for (size_t i = 0; i < more.len; i++) {
		password->data[password->len] = more.data[i];
		st = check_new_byte(password);
		if (st != CG_OK) {
			cg_password_clear(password);
			return st;
		}
		password->len++;
	}
	return CG_OK;
}

static ssize_t read_one(int fd, uint8_t *out)
{
	ssize_t n;

	do {
		n = read(fd, out, 1);
	} while (n < 0 && errno == EINTR);
	return n;
}

enum cg_status cg_password_read_byte(struct cg_password *password, int fd,
				     bool *out_line_done)
{
	uint8_t *next = &password->data[password->len];
	enum cg_status st;
	ssize_t n;

	*out_line_done = false;
	n = read_one(fd, next);
	if (n < 0) {
		return CG_E_SYSTEM;
	}
	if (n == 0 || *next == '\n') {
		*next = 0;
		*out_line_done = true;
		return CG_OK;
	}
	st = check_new_byte(password);
	if (st != CG_OK) {
		cg_password_clear(password);
		return st;
	}
	password->len++;
	return CG_OK;
}

enum cg_status cg_password_read_line(struct cg_password *password, int fd)
{
	bool done = false;
	enum cg_status st;

	while (!done) {
		st = cg_password_read_byte(password, fd, &done);
		if (st != CG_OK) {
			return st;
		}
	}
	return password->len == 0 ? CG_E_NOT_FOUND : CG_OK;
}

struct cg_secret_bytes cg_password_bytes(const struct cg_password *password)
{
	return (struct cg_secret_bytes){ password->data, password->len };
}

bool cg_password_is_same(const struct cg_password *a,
			 const struct cg_password *b)
{
	struct cg_secret_bytes x = cg_password_bytes(a);
	struct cg_secret_bytes y = cg_password_bytes(b);
	uint8_t differ = x.len == y.len ? 0 : 1;

	for (size_t i = 0; i < x.len && i < y.len; i++) {
		differ |= (uint8_t)(x.data[i] ^ y.data[i]);
	}
	return differ == 0;
}
