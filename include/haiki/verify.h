/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAIKI_VERIFY_H
#define HAIKI_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <haiki/error.h>
#include <haiki/ledger.h>
#include <haiki/policy.h>

/*
 * How far a record can be trusted, and what it is worth.
 *
 * Rules that the facts leave open, decided here:
 * - A named signer counts if a valid, trusted signature claims the same role
 *   and its certificate has the fingerprint that the record names, or, where
 *   it names none (witness, approver: they sign later), exactly the name. A
 *   witness or approver can't be the operator's certificate or key.
 * - Certificates are judged at the time that a trusted time stamp proves; if
 *   there is none, at the time of signing as the signer's clock told it, and a
 *   note says so. A revoked certificate's signature counts only if a time stamp
 *   proves that it is older. Where revocation lists were given and don't
 *   answer, the record isn't complete.
 * - A transcript that is missing or altered is a problem. A ledger that is
 *   there and doesn't list the record at its place, too; if there is no ledger
 *   at all, or it is another stick's, that was not checked: a note.
 * - The PDF repeats the record. One that is missing is a note; one whose pages
 *   aren't exactly what rendering its record here gives, that belongs to
 *   another record, or that somebody signed who didn't sign the record is a
 *   problem, but leaves the record itself genuine.
 * - A PDF by itself carries record and signatures; its transcript and its place
 *   in the ledger are then not checked, so it isn't complete.
 * - A record that is not enough for its class, but whose drive was destroyed
 *   afterwards (a genuine follow-up record beside it, FILE.followup-1.json
 *   ...) and whose duties are all fulfilled, is sufficient: the case is closed.
 *   That the drive was handed over is told, and closes nothing.
 */
struct haiki_finding {
	const char *id;           /* "signature-invalid", static */
	char text[320];           /* in the operator's language */
};

struct haiki_signature {
	char role[32];            /* operator witness approver stick contractor */
	char name[512];           /* CN of the certificate */
	char fingerprint[65];
	bool valid;               /* the signature fits these bytes */
	bool trusted;             /* the certificate chains to a given CA */
	bool named;               /* the record names this signer */
	char signed_at[32];       /* signingTime, RFC 3339, or "" */
	char stamped_at[32];      /* by a time stamping authority, or "" */
	char stamped_by[512];     /* CN of its certificate */
	bool stamp_trusted;       /* that one chains to a given CA */
	bool revoked;             /* and no time stamp proves otherwise */
};

#define HAIKI_MAX_SIGNATURES 8
#define HAIKI_MAX_FINDINGS 24
#define HAIKI_MAX_NOTES 12

struct haiki_report {
	char file[4096];
	bool readable;            /* a certificate at all */
	bool genuine;             /* unaltered, and by trusted signers */
	bool complete;            /* transcript, ledger, required signers */
	bool sufficient;          /* the policy's verdict, computed again */
	bool training;
	bool closed;              /* nothing remains to be done */
	char record_type[16];     /* "erasure", "destruction", "handover",
				   * "ledger-head" */
	char head[HAIKI_LEDGER_HEAD_TEXT];  /* of a ledger-head; or "" */
	char refers_to[64];       /* of a follow-up: the first record's id */
	char destroyed_on[16];    /* by a genuine follow-up; or "" */
	char handed_over_on[16];  /* the same; it fulfils no duty */
	char handed_over_to[256];
	char certificate_id[64], serial[256], policy[64], class_id[64];
	/* In the operator's language where the record has it. */
	char policy_name[192], class_name[192];
	bool serial_is_substitute;
	char model[128], asset[512], operator_name[512];   /* or "" */
	char method[40], letter[16], finished_at[32];      /* or "" */
	char sha256[65];          /* of the record's bytes; "" if unreadable */
	enum haiki_result recorded, recomputed;
	size_t signatures_count;
	struct haiki_signature signatures[HAIKI_MAX_SIGNATURES];
	size_t duties_count;      /* outstanding */
	char duties[HAIKI_MAX_DUTIES][64];
	size_t problems_count;
	struct haiki_finding problems[HAIKI_MAX_FINDINGS];
	size_t notes_count;       /* worth knowing, no problem */
	struct haiki_finding notes[HAIKI_MAX_NOTES];
};

struct haiki_verify_options {
	const char *ca_file;      /* PEM; NULL: the system's /etc/haiki/ca.crt */
	const char *ledger_file;  /* NULL: ledger.jsonl beside the record */
	const char *policy_file;  /* for a body's own policy; NULL: built-in */
	const char *tsa_ca_file;  /* PEM: who may stamp; NULL: as ca_file */
	const char *const *crl_files;     /* revocation lists, PEM or DER */
	size_t crl_count;
	bool skip_pdf;            /* leave the PDFs beside records unread */
	/* PDFs' pages can't be rendered here at all (src/page): that they
	 * weren't compared is then a note, and their signatures must do. */
	bool no_rendering;
};

/* A report in one word, for people who have many. */
enum haiki_standing {
	HAIKI_STANDING_NO_RECORD = 0, /* not to be read as one */
	HAIKI_STANDING_NOT_GENUINE,
	HAIKI_STANDING_NOT_ENOUGH,    /* for its class, or contradictory */
	HAIKI_STANDING_INCOMPLETE,    /* something beside it is wrong */
	HAIKI_STANDING_TRAINING,
	HAIKI_STANDING_DUTY_OPEN,     /* or a signature outstanding */
	HAIKI_STANDING_GOOD,
	HAIKI_STANDING_COUNT
};
enum haiki_standing haiki_report_standing(const struct haiki_report *report);
/* "good", "duty-open" ... */
const char *haiki_standing_name(enum haiki_standing standing);

/*
 * What judging many records has in common: trusted certificates, policies,
 * ledgers. May be used by several threads at once.
 */
struct haiki_verifier;

/* -ENOENT, -EBADMSG: a file of the options can't be read. */
int haiki_verifier_new(const struct haiki_verify_options *options,
		       struct haiki_verifier **ret_verifier,
		       struct haiki_error *err);
void haiki_verifier_free(struct haiki_verifier *verifier);

/* A certificate that is trusted. */
struct haiki_authority {
	char name[512];
	char fingerprint[65];     /* SHA-256 of its DER */
};
/* How many there are; the first `max` are told. */
size_t haiki_verifier_authorities(const struct haiki_verifier *verifier,
				  struct haiki_authority *ret_authorities,
				  size_t max);

/* As haiki_verify(). */
int haiki_verifier_judge(struct haiki_verifier *verifier, const char *file,
			 struct haiki_report *ret_report,
			 struct haiki_error *err);

/*
 * Judges one record (FILE.json; its FILE.json.p7s, transcript and PDF beside
 * it), or the one that is attached to FILE.pdf.
 * 0 whenever a report could be made, also about a forgery; -ENOENT or another
 * -errno when there's nothing to read. Fail closed: what could not be checked
 * is a problem.
 */
int haiki_verify(const char *file, const struct haiki_verify_options *options,
		 struct haiki_report *ret_report, struct haiki_error *err);

/* Something about a folder of records, rather than about one of them. */
struct haiki_folder_finding {
	const char *id;           /* static */
	char file[4096];
	char text[320];           /* in the operator's language */
};

/* Records to be judged, found in files and folders. Begins zeroed. */
struct haiki_collection {
	char **files;             /* .json; .pdf if it lies alone */
	size_t count;
	char **ledgers;           /* of the folders */
	size_t ledgers_count;
	struct haiki_folder_finding *findings;
	size_t findings_count;
};

/*
 * Adds a record, or every record of a folder and the folders in it, sorted by
 * name. Of a folder it also finds signatures without a record, and its ledger.
 * JSON that has no signature and isn't a record at all is left out. -ENOENT;
 * -ENODATA: a folder without a single record.
 */
int haiki_collect(struct haiki_collection *collection, const char *path,
		  struct haiki_error *err);
void haiki_collection_free(struct haiki_collection *collection);

/*
 * What becomes of judging many; calls come in the collection's order, all from
 * the calling thread. A negative answer ends it and is returned.
 */
struct haiki_verify_sink {
	/* `result` < 0: the file could not be read; *err says why. */
	int (*record)(void *opaque, const char *file,
		      const struct haiki_report *report, int result,
		      const struct haiki_error *err);
	/* Something about a folder: after all records. */
	int (*finding)(void *opaque, const struct haiki_folder_finding *f);
	void *opaque;
};

/* What is wrong with the folders: signatures without a record, damaged ledgers,
 * records that a ledger lists and that aren't there. Only sink->finding is
 * called. */
int haiki_verifier_judge_folders(struct haiki_verifier *verifier,
				 const struct haiki_collection *collection,
				 const struct haiki_verify_sink *sink);

/*
 * Judges all of them with `jobs` threads (0: as many as there are processors)
 * in memory that does not grow with their number, then the folders. -ENOMEM,
 * -EAGAIN.
 */
int haiki_verifier_judge_all(struct haiki_verifier *verifier,
			     const struct haiki_collection *collection,
			     unsigned jobs,
			     const struct haiki_verify_sink *sink,
			     struct haiki_error *err);

/*
 * cli.md's exit code for one report: 1 if it isn't genuine or sufficient or
 * there is any problem; 3 if a duty or a required signature is outstanding or
 * it was training; else 0.
 */
int haiki_report_exit_code(const struct haiki_report *report);

#endif
