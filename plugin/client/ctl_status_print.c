/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state for people: what it means first, the details below. */
#include "plugin/client/ctl_status_text.h"

#include <inttypes.h>
#include <string.h>
#include <talloc.h>

#include "idl/cg_idl.h"
#include "plugin/client/ctl_lock.h"
#include "plugin/client/ctl_offline.h"
#include "plugin/client/ctl_protection.h"
#include "plugin/client/ctl_samba.h"
#include "plugin/client/ctl_terminal.h"
#include "plugin/client/ctl_time.h"
#include "plugin/client/duration.h"

#define WIDTH_OF_FILES 80U	/* paragraphs stay readable in a log, too */
#define NAME_COLUMN 22		/* where the values begin */
#define MIB (1024.0 * 1024.0)

struct output {
	TALLOC_CTX *mem_ctx;
	FILE *file;
	size_t width;
};

static const char *or_unknown(const char *text)
{
	return text == NULL ? "?" : text;
}

static void print_line(const struct output *out, const char *name,
		       const char *text, enum cg_ctl_tint tint)
{
	char *lines = cg_ctl_wrapped(out->mem_ctx, text, NAME_COLUMN,
				     out->width);

	(void)fprintf(out->file, "  %-*s%s%s%s\n", NAME_COLUMN - 2, name,
		      cg_ctl_tint_on(out->file, tint), or_unknown(lines),
		      cg_ctl_tint_off(out->file, tint));
}

static void print_title(const struct output *out, const char *title)
{
	(void)fprintf(out->file, "\n%s%s%s\n",
		      cg_ctl_tint_on(out->file, CG_TINT_BOLD), title,
		      cg_ctl_tint_off(out->file, CG_TINT_BOLD));
}

static void print_running(const struct output *out, uint64_t started,
			  uint64_t now)
{
	uint64_t uptime_s = now > started ? now - started : 0;

	(void)fprintf(out->file, "credguard is running since %s (%s)\n",
		      or_unknown(cg_ctl_time_text(out->mem_ctx, started, now)),
		      or_unknown(cg_duration_text(out->mem_ctx, uptime_s)));
}

static void print_level(const struct output *out,
			const struct cg_ctl_protection *p)
{
	static const enum cg_ctl_tint tints[] = {
		CG_TINT_BAD, CG_TINT_WARN, CG_TINT_GOOD,
	};
	unsigned int level = cg_ctl_protection_level(p);

	(void)fprintf(out->file, "\n%sProtection level %u of 4%s\n",
		      cg_ctl_tint_on(out->file, tints[level]), level,
		      cg_ctl_tint_off(out->file, tints[level]));
	print_line(out, "protected from", cg_ctl_protection_holds(level),
		   CG_TINT_NONE);
	print_line(out, "not protected from", cg_ctl_protection_lacks(level),
		   CG_TINT_NONE);
}

static const char *state_text(const struct output *out,
			      const struct cg_ctl_protection_row *row)
{
	if (row->is_on) {
		return "yes";
	}
	return or_unknown(talloc_asprintf(out->mem_ctx, "no: %s",
					  row->fallback));
}

static void print_protections(const struct output *out,
			      const struct cg_ctl_protection *p)
{
	print_title(out, "What this kernel gives the vault");
	for (size_t i = 0; i < cg_ctl_protection_n_rows(); i++) {
		struct cg_ctl_protection_row row = cg_ctl_protection_row(p, i);

		print_line(out, row.name, state_text(out, &row),
			   row.is_on ? CG_TINT_NONE : CG_TINT_WARN);
	}
}

static void print_policy(const struct output *out,
			 const struct cg_client_status_out *status)
{
	struct cg_ctl_lock lock = cg_ctl_lock_told(status->policy_lock);

	print_title(out, "Policy");
	print_line(out, "locked", lock.text,
		   lock.is_weak ? CG_TINT_WARN : CG_TINT_NONE);
}

static void print_offline(const struct output *out,
			  const struct cg_client_status_out *status)
{
	print_title(out, "Offline logon");
	for (size_t i = 0; i < CG_CTL_OFFLINE_ROWS; i++) {
		struct cg_ctl_offline_row row =
			cg_ctl_offline_row(status->protection, i);

		print_line(out, row.name, row.text,
			   row.is_weak ? CG_TINT_WARN : CG_TINT_NONE);
	}
	(void)fprintf(out->file, "  %-*s%" PRIu32 "\n", NAME_COLUMN - 2,
		      "verifiers", status->n_verifiers);
}

static void print_usage(const struct output *out,
			const struct cg_client_status_out *status)
{
	/* For display only; a double holds these exactly enough. */
	double used = (double)status->arena_used / MIB;
	double size = (double)status->arena_size / MIB;

	print_title(out, "In use");
	(void)fprintf(out->file, "  %-*s%.1f of %.1f MiB\n", NAME_COLUMN - 2,
		      "vault memory", used, size);
	(void)fprintf(out->file, "  %-*s%" PRIu32
		      " (exchanges with a KDC under way: %" PRIu32 ")\n",
		      NAME_COLUMN - 2, "vault entries", status->n_entries,
		      status->n_exchanges);
	(void)fprintf(out->file, "  %-*s%" PRIu32 " (users: %" PRIu32
		      ", tickets: %" PRIu32 ", that answer NTLM: %" PRIu32
		      ")\n", NAME_COLUMN - 2, "caches", status->n_caches,
		      status->n_uids, status->n_tickets, status->n_ntlm);
}

static void print_samba(const struct output *out,
			const struct cg_ctl_samba *samba)
{
	const char *text = "yes";

	print_title(out, "Samba's programs");
	if (samba->state == CG_SAMBA_ABSENT) {
		/* Its whole path would not fit; --json has it. */
		text = talloc_asprintf(out->mem_ctx, "no: %s is not installed",
				       strrchr(samba->path, '/') + 1);
	} else if (samba->state == CG_SAMBA_REFUSED) {
		text = talloc_asprintf(out->mem_ctx,
				       "no: %s does not load into the Samba "
				       "that is installed: %s", samba->path,
				       or_unknown(samba->reason));
	}
	print_line(out, "use the vault", or_unknown(text),
		   samba->state == CG_SAMBA_REFUSED ? CG_TINT_WARN
						    : CG_TINT_NONE);
}

void cg_ctl_status_print(const struct cg_ctl_status *status, FILE *file,
			 size_t width)
{
	const struct cg_client_status_out *of = status->service;
	const struct cg_ctl_protection protection = {
		.bits = of->protection,
		.has_peerpidfd = of->peerpidfd != 0,
	};
	const struct output out = {
		.mem_ctx = talloc_new(NULL),
		.file = file,
		.width = width == 0 ? WIDTH_OF_FILES : width,
	};

	print_running(&out, of->started, status->now);
	print_level(&out, &protection);
	print_protections(&out, &protection);
	print_policy(&out, of);
	print_offline(&out, of);
	print_usage(&out, of);
	print_samba(&out, status->samba);
	talloc_free(out.mem_ctx);
}
