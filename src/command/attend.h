/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_ATTEND_H
#define COMMAND_ATTEND_H

#include <haiki/job.h>
#include <signal.h>
#include "ui/line.h"
#include "ui/progress.h"

/*
 * Who stands by while drives are erased: waits for what a person types, for
 * signals and for drives that are done. On a terminal an interrupt asks what
 * is to be done; else, and as any other signal, it means to stop now.
 */
struct attendant {
	struct progress *progress;
	struct haiki_run *run;    /* to be set once it is there */
	enum haiki_stop stop;     /* what was asked for so far */
	bool asks;                /* drives are at work: an interrupt asks */
	/* Asked once more after that to stop now: no drive is waited for. */
	bool leave;

	/* The rest is its own. */
	int wake;                 /* eventfd: a drive is done */
	uint64_t stopped_ms;      /* when to stop now was asked for */
	bool typing, asking;
	struct ui_terminal terminal;
	struct ui_line line;
	char *status, *prompt;
	bool keeps_typing;        /* its owner reads what is typed */
	bool answered;
	char answer[300];
	sigset_t before;
};

/* From now on signals only ask for a stop; set once that was asked. */
void attend_catch_signals(void);
const volatile bool *attend_stopped(void);

/* `types`: the owner has a prompt. Signals are held back except in
 * attend_wait(), until attend_end(). */
void attend_begin(struct attendant *a, struct progress *progress, bool types);
void attend_end(struct attendant *a);
/* A haiki_event_sink; opaque is the attendant. */
void attend_event(void *opaque, const struct haiki_event *event);

/* Waits at most `ms` for anything to happen, also on `fd` (-1: none). */
void attend_wait(struct attendant *a, int fd, unsigned ms);

/* Whether somebody is there to type. */
bool attend_types(const struct attendant *a);
/* The owner's lines at the bottom; a NULL prompt: nothing is asked. */
void attend_show(struct attendant *a, const char *status, const char *prompt);
/* A line that was typed at the prompt, once; NULL: none. Valid until the next
 * attend_wait(). */
const char *attend_answer(struct attendant *a);

#endif
