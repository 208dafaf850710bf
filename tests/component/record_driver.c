/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sealed records as the guardian has them, without a guardian:
 *   record_driver STATE_DIR FILE|TCTI read NAME
 *   record_driver STATE_DIR FILE|TCTI write NAME VALUE [NAME VALUE]...
 * FILE: the word "file", for a host key. Prints the value, or the status that
 * there is none.
 */
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "isolated-helper/launch/sealed_record.h"
#include "isolated-helper/launch/sealing.h"
#include "isolated-helper/launch/settings.h"
#include "isolated-helper/launch/state.h"
#include "isolated-helper/launch/state_seen.h"

static void set_up(char **argv, struct cg_settings *s, struct cg_state *state)
{
	char self[CG_PATH_LEN] = { 0 };

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0) {
		exit(2);
	}
	*s = (struct cg_settings){ .dev = true, .offline.count = 1 };
	(void)snprintf(s->sealing.program, sizeof(s->sealing.program),
		       "%s/../../credguard-tpm", dirname(self));
	(void)snprintf(s->sealing.tcti, sizeof(s->sealing.tcti), "%s",
		       argv[2]);
	s->sealing.protect = strcmp(argv[2], "file") == 0 ? CG_SEAL_BY_FILE
							  : CG_SEAL_BY_TPM;
	*state = (struct cg_state){
		.path = argv[1], .verifiers = -1, .seen = -1,
		.dir = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC),
	};
	if (state->dir < 0 || cg_state_seen_open(state) != CG_OK) {
		exit(2);
	}
}

static enum cg_status run(struct cg_sealing *sealing, char **argv)
{
	enum cg_status st = CG_OK;
	struct cg_bytes out;

	if (strcmp(argv[3], "read") == 0) {
		st = cg_sealed_record_read(sealing, argv[4], &out);
		if (st == CG_OK) {
			(void)printf("%.*s\n", (int)out.len,
				     (const char *)out.data);
		}
		return st;
	}
	for (char **at = argv + 4; at[0] != NULL && st == CG_OK; at += 2) {
		st = cg_sealed_record_write(sealing, at[0], (struct cg_bytes){
			(const uint8_t *)at[1], strlen(at[1]) });
		(void)printf("%s\n", st == CG_OK ? "ok" : cg_status_text(st));
		(void)fflush(stdout);
	}
	return CG_OK;
}

int main(int argc, char **argv)
{
	struct cg_sealing *sealing = calloc(1, sizeof(*sealing));
	struct cg_settings *s = malloc(sizeof(*s));
	struct cg_state state;
	enum cg_status st;

	if (argc < 5 || sealing == NULL || s == NULL) {
		return 2;
	}
	set_up(argv, s, &state);
	cg_sealing_begin(s, -1, &state, sealing);
	(void)fprintf(stderr, "ready\n");
	st = run(sealing, argv);
	if (st != CG_OK) {
		(void)puts(cg_status_text(st));
	}
	cg_sealing_end(sealing);
	return 0;
}
