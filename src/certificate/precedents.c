/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/precedents.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* Each question has its one place, and the next one that belongs there takes
 * it over. */
#define PLACES 256
#define MAX_OTHERS 16

/*
 * Certificates are told apart by where they stand in memory: those met before
 * come out of the pool (cert_pool.h). Here each is held, so that no other can
 * take its place.
 */
struct precedent {
	X509 *cert, *others[MAX_OTHERS];
	int others_count, purpose;
	time_t from, until;       /* not including that second */
	struct decision decision;
};

struct precedents {
	pthread_mutex_t mutex;
	struct precedent *places[PLACES];
};

struct precedents *precedents_new(void)
{
	struct precedents *p = calloc(1, sizeof(*p));

	if (p)
		pthread_mutex_init(&p->mutex, NULL);
	return p;
}

static void drop(struct precedent *precedent)
{
	if (!precedent)
		return;
	X509_free(precedent->cert);
	for (int i = 0; i < precedent->others_count; i++)
		X509_free(precedent->others[i]);
	sk_X509_pop_free(precedent->decision.chain, X509_free);
	free(precedent);
}

void precedents_free(struct precedents *precedents)
{
	if (!precedents)
		return;
	for (size_t i = 0; i < PLACES; i++)
		drop(precedents->places[i]);
	pthread_mutex_destroy(&precedents->mutex);
	free(precedents);
}

static struct precedent **place_of(struct precedents *precedents,
				   const struct question_of_trust *q)
{
	size_t n = (uintptr_t)q->cert / 64 + (size_t)q->purpose;

	return &precedents->places[(n ^ n >> 8) % PLACES];
}

/* --- looking up ------------------------------------------------------------ */

static bool fits(const struct precedent *p, const struct question_of_trust *q)
{
	if (!p || p->cert != q->cert || p->purpose != q->purpose ||
	    q->at < p->from || q->at >= p->until ||
	    (q->others ? sk_X509_num(q->others) : 0) != p->others_count)
		return false;
	for (int i = 0; i < p->others_count; i++)
		if (sk_X509_value(q->others, i) != p->others[i])
			return false;
	return true;
}

static bool copy(const struct decision *from, struct decision *ret_to)
{
	struct decision to = { .why_not = from->why_not };

	if (from->chain)
		to.chain = X509_chain_up_ref(from->chain);
	if (!to.chain && from->chain)
		return false;
	*ret_to = to;
	return true;
}

bool precedents_find(struct precedents *precedents,
		     const struct question_of_trust *question,
		     struct decision *ret_decision)
{
	const struct precedent *p;
	bool found;

	pthread_mutex_lock(&precedents->mutex);
	p = *place_of(precedents, question);
	found = fits(p, question) && copy(&p->decision, ret_decision);
	pthread_mutex_unlock(&precedents->mutex);
	return found;
}

/* --- remembering ----------------------------------------------------------- */

/* A validity begins when the clock shows that second, and ends then. */
static bool narrow_by(struct precedent *p, const ASN1_TIME *moment, time_t at)
{
	struct tm tm;
	time_t t;

	if (ASN1_TIME_to_tm(moment, &tm) != 1)
		return false;
	t = timegm(&tm);
	if (t <= at && t > p->from)
		p->from = t;
	if (t > at && t < p->until)
		p->until = t;
	return true;
}

static bool narrow(struct precedent *p, const X509 *cert, time_t at)
{
	return narrow_by(p, X509_get0_notBefore(cert), at) &&
		narrow_by(p, X509_get0_notAfter(cert), at);
}

static bool narrow_all(struct precedent *p, STACK_OF(X509) *certs, time_t at)
{
	for (int i = 0; i < sk_X509_num(certs); i++)
		if (!narrow(p, sk_X509_value(certs, i), at))
			return false;
	return true;
}

static X509 *hold(X509 *cert)
{
	X509_up_ref(cert);
	return cert;
}

static struct precedent *precedent_new(const struct question_of_trust *q,
				       const struct decision *decision)
{
	struct precedent *p = sk_X509_num(q->others) > MAX_OTHERS ? NULL :
		calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->from = INT64_MIN;
	p->until = INT64_MAX;
	p->purpose = q->purpose;
	p->cert = hold(q->cert);
	for (int i = 0; i < sk_X509_num(q->others); i++)
		p->others[p->others_count++] =
			hold(sk_X509_value(q->others, i));
	if (!narrow(p, q->cert, q->at) || !narrow_all(p, q->others, q->at) ||
	    !narrow_all(p, q->roots, q->at) ||
	    !copy(decision, &p->decision)) {
		drop(p);
		return NULL;
	}
	return p;
}

void precedents_add(struct precedents *precedents,
		    const struct question_of_trust *question,
		    const struct decision *decision)
{
	struct precedent *p = precedent_new(question, decision), *other;
	struct precedent **place = place_of(precedents, question);

	if (!p)
		return;
	pthread_mutex_lock(&precedents->mutex);
	other = *place;
	*place = p;
	pthread_mutex_unlock(&precedents->mutex);
	drop(other);
}
