/* SPDX-License-Identifier: GPL-3.0-or-later */
/* As a Samba program does it: the module's own libraries first, then GENSEC
 * loads what lies in its folder; after that the mechanism must be there. */
#include "plugin/client/ctl_samba.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdint.h>
#include <unistd.h>

#define MECHANISM "credguard_spnego"

typedef uint32_t (*init_fn)(void);			/* NTSTATUS */
typedef const void *(*by_name_fn)(void *context, const char *name);

union symbol {
	void *object;
	init_fn init;
	by_name_fn by_name;
};

__attribute__((noreturn))
static void give_up(const char *text)
{
	(void)printf("%s\n", text == NULL ? "?" : text);
	(void)fflush(stdout);
	_exit(1);
}

__attribute__((noreturn)) void cg_ctl_samba_probe(const char *path)
{
	void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	union symbol init = { 0 };
	union symbol by_name = { 0 };

	if (module == NULL) {
		give_up(dlerror());
	}
	init.object = dlsym(module, "gensec_init");
	by_name.object = dlsym(module, "gensec_security_by_name");
	if (init.object == NULL || by_name.object == NULL) {
		give_up("no GENSEC in this Samba");
	}
	if (init.init() != 0 || by_name.by_name(NULL, MECHANISM) == NULL) {
		(void)fflush(NULL);
		_exit(1);
	}
	_exit(0);
}
