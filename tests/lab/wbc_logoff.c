/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wbc_logoff USER UID: what pam_winbind asks at the end of a session. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <wbclient.h>

int main(int argc, char **argv)
{
	struct wbcLogoffUserParams params = { 0 };
	struct wbcAuthErrorInfo *error = NULL;
	uint32_t flags = 0;
	uid_t uid;
	wbcErr err;

	if (argc != 3) {
		return 2;
	}
	uid = (uid_t)strtoul(argv[2], NULL, 10);
	params.username = argv[1];
	err = wbcAddNamedBlob(&params.num_blobs, &params.blobs, "user_uid", 0,
			      (uint8_t *)&uid, sizeof(uid));
	if (WBC_ERROR_IS_OK(err)) {
		err = wbcAddNamedBlob(&params.num_blobs, &params.blobs,
				      "flags", 0, (uint8_t *)&flags,
				      sizeof(flags));
	}
	if (WBC_ERROR_IS_OK(err)) {
		err = wbcLogoffUserEx(&params, &error);
	}
	(void)printf("%s %s\n", wbcErrorString(err),
		     error != NULL ? error->nt_string : "");
	return WBC_ERROR_IS_OK(err) ? 0 : 1;
}
