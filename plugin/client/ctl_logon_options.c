/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading them, and their help. */
#include "plugin/client/ctl_logon_options.h"

#include "plugin/client/ctl.h"
#include "plugin/client/ctl_options.h"

static const struct option long_options[] = {
	{ "cache", required_argument, NULL, 'c' },
	{ "enterprise", no_argument, NULL, 'E' },
	{ "lifetime", required_argument, NULL, 'l' },
	{ "renewable", required_argument, NULL, 'r' },
	{ "password-fd", required_argument, NULL, 'p' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const struct cg_ctl_options options = {
	.short_options = ":c:El:r:h",
	.long_options = long_options,
	.help = "Usage: credguardctl logon [OPTIONS] [PRINCIPAL]\n"
		"\n"
		"Signs in with a password. The TGT goes into the vault and\n"
		"stays there; your programs get service tickets. Without\n"
		"PRINCIPAL it is your login name in the default realm.\n"
		"\n"
		"  -E, --enterprise       PRINCIPAL is a user principal name\n"
		"                         (alice@example.test)\n"
		"  -l, --lifetime D       how long the TGT shall be valid\n"
		"  -r, --renewable D      how long it may be renewed\n"
		"  -c, --cache NAME       another cache than the default\n"
		"  --password-fd N        read the password from this file\n"
		"                         descriptor, to the line's end\n"
		"\n"
		"D is a duration: 10h, 7d, 1h30m. The KDC may give less.\n",
	.max_operands = 1,
};

static enum cg_status take(int c, struct cg_ctl_logon_options *out)
{
	switch (c) {
	case 'c':
		out->cache = optarg;
		return CG_OK;
	case 'E':
		out->enterprise = true;
		return CG_OK;
	case 'l':
		return cg_ctl_options_duration("lifetime", &out->lifetime_s);
	case 'r':
		return cg_ctl_options_duration("renewable", &out->renewable_s);
	case 'p':
		return cg_ctl_options_number("password-fd", &out->password_fd);
	default:
		return CG_E_INVALID;
	}
}

bool cg_ctl_logon_options_read(int argc, char **argv,
			       struct cg_ctl_logon_options *out,
			       int *out_exit)
{
	int c;

	*out = (struct cg_ctl_logon_options){ .password_fd = -1 };
	while ((c = cg_ctl_options_next(&options, argc, argv,
					out_exit)) != -1) {
		if (c == CG_OPTIONS_STOP) {
			return false;
		}
		if (take(c, out) != CG_OK) {
			*out_exit = CG_EXIT_USAGE;
			return false;
		}
	}
	out->principal = argv[optind];
	return true;
}
