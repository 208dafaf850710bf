/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jansson does the escaping. */
#include "plugin/client/ctl_json.h"

#include <stdio.h>

#include "plugin/client/ctl.h"
#include "plugin/client/ctl_terminal.h"

int cg_ctl_json_print(json_t *value)
{
	int result = -1;

	if (value != NULL) {
		result = json_dumpf(value, stdout, JSON_INDENT(2));
		json_decref(value);
	}
	if (result != 0) {
		cg_ctl_complain("cannot write the JSON output");
		return CG_EXIT_FAILURE;
	}
	(void)fputc('\n', stdout);
	return CG_EXIT_OK;
}

json_t *cg_ctl_json_number(uint64_t n)
{
	/* JSON numbers of jansson are signed. */
	return json_integer(n > INT64_MAX ? INT64_MAX : (json_int_t)n);
}

json_t *cg_ctl_json_time(uint64_t when)
{
	return when == 0 ? json_null() : cg_ctl_json_number(when);
}
