/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See program.h. */
#include "isolated-helper/broker/program.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "isolated-helper/broker/peer.h"

#define V2 "\n0::"		/* version 2's line; others are before it */

void cg_program_file(pid_t pid, const char *name, char *text, size_t size)
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
}

static void end_line(char *text)
{
	text[strcspn(text, "\n")] = '\0';
}

void cg_program_cgroup(pid_t pid, char *out, size_t size)
{
	char lines[3072] = "\n";
	char *path;

	cg_program_file(pid, "cgroup", lines + 1, sizeof(lines) - 1);
	path = strstr(lines, V2);
	if (path == NULL) {
		out[0] = '\0';
		return;
	}
	path += sizeof(V2) - 1;
	end_line(path);
	/* The cast: sizes of such buffers are ints. */
	(void)snprintf(out, size, "%.*s", (int)size - 1, path);
}

void cg_program_read(const struct cg_peer *peer, struct cg_program *out)
{
	*out = (struct cg_program){ 0 };
	cg_program_cgroup(peer->pid, out->cgroup, sizeof(out->cgroup));
	cg_program_file(peer->pid, "attr/current", out->label,
			sizeof(out->label));
	end_line(out->label);
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
