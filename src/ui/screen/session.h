/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_SCREEN_SESSION_H
#define UI_SCREEN_SESSION_H

#include <haiki/job.h>
#include <haiki/verify.h>
#include "command/revival.h"
#include "ui/screen/names.h"
#include "ui/screen/pane.h"
#include "ui/screen/runner.h"

struct session;

/* What the program was started with; borrowed while the screen runs. */
struct screen_setup {
	const struct haiki_job_options *given;    /* NULL members: not given */
	const char *out;
	const char *mirror;                       /* a second OUT, or NULL */
	const char *simulate;                     /* or NULL */
	const char *key, *cert, *passphrase_file; /* or NULL */
	unsigned jobs;
	const char *live;         /* the live image's folder of facts, or NULL */
	const char *keys;         /* folder of people's keys, or NULL */
	/* What the lists offer: each text may hold several names. */
	struct offered {
		const char *const *texts;
		size_t count;
	} people, departments, places;
	const char *screen_copy;  /* where the screen's text goes, too, or NULL */
	/* Called before something that takes a while; may be NULL. */
	void (*busy)(struct session *session, const char *text);
};

enum screen_id {
	SCREEN_MENU = 0,
	SCREEN_RESUME,
	SCREEN_BODY,
	SCREEN_CLASS,
	SCREEN_WHO,
	SCREEN_PERMISSION,
	SCREEN_CLOCK,
	SCREEN_SET_CLOCK,
	SCREEN_DRIVES,
	SCREEN_DRIVE,
	SCREEN_THAW,
	SCREEN_KEY,
	SCREEN_CONFIRM,
	SCREEN_BEGIN,
	SCREEN_PROGRESS,
	SCREEN_RESULT,
	SCREEN_PROOF,
	SCREEN_CODE,
	SCREEN_WITNESS,
	SCREEN_SIGN,
	SCREEN_AFTER,
	SCREEN_COUNT
};

/* What people type. */
enum field {
	FIELD_OPERATOR = 0,
	FIELD_WITNESS,
	FIELD_DEPARTMENT,
	FIELD_LOCATION,
	FIELD_ASSET,
	FIELD_PURPOSE,            /* chosen, not typed */
	FIELD_APPROVED_BY,
	FIELD_APPROVAL_NO,
	FIELD_APPROVAL_DATE,
	FIELD_CONTRACTOR,
	FIELD_CONTRACT_NO,
	FIELD_ENCRYPTED_BY,
	FIELD_DATE,
	FIELD_TIME,
	FIELD_PASSPHRASE,
	FIELD_SERIAL,
	FIELD_DRIVE_ASSET,
	FIELD_DRIVE_PASSWORD,
	FIELD_DRIVE_PSID,
	FIELD_SIGN_KEY,
	FIELD_SIGN_CERT,
	FIELD_SIGN_PASSPHRASE,
	FIELD_COUNT
};

#define FIELD_SIZE 256

/* What can be chosen for a field instead of typed. */
enum list {
	LIST_NONE = 0,
	LIST_PEOPLE,
	LIST_DEPARTMENTS,
	LIST_PLACES,
	LIST_KEYS,
	LIST_COUNT
};

/* A key, as the terminal's library or a test names it. */
enum key {
	INPUT_CHAR = 0,           /* `c` is a character */
	INPUT_ENTER,
	INPUT_ESCAPE,
	INPUT_UP,
	INPUT_DOWN,
	INPUT_LEFT,
	INPUT_RIGHT,
	INPUT_HOME,
	INPUT_END,
	INPUT_PAGE_UP,
	INPUT_PAGE_DOWN,
	INPUT_TAB,
	INPUT_BACK_TAB,
	INPUT_BACKSPACE,
	INPUT_DELETE,
	INPUT_INTERRUPT,          /* Ctrl-C */
	INPUT_F1,
	INPUT_F2,
	INPUT_F5,
	INPUT_F9,
	INPUT_TICK,               /* nothing was typed; time went by */
};

struct input {
	enum key key;
	uint32_t c;
};

/* What a screen answers to a key. */
enum move {
	MOVE_STAY = 0,
	MOVE_NEXT,
	MOVE_BACK,
	MOVE_TO,                  /* session->to */
	MOVE_LEAVE,               /* end the program */
};

/* What the operator says about one of the drives; beside drives[i]. */
struct drive_choice {
	bool chosen, confirmed;
	bool allow_usb;
	char asset[FIELD_SIZE], password[FIELD_SIZE], psid[FIELD_SIZE];
	struct haiki_job_options options;
	struct haiki_job_plan plan;
	int refused;                      /* 0: may be erased */
	struct haiki_error why;           /* why not */
};

/* One drive of the run that is on or is over. */
struct outcome {
	size_t drive;                     /* index into drives */
	struct drive_progress progress;
	struct haiki_report *report;      /* of its record, or NULL */
	char language[3];                 /* that the report is in */
	char sha256[65];                  /* of its record, or "" */
	bool cosigned;
};

/*
 * Everything that one sitting at the screen knows. Screens change it only in
 * their `enter` and `key`; `compose` reads it. No terminal is in it.
 */
struct session {
	struct screen_setup setup;
	struct haiki_job_options given;
	char build[17];                   /* hash of this program, shortened */
	char language[3];

	/* Where we are. */
	enum screen_id at, to;
	enum overlay { OVERLAY_NONE = 0, OVERLAY_HELP, OVERLAY_QUIT } overlay;
	bool resuming;                    /* which way is being gone */
	size_t choice[SCREEN_COUNT], scroll[SCREEN_COUNT];
	size_t overlay_scroll;
	bool follow;
	size_t entry, caret;              /* field of a form, byte in it */
	int rows, columns;                /* of the terminal */
	char notice[1100];
	enum style notice_style;
	char stick[400];                  /* live: what it says of the stick */
	bool stick_ready;
	char live_mirror[256];            /* the second stick's folder */
	bool leave;
	bool ring;                        /* call those who went away */
	bool repaint;                     /* the terminal lost what it showed */
	int exit_code;                    /* the worst that happened */

	/* Practising, with a set of our own. */
	bool practising;
	char practice[256];               /* its folder, or "" */
	char practice_file[300], practice_out[300];

	char fields[FIELD_COUNT][FIELD_SIZE];
	enum haiki_clock clock;

	struct haiki_policy **policies;   /* that may be chosen */
	size_t policies_count;
	const char **policy_names;
	const struct haiki_policy *policy;
	const struct haiki_class *cls;

	struct haiki_host *host;
	struct haiki_drive *drives;
	struct drive_choice *choices;
	size_t drives_count;

	struct haiki_unfinished *unfinished;
	struct revival *revivals;
	struct pending {
		bool chosen, confirmed;
	} *pending;
	size_t unfinished_count;
	struct haiki_error damaged;       /* a journal that can't be read */

	struct names lists[LIST_COUNT];
	struct key_files own;             /* the operator's, if in the folder */
	struct haiki_signer *signer;      /* the operator's or the folder's */

	struct runner *runner;
	struct haiki_job_target *targets;
	struct outcome *outcomes;
	size_t outcomes_count;
	bool stopping;
};

/* One screen; a table of them is in flow.c. */
struct screen {
	const char *title;                /* N_() */
	const char *help;                 /* N_() what F1 says */
	bool typing;                      /* letters go into a field */
	bool no_way_back;                 /* nothing behind it can be undone */
	/* Whether it has anything to ask; NULL: always. */
	bool (*applies)(const struct session *session);
	/* Arriving, by NEXT or BACK. May be NULL. */
	void (*enter)(struct session *session);
	void (*compose)(const struct session *session, struct pane *pane);
	enum move (*key)(struct session *session, const struct input *input);
};

extern const struct screen screen_menu, screen_resume, screen_body,
	screen_class, screen_who, screen_permission, screen_clock,
	screen_set_clock,	screen_drives, screen_drive, screen_thaw, screen_key, screen_confirm,
	screen_begin, screen_progress, screen_result, screen_proof,
	screen_code, screen_witness, screen_sign, screen_after;

/* --- session.c ------------------------------------------------------------ */

/* 0 or -errno with *err; `setup` is borrowed. */
int session_new(const struct screen_setup *setup, struct session **ret_session,
		struct haiki_error *err);
void session_free(struct session *session);

/* Where records go, and which drives there are: practice sets have their own. */
const char *session_out(const struct session *session);
/* Where a copy of them goes, now; NULL: nowhere. */
const char *session_mirror(const struct session *session);
/* A pair of the pane: a file or folder, named as people find it again. */
void session_place(const struct session *session, struct pane *pane,
		   const char *label, const char *path);
bool session_training(const struct session *session);
bool session_japanese(const struct session *session);

/* Opens this machine or a set of practice drives. */
int session_open_host(struct session *session, struct haiki_error *err);
/* Lists the drives anew; what was chosen stays with the drives that stay. */
int session_scan(struct session *session, struct haiki_error *err);
/* Makes every drive's options and plan from the answers. */
void session_plan(struct session *session);
/* The job's options from the answers, for one drive (or NULL). */
void session_options(const struct session *session,
		     const struct drive_choice *choice,
		     struct haiki_job_options *ret_options);
size_t session_chosen(const struct session *session);
/* The answer, or NULL if there is none. */
const char *session_field(const struct session *session, enum field field);

/* A key that is still to be loaded before the run can begin. */
struct wanted_key {
	const char *key, *cert;
	struct haiki_signer **slot;
};

bool session_wanted_key(const struct session *session,
			struct wanted_key *ret_key);
/* Takes the key of whoever erases now from the folder of keys, if it's there
 * and no other was named. */
void session_find_own_key(struct session *session);
/* Loads it with this passphrase, or without one (NULL: from the passphrase
 * file, or none needed). -EACCES: that's not it. */
int session_load_key(const struct session *session,
		     const struct wanted_key *wanted, const char *passphrase,
		     struct haiki_error *err);
/* Whether a person's key signs, and its files; NULL if none does. */
bool session_uses_key(const struct session *session);
const char *session_key_file(const struct session *session);
const char *session_cert_file(const struct session *session);
/* Who vouches for what was just signed here: the office's authority from the
 * folder of keys, or this folder's own key. NULL: nobody that we know of. */
const char *session_ca(const struct session *session, char *buf, size_t size);
/* Keys that need no passphrase; for the others it's asked when it's time. */
void session_load_free_key(struct session *session);
/* Gives a revival without a key of its own the session's. */
void session_sign_revival(const struct session *session,
			  struct revival *revival);

/* Looks for interrupted jobs in OUT. */
int session_find_unfinished(struct session *session, struct haiki_error *err);

/* The last run and its results. */
void session_forget_run(struct session *session);
/* The next machine: its drives and number are forgotten, the rest stays. */
void session_next_machine(struct session *session);

/* To a practice set of its own, in a new folder; and back. */
int session_practise(struct session *session, struct haiki_error *err);
void session_stop_practising(struct session *session);

/* Live: looks how the stick is. */
void session_look(struct session *session);
/* Live: switch off ("poweroff") or "restart"; else just leave. */
enum move session_end(struct session *session, const char *how);
/* Shows at once that something takes a while. */
void session_busy(struct session *session, const char *text);

/* Says something at the bottom, until the next key. */
void session_say(struct session *session, enum style style,
		 const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Adds a sentence to that. */
void session_say_more(struct session *session, const char *text);
void session_say_error(struct session *session, const struct haiki_error *err);

/* The operator's language of two texts. */
const char *session_words(const struct session *session, const char *ja,
			  const char *en);
const char *session_error(const struct session *session,
			  const struct haiki_error *err);

/* --- flow.c --------------------------------------------------------------- */

const struct screen *flow_screen(enum screen_id id);
const char *flow_name(enum screen_id id);         /* "drives", for tests */
/* Takes a key; sets session->leave when all is over. */
void flow_key(struct session *session, const struct input *input);
/* Goes to a screen. */
void flow_go(struct session *session, enum screen_id id);
/* Makes the whole terminal's text; 0 or -ENOMEM. `ret_faults` may be NULL. */
int flow_draw(struct session *session, struct grid *ret_grid,
	      unsigned *ret_faults);

/* --- entry.c: forms ------------------------------------------------------- */

struct entry {
	enum field field;
	const char *label;                /* N_() */
	const char *hint;                 /* N_() shown when active, or NULL */
	bool secret;
	/* A choice instead of text: next value for LEFT and RIGHT. */
	const char *const *values;        /* NULL-terminated; ui_word() */
	enum list list;                   /* names for LEFT and RIGHT */
};

void entry_begin(struct session *session, const struct entry *entries,
		 size_t count);
void entry_compose(const struct session *session, struct pane *pane,
		   const struct entry *entries, size_t count);
/* MOVE_NEXT on Enter in the last field, MOVE_BACK on Escape. */
enum move entry_key(struct session *session, const struct input *input,
		    const struct entry *entries, size_t count);

/* --- lists ---------------------------------------------------------------- */

/* UP, DOWN, HOME, END over `count` items of this screen; true if it was one. */
bool list_key(struct session *session, const struct input *input,
	      size_t count);

/* --- remedy.c: what can be done here about a drive ------------------------- */

void remedy_compose(struct pane *pane, const struct haiki_drive *drive);
void remedy_hints(const struct session *session, struct pane *pane);
/* On the list of drives. */
enum move remedy_key(struct session *session, uint32_t c);

/* "conforming" as symbol and word, and its style. */
enum style outcome_style(const struct outcome *outcome);
const char *outcome_word(const struct outcome *outcome);
/* The auditor's judgement of its record, before anybody relies on it. */
void outcome_judge(const struct session *session, struct outcome *outcome);
/* Why it ended as it did, in the operator's language where that is known; "" if
 * there is nothing to be said. */
const char *outcome_message(const struct session *session,
			    const struct outcome *outcome);

#endif
