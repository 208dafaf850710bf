/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See order.h. */
#include "isolated-helper/launch/order.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cg_order_add(struct cg_order *order, const char *format, ...)
{
	size_t room = sizeof(order->text) - order->len;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(order->text + order->len, room, format, args);
	va_end(args);
	/* The cast: n is not negative where it is looked at. */
	if (n < 0 || (size_t)n >= room ||
	    order->n_words + 2 > CG_ORDER_WORDS) {
		order->is_full = true;
		return;
	}
	order->len += (size_t)n + 1;
	order->n_words++;
}

void cg_order_end_arguments(struct cg_order *order)
{
	const char *krb5_config = getenv("KRB5_CONFIG");

	cg_order_add(order, "%s", "");
	cg_order_add(order, "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
	if (krb5_config != NULL) {
		cg_order_add(order, "KRB5_CONFIG=%s", krb5_config);
	}
}

void cg_order_split(struct cg_order *order, char **argv, char **envp)
{
	char *end = order->text + order->len;
	char **out = argv;

	argv[0] = NULL;
	envp[0] = NULL;
	for (char *word = order->text; word < end;
	     word += strlen(word) + 1) {
		if (word[0] == '\0') {
			out = envp;
			continue;
		}
		*out++ = word;
		*out = NULL;
	}
}
