/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PSID revert (TCG Opal, PSID feature set 1.00): with the number printed on
 * the label the drive returns to its factory state and destroys its media key.
 * That erases only what the drive encrypted: Level 0 must say so. Through the
 * kernel's sed-opal where it has taken the drive, else in a session of ours.
 */
#include <linux/sed-opal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "ata/command.h"
#include "base/error.h"
#include "method/common.h"
#include "method/methods.h"
#include "method/nvme_common.h"
#include "method/pace.h"
#include "method/sanitize.h"
#include "method/task.h"
#include "opal/level0.h"
#include "opal/session.h"
#include "scsi/command.h"

/* An answer takes the drive a moment; a revert up to a minute or so. */
#define RECEIVE_WAIT_MS 100
#define RECEIVE_TRIES 1800

struct opal_state {
	struct method_run *run;
	uint16_t comid;
	char psid[OPAL_PSID_SIZE + 1];
	struct task task;
	struct pace pace;
};

/* --- security protocol, whichever way the drive speaks it -------------------*/

enum way { WAY_NVME, WAY_ATA, WAY_SCSI };

static enum way way_of(const struct method_run *run)
{
	if (bus_is(run, HAIKI_BUS_NVME))
		return WAY_NVME;
	return bus_is(run, HAIKI_BUS_ATA) ? WAY_ATA : WAY_SCSI;
}

static int exchange_nvme(struct method_run *run, bool out, uint16_t comid,
			 uint8_t *data, struct haiki_error *err)
{
	struct nvme_command c;
	int r;

	if (out)
		nvm_security_send(&c, OPAL_PROTOCOL_TCG, comid, data,
				  OPAL_PACKET_SIZE);
	else
		nvm_security_receive(&c, OPAL_PROTOCOL_TCG, comid, data,
				     OPAL_PACKET_SIZE);
	r = transport_nvme(run->t, &c, err);
	if (r < 0)
		return r;
	return c.status == NVM_SC_SUCCESS ? 0 : nvm_refused(&c, err);
}

static int exchange_ata(struct method_run *run, bool out, uint16_t comid,
			uint8_t *data, struct haiki_error *err)
{
	struct ata_command c;
	char text[96];
	int r;

	if (out)
		ata_trusted_send(&c, OPAL_PROTOCOL_TCG, comid, data,
				 OPAL_PACKET_SIZE);
	else
		ata_trusted_receive(&c, OPAL_PROTOCOL_TCG, comid, data,
				    OPAL_PACKET_SIZE);
	r = transport_ata(run->t, &c, err);
	if (r < 0)
		return r;
	switch (ata_command_result(&c)) {
	case ATA_RESULT_DONE:
	case ATA_RESULT_UNKNOWN:  /* what was received tells */
		return 0;
	default:
		ata_command_describe(&c, text, sizeof(text));
		return error_set(err, HAIKI_DOMAIN_ATA, -EIO,
				 N_("%s was refused (%s)"), c.name, text);
	}
}

static int exchange_scsi(struct method_run *run, bool out, uint16_t comid,
			 uint8_t *data, struct haiki_error *err)
{
	struct scsi_command c;
	struct scsi_sense sense;
	char text[96];
	int r;

	if (out)
		scsi_security_out(&c, OPAL_PROTOCOL_TCG, comid, data,
				  OPAL_PACKET_SIZE);
	else
		scsi_security_in(&c, OPAL_PROTOCOL_TCG, comid, data,
				 OPAL_PACKET_SIZE);
	r = transport_scsi(run->t, &c, err);
	if (r < 0)
		return r;
	if (scsi_command_result(&c, &sense) == SCSI_RESULT_GOOD)
		return 0;
	scsi_sense_describe(&sense, text, sizeof(text));
	error_set(err, HAIKI_DOMAIN_SCSI, -EIO, N_("%s was refused (%s)"),
		  c.name, text);
	error_raw(err, c.sense, c.sense_length);
	return -EIO;
}

static int exchange(struct method_run *run, bool out, uint16_t comid,
		    uint8_t *data, struct haiki_error *err)
{
	switch (way_of(run)) {
	case WAY_NVME:
		return exchange_nvme(run, out, comid, data, err);
	case WAY_ATA:
		return exchange_ata(run, out, comid, data, err);
	default:
		return exchange_scsi(run, out, comid, data, err);
	}
}

static int discover(struct method_run *run, struct opal_level0 *ret_level0,
		    struct haiki_error *err)
{
	uint8_t data[OPAL_PACKET_SIZE] __attribute__((aligned(8))) = { 0 };
	int r = exchange(run, false, OPAL_COMID_LEVEL0, data, err);

	if (r < 0)
		return r;
	opal_level0_decode(data, sizeof(data), ret_level0);
	if (ret_level0->usable)
		return 0;
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -EPROTO,
			 N_("the drive has no TCG Level 0 discovery data"));
}

/* --- probe ------------------------------------------------------------------*/

static bool is_opal(const struct opal_level0 *level0)
{
	return level0->ssc == OPAL_SSC_OPAL1 ||
	       level0->ssc == OPAL_SSC_OPAL2 ||
	       level0->ssc == OPAL_SSC_OPALITE ||
	       level0->ssc == OPAL_SSC_RUBY;
}

/* Whether it's worth asking; a drive that never had it is told so at once. */
static bool may_have(struct method_run *run,
		     struct haiki_method_support *ret_support)
{
	struct nvm_controller c;
	struct ata_identify id;

	switch (way_of(run)) {
	case WAY_NVME:
		if (!support_nvme(run, HAIKI_OPAL_PSID_REVERT, &c, ret_support))
			return false;
		if (c.security)
			return true;
		break;
	case WAY_ATA:
		if (!support_ata(run, HAIKI_OPAL_PSID_REVERT, &id, ret_support))
			return false;
		if (id.trusted == HAIKI_YES)
			return true;
		break;
	default:
		if (!bus_is(run, HAIKI_BUS_MMC) &&
		    !bus_is(run, HAIKI_BUS_VIRTIO))
			return true;
		break;
	}
	support_set(ret_support, HAIKI_OPAL_PSID_REVERT,
		    HAIKI_SUPPORT_UNSUPPORTED, -1,
		    "the drive has no TCG security protocol");
	return false;
}

static void probe(struct method_run *run,
		  struct haiki_method_support *ret_support)
{
	const char *psid = run->options ? run->options->psid : NULL;
	struct opal_level0 level0;
	struct haiki_error error = { 0 };
	enum haiki_method id = HAIKI_OPAL_PSID_REVERT;
	int r;

	if (!may_have(run, ret_support))
		return;
	r = discover(run, &level0, &error);
	if (r == -EPROTO || r == -EOPNOTSUPP ||
	    (r < 0 && way_of(run) == WAY_SCSI))
		support_set(ret_support, id, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "the drive answers no TCG Level 0 discovery");
	else if (r < 0)
		support_set(ret_support, id, HAIKI_SUPPORT_UNKNOWN, -1,
			    "%.80s%s", error.text, way_of(run) == WAY_ATA ?
			    " (the kernel may need libata.allow_tpm=1)" : "");
	else if (!is_opal(&level0))
		support_set(ret_support, id, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "TCG %s has no revert that erases",
			    opal_ssc_name(level0.ssc));
	else if (level0.media_encryption != HAIKI_YES)
		support_set(ret_support, id, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "the drive does not encrypt its media: a revert would erase nothing");
	else if (!psid)
		support_set(ret_support, id, HAIKI_SUPPORT_LOCKED, -1,
			    "needs the PSID printed on the drive's label: --psid");
	else
		support_set(ret_support, id, HAIKI_SUPPORTED, -1, "%s", "");
}

/* --- revert -----------------------------------------------------------------*/

static void wait_ms(long ms)
{
	struct timespec wait = { .tv_nsec = ms * 1000000 };

	nanosleep(&wait, NULL);
}

static int receive(struct opal_state *s, struct opal_response *ret_response,
		   struct haiki_error *err)
{
	uint8_t data[OPAL_PACKET_SIZE] __attribute__((aligned(8)));

	for (int i = 0; i < RECEIVE_TRIES; i++) {
		int r;

		memset(data, 0, sizeof(data));
		r = exchange(s->run, false, s->comid, data, err);
		if (r < 0)
			return r;
		opal_response_decode(data, sizeof(data), ret_response);
		if (!ret_response->pending)
			break;
		wait_ms(RECEIVE_WAIT_MS);
	}
	if (!ret_response->usable)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EPROTO,
				 N_("the drive gave no TCG answer that can be read"));
	if (ret_response->status == OPAL_STATUS_SUCCESS)
		return 0;
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -EACCES,
			 N_("the drive refused the PSID revert: %s"),
			 opal_status_name(ret_response->status));
}

static int own_session(struct opal_state *s, struct haiki_error *err)
{
	uint8_t packet[OPAL_PACKET_SIZE] __attribute__((aligned(8)));
	struct opal_response response;
	int r = opal_start_session_encode(s->comid, s->psid, packet);

	if (r < 0)
		return error_set(err, HAIKI_DOMAIN_USAGE, r,
				 N_("a PSID has 1 to 32 characters: check the label"));
	r = exchange(s->run, true, s->comid, packet, err);
	explicit_bzero(packet, sizeof(packet));
	if (r == 0)
		r = receive(s, &response, err);
	if (r < 0)
		return r;
	if (!response.synced || response.host_session != OPAL_HOST_SESSION)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EPROTO,
				 N_("the drive did not open the session that was asked for"));
	opal_revert_encode(s->comid, response.tper_session, packet);
	r = exchange(s->run, true, s->comid, packet, err);
	return r < 0 ? r : receive(s, &response, err);
}

/*
 * -EOPNOTSUPP: the kernel didn't do it (ENOTTY: it was built without sed-opal;
 * 524, its inner ENOTSUPP: this drive isn't in its care) or couldn't tell. To
 * revert once more does no harm, and then the drive itself has answered.
 */
static int kernel_revert(struct opal_state *s, struct haiki_error *err)
{
	int fd = transport_fd(s->run->t);
	struct opal_key key = { 0 };
	int r, saved;

	if (fd < 0)
		return -EOPNOTSUPP;
	key.key_len = (uint8_t)strlen(s->psid);
	memcpy(key.key, s->psid, key.key_len);
	r = ioctl(fd, IOC_OPAL_PSID_REVERT_TPR, &key);
	saved = errno;
	explicit_bzero(&key, sizeof(key));
	if (r < 0 && saved == ENODEV)
		return error_errno(err, -ENODEV, N_("the drive is gone"));
	if (r < 0) {
		transport_note(s->run->t, "IOC_OPAL_PSID_REVERT_TPR: error %d; a session of our own instead",
			       saved);
		return -EOPNOTSUPP;
	}
	transport_note(s->run->t, "IOC_OPAL_PSID_REVERT_TPR: %s",
		       opal_status_name((uint8_t)r));
	if (r == OPAL_STATUS_SUCCESS)
		return 0;
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -EACCES,
			 N_("the drive refused the PSID revert: %s"),
			 opal_status_name((uint8_t)r));
}

static int revert(void *opaque, struct haiki_error *err)
{
	struct opal_state *s = opaque;
	int r = kernel_revert(s, err);

	return r == -EOPNOTSUPP ? own_session(s, err) : r;
}

static void describe(const struct opal_level0 *level0, char *ret_text,
		     size_t size)
{
	static const char *const words[] = { "unknown", "no", "yes" };

	snprintf(ret_text, size,
		 "TCG %s, media encryption %s, locking enabled %s, locked %s",
		 opal_ssc_name(level0->ssc), words[level0->media_encryption],
		 words[level0->locking_enabled], words[level0->locked]);
}

static int check(struct method_run *run, struct opal_level0 *ret_level0,
		 struct haiki_error *err)
{
	int r = guard_check(run->token, run->t, err);

	if (r == 0)
		r = discover(run, ret_level0, err);
	if (r < 0)
		return r;
	if (!is_opal(ret_level0) ||
	    ret_level0->media_encryption != HAIKI_YES)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EOPNOTSUPP,
				 N_("the drive does not say that it encrypts its media: a PSID revert would erase nothing; use another method"));
	if (!run->options->psid || !run->options->psid[0] ||
	    strlen(run->options->psid) > OPAL_PSID_SIZE)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("a PSID of 1 to 32 characters is needed: it is printed on the drive's label (--psid)"));
	return 0;
}

static int start(struct method_run *run, struct haiki_error *err)
{
	struct opal_level0 level0;
	struct opal_state *s;
	int r = check(run, &level0, err);

	if (r < 0)
		return r;
	describe(&level0, run->status_before, sizeof(run->status_before));
	s = calloc(1, sizeof(*s));
	if (!s)
		return error_errno(err, -ENOMEM, N_("cannot begin the erase"));
	run->state = s;
	s->run = run;
	s->comid = level0.comid;
	snprintf(s->psid, sizeof(s->psid), "%s", run->options->psid);
	pace_begin(&s->pace, run, -1);
	r = expectation_keep(run, HAIKI_EXPECT_NOISE, err);
	if (r == 0)
		r = operation_keep(run, "starting", err);
	if (r < 0)
		return r;
	return task_start(&s->task, revert, s, err);
}

/* --- poll -------------------------------------------------------------------*/

/* A reverted drive has locking switched off. */
static int look_after(struct method_run *run, struct opal_state *s,
		      struct method_progress *ret_progress,
		      struct haiki_error *err)
{
	struct opal_level0 level0;
	int r = discover(run, &level0, err);

	if (r < 0)
		return r;
	describe(&level0, run->status_after, sizeof(run->status_after));
	if (level0.locking_enabled != HAIKI_NO || level0.locked != HAIKI_NO) {
		pace_ended(&s->pace, HAIKI_OUTCOME_UNKNOWN,
			   "the drive reported success and still has locking enabled: not believed",
			   ret_progress);
		return 0;
	}
	r = operation_keep(run, "ended", err);
	if (r < 0)
		return r;
	if (run->drive->namespaces_other == 0)
		run->attempt.all_namespaces = HAIKI_YES;
	(void)transport_rescan(run->t, NULL);
	pace_ended(&s->pace, HAIKI_OUTCOME_SUCCEEDED,
		   "reverted, and locking is off", ret_progress);
	return 0;
}

static int poll(struct method_run *run, struct method_progress *ret_progress,
		struct haiki_error *err)
{
	struct opal_state *s = run->state;
	bool refused;

	if (!s || !s->task.started)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINVAL,
				 N_("no erase was begun"));
	if (s->pace.last.outcome != HAIKI_OUTCOME_RUNNING) {
		*ret_progress = s->pace.last;
		return 0;
	}
	if (!task_done(&s->task, s->pace.slice_ms)) {
		pace_blocking(&s->pace, "reverting", ret_progress);
		return 0;
	}
	if (s->task.result == 0)
		return look_after(run, s, ret_progress, err);
	if (s->task.result == -ENODEV) {
		if (err)
			*err = s->task.error;
		return -ENODEV;
	}
	refused = s->task.result == -EACCES || s->task.result == -EINVAL;
	pace_ended(&s->pace, refused ? HAIKI_OUTCOME_FAILED :
				       HAIKI_OUTCOME_UNKNOWN,
		   s->task.error.text, ret_progress);
	return 0;
}

/* Nothing of ours stays in the drive: a session dies with it. */
static int recover(struct method_run *run, struct haiki_error *err)
{
	struct opal_state *s = run->state;
	struct opal_level0 level0;

	if (s && s->task.started && !task_done(&s->task, 0))
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EBUSY,
				 N_("the drive is still reverting: wait until it ends"));
	return discover(run, &level0, err);
}

static void finish(struct method_run *run)
{
	struct opal_state *s = run->state;

	if (!s)
		return;
	task_join(&s->task);
	explicit_bzero(s->psid, sizeof(s->psid));
	free(s);
	run->state = NULL;
}

const struct method method_opal_psid_revert = {
	.id = HAIKI_OPAL_PSID_REVERT,
	.blocking = true,
	.probe = probe,
	.prepare = prepare_nothing,
	.start = start,
	.poll = poll,
	.recover = recover,
	.finish = finish,
	.expectation = expectation_kept,
};
