/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/verifier.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"
#include "certificate/reason.h"

/* Two clocks that are right may differ so much, in seconds. */
#define CLOCK_SLACK 600

static void format(time_t at, char ret_text[32])
{
	const struct timespec ts = { .tv_sec = at };
	char text[TIME_TEXT_SIZE];

	time_format(&ts, text);
	snprintf(ret_text, 32, "%.31s", text);
}

/* --- the time stamp -------------------------------------------------------- */

static void describe(const struct timestamp *stamp, struct haiki_signature *s)
{
	CLEANUP(free) char *name = cert_name(stamp->authority);

	snprintf(s->stamped_by, sizeof(s->stamped_by), "%s", name ? name : "-");
	format(stamp->at, s->stamped_at);
}

static void check_stamp(struct inquiry *q, const struct cms_signature *from,
			const struct standing *j, struct haiki_signature *s)
{
	char reason[REASON_SIZE];

	if (j->stamp == STAMP_INVALID)
		report_problem(q->report, "timestamp-invalid",
			       N_("the time stamp on the signature of %s is not for that signature: it was altered"),
			       s->name);
	if (j->stamp == STAMP_UNTRUSTED)
		report_note(q->report, "timestamp-untrusted",
			    N_("the time stamp by %s is not believed: %s. Give its authority with --tsa-ca FILE"),
			    s->stamped_by,
			    reason_text(j->stamp_why_not, reason));
	if (j->stamp_surplus)
		report_problem(q->report, "certificate-surplus",
			       N_("a time stamp holds a certificate that belongs to no signature"));
	if (s->stamp_trusted && from->signed_at > from->stamp.at + CLOCK_SLACK)
		report_note(q->report, "clocks-differ",
			    N_("%s signed at %s by the computer's clock, but the time stamp is of %s: that clock was wrong"),
			    s->name, s->signed_at, s->stamped_at);
	if (j->late)
		report_note(q->report, "timestamp-late",
			    N_("the certificate of %s had expired when the time stamp was made: that it was good when signing rests on the computer's clock"),
			    s->name);
	else if (j->expired && !s->stamp_trusted && !j->why_not)
		report_note(q->report, "signer-expired",
			    N_("the certificate of %s has expired since: that it was good when signing rests on the computer's clock"),
			    s->name);
}

void inquiry_note_clock(struct inquiry *q)
{
	for (size_t i = 0; i < q->report->signatures_count; i++)
		if (!q->report->signatures[i].stamped_at[0]) {
			report_note(q->report, "no-timestamp",
				    N_("no time stamp was obtained: the time is that of the computer's clock (\"haiki cosign --timestamp\" adds one)"));
			return;
		}
}

/* --- revocation ------------------------------------------------------------ */

static void unsure(struct inquiry *q)
{
	q->report->complete = false;
}

static void check_revocation(struct inquiry *q, const struct crl_answer *a,
			     struct haiki_signature *s)
{
	char at[32];

	format(a->at, at);
	switch (a->state) {
	case CRL_NOT_ASKED:
	case CRL_GOOD:
		break;
	case CRL_REVOKED:
		s->revoked = true;
		report_problem(q->report, "signer-revoked",
			       N_("the certificate of %s was revoked at %s, and no time stamp proves that the signature of %s is older"),
			       a->whose, at, s->name);
		break;
	case CRL_REVOKED_LATER:
		report_note(q->report, "signer-revoked-later",
			    N_("the certificate of %s was revoked at %s; the time stamp proves that the signature is older"),
			    a->whose, at);
		break;
	case CRL_MISSING:
		unsure(q);
		report_note(q->report, "revocation-unknown",
			    N_("whether the signer's certificate was revoked is not known: no list (--crl) is one of %s"),
			    a->whose);
		break;
	case CRL_OLD:
		unsure(q);
		report_note(q->report, "revocation-unknown",
			    N_("whether the signer's certificate was revoked is not known: the list of %s is older than the signature, and a newer one was due at %s"),
			    a->whose, at);
		break;
	}
}

struct judges inquiry_judges(const struct inquiry *q)
{
	const struct haiki_verifier *v = q->verifier;

	return (struct judges){
		.signers = v->trust,
		.authorities = v->authorities ? v->authorities : v->trust,
		.crls = v->crls,
	};
}

void inquiry_judge(struct inquiry *q, const struct cms_signature *from,
		   STACK_OF(X509) *others, struct haiki_signature *s,
		   struct standing *ret_standing)
{
	const struct judges judges = inquiry_judges(q);

	judge_signature(&judges, from, others, ret_standing);
	if (from->stamped)
		describe(&from->stamp, s);
	s->stamp_trusted = ret_standing->stamp == STAMP_TRUSTED;
	check_stamp(q, from, ret_standing, s);
	check_revocation(q, &ret_standing->revocation, s);
}
