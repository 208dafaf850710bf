/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connecting: look before touching, then say hello. */
#include "plugin/client/client.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "idl/cg_idl.h"
#include "idl/limits.h"
#include "idl/sealing.h"
#include "plugin/client/calls.h"
#include "plugin/client/channel.h"
#include "plugin/client/client_state.h"
#include "plugin/client/req.h"
#include "plugin/client/trusted_dir.h"

struct cg_client_connect_state {
	struct tevent_context *ev;
	struct cg_client *client;
	struct cg_client_error error;
};

static void got_channel(struct tevent_req *subreq);
static void got_hello(struct tevent_req *subreq);

/* path has room for CG_CLIENT_PATH_MAX bytes. */
static enum cg_status path_in(const struct cg_client *client, const char *name,
			      char *path, struct cg_client_error *err)
{
	int n = snprintf(path, CG_CLIENT_PATH_MAX, "%s/%s",
			 client->runtime_dir, name);

	if (n < 0 || n >= (int)CG_CLIENT_PATH_MAX) {
		return cg_client_error_set(err, CG_STAGE_LOCAL, CG_E_LIMIT,
					   client->runtime_dir,
					   "is too long a path");
	}
	return CG_OK;
}

static enum cg_status take_options(struct cg_client *client,
				   const struct cg_client_options *options,
				   struct cg_client_error *err)
{
	static const struct cg_client_options none = { 0 };
	const struct cg_client_options *o = options == NULL ? &none : options;
	const char *dir = o->runtime_dir;

	client->timeout_ms = CG_CLIENT_TIMEOUT_MS;
	client->kdc_timeout_ms = CG_CLIENT_KDC_TIMEOUT_MS;
	if (o->timeout_ms != 0) {
		client->timeout_ms = o->timeout_ms;
	}
	if (o->kdc_timeout_ms != 0) {
		client->kdc_timeout_ms = o->kdc_timeout_ms;
	}
	if (dir == NULL) {
		dir = CG_RUNTIME_DIR;
	}
	if (strlen(dir) >= sizeof(client->runtime_dir)) {
		return cg_client_error_set(err, CG_STAGE_LOCAL, CG_E_LIMIT,
					   dir, "is too long a path");
	}
	memcpy(client->runtime_dir, dir, strlen(dir) + 1);
	return CG_OK;
}

/* A directory that is not there: people know the socket. */
static void name_socket(struct cg_client_error *err, const char *path)
{
	if (err->stage == CG_STAGE_CONNECT) {
		memcpy(err->path, path, strlen(path) + 1);
	}
}

/* err is not NULL here. */
static enum cg_status find_socket(const struct cg_client *client, char *path,
				  struct cg_client_error *err)
{
	enum cg_status st;
	int fd;

	st = path_in(client, "client.sock", path, err);
	if (st != CG_OK) {
		return st;
	}
	st = cg_trusted_dir_open(client->runtime_dir, &fd, err);
	if (st != CG_OK) {
		name_socket(err, path);
		return st;
	}
	st = cg_trusted_dir_socket(fd, path, err);
	(void)close(fd);
	return st;
}

static enum cg_status prepare(struct cg_client_connect_state *state,
			      const struct cg_client_options *options,
			      char *path)
{
	enum cg_status st;

	state->client = talloc_zero(state, struct cg_client);
	if (state->client == NULL) {
		return cg_client_error_set(&state->error, CG_STAGE_LOCAL,
					   CG_E_NO_MEMORY, NULL, NULL);
	}
	st = take_options(state->client, options, &state->error);
	if (st != CG_OK) {
		return st;
	}
	return find_socket(state->client, path, &state->error);
}

struct tevent_req *cg_client_connect_send(
	TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	const struct cg_client_options *options)
{
	struct cg_client_connect_state *state;
	struct tevent_req *req;
	struct tevent_req *subreq;
	char path[CG_CLIENT_PATH_MAX];

	req = tevent_req_create(mem_ctx, &state,
				struct cg_client_connect_state);
	if (req == NULL) {
		return NULL;
	}
	state->ev = ev;
	if (cg_req_failed(req, prepare(state, options, path))) {
		return tevent_req_post(req, ev);
	}
	subreq = cg_channel_open_send(state, ev, path,
				      state->client->timeout_ms);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, ev);
	}
	tevent_req_set_callback(subreq, got_channel, req);
	return req;
}

static void got_channel(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct cg_client_connect_state *state = tevent_req_data(
		req, struct cg_client_connect_state);
	const struct cg_client_hello_in hello = {
		.version = CG_WIRE_VERSION,
	};
	enum cg_status st;

	st = cg_channel_open_recv(subreq, state->client,
				  &state->client->channel, &state->error);
	TALLOC_FREE(subreq);
	if (cg_req_failed(req, st)) {
		return;
	}
	subreq = cg_call_client_hello_send(state, state->ev, state->client,
					   &hello);
	if (tevent_req_nomem(subreq, req)) {
		return;
	}
	tevent_req_set_callback(subreq, got_hello, req);
}

static void got_hello(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct cg_client_connect_state *state = tevent_req_data(
		req, struct cg_client_connect_state);
	struct cg_client_hello_out hello;
	enum cg_status st;

	st = cg_call_client_hello_recv(subreq, state, &hello, &state->error);
	TALLOC_FREE(subreq);
	/* The only reason to refuse a greeting is its version. */
	if (state->error.stage == CG_STAGE_REPLY ||
	    (st == CG_OK && hello.version != CG_WIRE_VERSION)) {
		st = cg_client_error_set(
			&state->error, CG_STAGE_CALL, CG_E_PROTO,
			cg_channel_path(state->client->channel),
			"speaks another version");
	}
	if (cg_req_failed(req, st)) {
		return;
	}
	tevent_req_done(req);
}

enum cg_status cg_client_connect_recv(struct tevent_req *req,
				      TALLOC_CTX *mem_ctx,
				      struct cg_client **out,
				      struct cg_client_error *err)
{
	struct cg_client_connect_state *state = tevent_req_data(
		req, struct cg_client_connect_state);
	enum cg_status st = cg_req_status(req);

	*out = NULL;
	if (st != CG_OK) {
		if (state->error.st == CG_OK) {
			state->error.st = st;
		}
		if (err != NULL) {
			*err = state->error;
		}
		tevent_req_received(req);
		return st;
	}
	*out = talloc_move(mem_ctx, &state->client);
	tevent_req_received(req);
	return CG_OK;
}

enum cg_status cg_client_vault_key(const struct cg_client *client,
				   uint8_t *out, struct cg_client_error *err)
{
	char path[CG_CLIENT_PATH_MAX];
	enum cg_status st;
	int fd;

	st = path_in(client, "vault.pub", path, err);
	if (st != CG_OK) {
		return st;
	}
	st = cg_trusted_dir_open(client->runtime_dir, &fd, err);
	if (st != CG_OK) {
		return st;
	}
	st = cg_trusted_dir_vault_key(fd, path, out, err);
	(void)close(fd);
	return st;
}
