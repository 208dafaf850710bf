/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See program.h. */
#include "isolated-helper/broker/program.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "isolated-helper/broker/peer.h"

#define V2 "0::"		/* the one line of version 2 */

static void read_line(pid_t pid, const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t n = 0;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, text, size - 1);
		(void)close(fd);
	}
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
}

void cg_program_read(const struct cg_peer *peer, struct cg_program *out)
{
	/* As much of the line as there is room for. */
	char line[sizeof(out->cgroup)];
	size_t len = sizeof(V2) - 1;

	*out = (struct cg_program){ 0 };
	read_line(peer->pid, "cgroup", line, sizeof(line));
	if (strncmp(line, V2, len) == 0) {
		memcpy(out->cgroup, line + len, strlen(line + len) + 1);
	}
	read_line(peer->pid, "attr/current", out->label, sizeof(out->label));
	/* Else the pid may have been somebody else's by then. */
	if (!cg_peer_is_there(peer)) {
		*out = (struct cg_program){ 0 };
	}
}

static struct cg_bytes bytes_of(const char *s)
{
	/* The cast: text is bytes. */
	return (struct cg_bytes){ (const uint8_t *)s, strlen(s) };
}

struct cg_policy_program cg_program_of(const struct cg_program *program)
{
	return (struct cg_policy_program){
		bytes_of(program->cgroup), bytes_of(program->label),
		program->cgroup[0] == '\0' && program->label[0] == '\0' };
}
