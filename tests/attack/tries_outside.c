/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control of vault_tries: the same calls by an ordinary process.
 * Without an argument it lists them ("NUMBER NAME allowed|forbidden"); with a
 * number it makes that call and prints "ok" or the error's name. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/attack/tries.h"

static int list(void)
{
	for (size_t i = 0; cg_tries[i].name != NULL; i++) {
		printf("%zu %s %s\n", i, cg_tries[i].name,
		       cg_tries[i].allowed ? "allowed" : "forbidden");
	}
	return 0;
}

int main(int argc, char *argv[])
{
	if (argc != 2) {
		return list();
	}
	errno = 0;
	if (cg_tries[strtoul(argv[1], NULL, 10)].run() == -1) {
		printf("%s\n", strerrorname_np(errno));
		return 0;
	}
	printf("ok\n");
	return 0;
}
