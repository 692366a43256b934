/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "ui/screen/live.h"
#include "ui/screen/session.h"
#include "ui/screen/settime.h"
#include "ui/ui.h"

/* --- the time as it is ------------------------------------------------------ */

static const char *const weekdays[] = {
	N_("Sunday"), N_("Monday"), N_("Tuesday"), N_("Wednesday"),
	N_("Thursday"), N_("Friday"), N_("Saturday"),
};

static void say_time(const struct session *session, struct pane *pane)
{
	time_t now = time(NULL);
	char day[64], clock[64], zone[64];
	struct tm tm;

	if (!localtime_r(&now, &tm))
		return;
	/* The era that Japanese offices count by, with the year. */
	if (session_japanese(session) && tm.tm_year + 1900 >= 2019)
		snprintf(day, sizeof(day), "%d年（令和%d年）%d月%d日（%s）",
			 tm.tm_year + 1900, tm.tm_year + 1900 - 2018,
			 tm.tm_mon + 1, tm.tm_mday, _(weekdays[tm.tm_wday]));
	else
		snprintf(day, sizeof(day), "%d-%02d-%02d, %s",
			 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
			 _(weekdays[tm.tm_wday]));
	snprintf(clock, sizeof(clock), "%02d:%02d:%02d", tm.tm_hour, tm.tm_min,
		 tm.tm_sec);
	strftime(zone, sizeof(zone), "%Z (UTC%z)", &tm);
	pane_pair(pane, _("Date"), STYLE_STRONG, day);
	pane_pair(pane, _("Time"), STYLE_STRONG, clock);
	pane_pair(pane, _("Time zone"), STYLE_PLAIN, zone);
}

static const char *synchronised(const char *fact)
{
	struct timex t = { 0 };
	int state = adjtimex(&t);

	if (!strcmp(fact, "rtc-local"))
		return _("the machine's own, taken for local time as Windows does");
	if (!strcmp(fact, "rtc-utc"))
		return _("the machine's own, taken for UTC");
	if (!strncmp(fact, "network", strlen("network")))
		return _("a time server on the network");
	if (state < 0)
		return _("not known whether it is synchronised");
	return state == TIME_ERROR || (t.status & STA_UNSYNC) ?
		_("the machine's own, not synchronised with any other") :
		_("synchronised over the network");
}

static bool unconfirmed(const struct session *session)
{
	return session->clock == HAIKI_CLOCK_UNASKED;
}

static void compose(const struct session *session, struct pane *pane)
{
	char fact[32];

	pane_blank(pane);
	pane_text(pane, 0, STYLE_STRONG,
		  _("Is this machine's clock right? The records bear its time."));
	pane_blank(pane);
	say_time(session, pane);
	live_fact(session->setup.live, "clock", fact, sizeof(fact));
	if (!strcmp(fact, "rtc-wrong"))
		pane_pair(pane, _("Clock"), STYLE_BAD,
			  _("The machine's clock was impossible, so this time is WRONG: set it with key C."));
	else
		pane_pair(pane, _("Clock"), STYLE_PLAIN, synchronised(fact));
	pane_blank(pane);
	pane_text(pane, 2, STYLE_PLAIN,
		  _("Compare it with a clock that you trust. A minute more or less does no harm; a wrong day makes the record worthless."));
	pane_hint(pane, "Enter", _("it is right"));
	pane_hint(pane, "C", _("correct it"));
	pane_hint(pane, "Esc", _("back"));
}

static enum move key(struct session *session, const struct input *input)
{
	switch (input->key) {
	case INPUT_ESCAPE:
		return MOVE_BACK;
	case INPUT_ENTER:
		if (session->clock == HAIKI_CLOCK_UNASKED)
			session->clock = HAIKI_CLOCK_CONFIRMED;
		return MOVE_NEXT;
	case INPUT_CHAR:
		if (input->c != 'c' && input->c != 'C')
			return MOVE_STAY;
		session->to = SCREEN_SET_CLOCK;
		return MOVE_TO;
	default:
		return MOVE_STAY;
	}
}

const struct screen screen_clock = {
	.title = N_("Is the clock right?"),
	.help = N_("Old machines forget the time when their battery is empty. The record says whether the clock was confirmed or set by you. It is asked once."),
	.applies = unconfirmed,
	.compose = compose,
	.key = key,
};

/* --- setting it --------------------------------------------------------------- */

static const struct entry entries[] = {
	{ FIELD_DATE, N_("Date"), N_("Today, as 2026-04-01."), false, NULL, LIST_NONE },
	{ FIELD_TIME, N_("Time"), N_("Now, as 14:05; it is set when you press Enter."), false, NULL, LIST_NONE },
};

static void enter_set(struct session *session)
{
	time_t now = time(NULL);
	struct tm tm;

	if (localtime_r(&now, &tm)) {
		strftime(session->fields[FIELD_DATE], FIELD_SIZE, "%Y-%m-%d",
			 &tm);
		strftime(session->fields[FIELD_TIME], FIELD_SIZE, "%H:%M", &tm);
	}
	entry_begin(session, entries, ARRAY_SIZE(entries));
}

static void compose_set(const struct session *session, struct pane *pane)
{
	pane_blank(pane);
	entry_compose(session, pane, entries, ARRAY_SIZE(entries));
	pane_hint(pane, "Enter", _("next line"));
	pane_hint(pane, "Esc", _("back"));
}

static bool set(struct session *session)
{
	struct haiki_error err = { 0 };
	time_t at;

	if (!clock_parse(session->fields[FIELD_DATE],
			 session->fields[FIELD_TIME], &at)) {
		session_say(session, STYLE_BAD, "%s %s", _("[!]"),
			    _("That is no date and time: write them as 2026-04-01 and 14:05."));
		return false;
	}
	if (session_training(session)) {
		session_say(session, STYLE_DUTY, "%s",
			    _("In training the clock isn't really set."));
		return true;
	}
	if (!session->setup.live) {
		session_say(session, STYLE_BAD, "%s %s", _("[!]"),
			    _("This machine's clock belongs to its administrator: let it be set there (timedatectl), then come back."));
		return false;
	}
	if (clock_set(at, &err) < 0) {
		session_say_error(session, &err);
		return false;
	}
	session->clock = HAIKI_CLOCK_SET;
	session_say(session, STYLE_STRONG, "%s", _("The clock was set."));
	return true;
}

static enum move key_set(struct session *session, const struct input *input)
{
	enum move move = entry_key(session, input, entries,
				   ARRAY_SIZE(entries));

	if (move == MOVE_NEXT)
		return set(session) ? MOVE_BACK : MOVE_STAY;
	return move;
}

const struct screen screen_set_clock = {
	.title = N_("Set the clock"),
	.help = N_("Type the date and the time of a clock that you trust. They count until the machine is switched off; its own clock is left as it is."),
	.typing = true,
	.enter = enter_set,
	.compose = compose_set,
	.key = key_set,
};
