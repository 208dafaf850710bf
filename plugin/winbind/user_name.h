/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Users as winbind's clients write them: alice, EXAMPLE\alice with whatever
 * winbind separator, or alice@EXAMPLE.TEST. */
#ifndef CG_WINBIND_USER_NAME_H
#define CG_WINBIND_USER_NAME_H

#include <stdbool.h>

#include "idl/bytes.h"

struct cg_user_name {
	struct cg_bytes domain;		/* empty: none was given */
	struct cg_bytes user;		/* may have an @ and a realm */
};

/* False: nobody can have that name. */
bool cg_user_name_split(struct cg_bytes text, struct cg_user_name *out);
/* Is that the user, as an account is called? Case does not count. */
bool cg_user_name_is(const struct cg_user_name *name,
		     struct cg_bytes account);

#endif
