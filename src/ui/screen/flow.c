/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "ui/screen/session.h"
#include "ui/ui.h"

static const struct {
	const char *name;
	const struct screen *screen;
} screens[SCREEN_COUNT] = {
	[SCREEN_MENU] = { "menu", &screen_menu },
	[SCREEN_RESUME] = { "resume", &screen_resume },
	[SCREEN_BODY] = { "body", &screen_body },
	[SCREEN_CLASS] = { "class", &screen_class },
	[SCREEN_WHO] = { "who", &screen_who },
	[SCREEN_PERMISSION] = { "permission", &screen_permission },
	[SCREEN_CLOCK] = { "clock", &screen_clock },
	[SCREEN_SET_CLOCK] = { "set-clock", &screen_set_clock },
	[SCREEN_DRIVES] = { "drives", &screen_drives },
	[SCREEN_DRIVE] = { "drive", &screen_drive },
	[SCREEN_THAW] = { "thaw", &screen_thaw },
	[SCREEN_KEY] = { "key", &screen_key },
	[SCREEN_CONFIRM] = { "confirm", &screen_confirm },
	[SCREEN_BEGIN] = { "begin", &screen_begin },
	[SCREEN_PROGRESS] = { "progress", &screen_progress },
	[SCREEN_RESULT] = { "result", &screen_result },
	[SCREEN_PROOF] = { "proof", &screen_proof },
	[SCREEN_CODE] = { "code", &screen_code },
	[SCREEN_WITNESS] = { "witness", &screen_witness },
	[SCREEN_SIGN] = { "sign", &screen_sign },
	[SCREEN_AFTER] = { "after", &screen_after },
};

/* The two ways through; what stands beside them is reached by MOVE_TO. */
static const enum screen_id erasing[] = {
	SCREEN_MENU, SCREEN_BODY, SCREEN_CLASS, SCREEN_WHO, SCREEN_PERMISSION,
	SCREEN_CLOCK, SCREEN_DRIVES, SCREEN_KEY, SCREEN_CONFIRM, SCREEN_BEGIN,
	SCREEN_PROGRESS, SCREEN_RESULT, SCREEN_WITNESS, SCREEN_AFTER,
	SCREEN_COUNT
};
static const enum screen_id resuming[] = {
	SCREEN_MENU, SCREEN_RESUME, SCREEN_CLOCK, SCREEN_KEY, SCREEN_CONFIRM,
	SCREEN_BEGIN, SCREEN_PROGRESS, SCREEN_RESULT, SCREEN_WITNESS,
	SCREEN_AFTER, SCREEN_COUNT
};

/* Where Escape leads from what stands beside the ways. */
static const struct {
	enum screen_id from, to;
} asides[] = {
	{ SCREEN_SET_CLOCK, SCREEN_CLOCK },
	{ SCREEN_DRIVE, SCREEN_DRIVES },
	{ SCREEN_THAW, SCREEN_DRIVES },
	{ SCREEN_PROOF, SCREEN_RESULT },
	{ SCREEN_CODE, SCREEN_RESULT },
	{ SCREEN_SIGN, SCREEN_WITNESS },
};

const struct screen *flow_screen(enum screen_id id)
{
	return screens[id].screen;
}

const char *flow_name(enum screen_id id)
{
	return screens[id].name;
}

static void arrive(struct session *session, enum screen_id id)
{
	const struct screen *screen = flow_screen(id);

	session->at = id;
	session->overlay = OVERLAY_NONE;
	session->follow = true;
	session->entry = 0;
	session->caret = 0;
	if (screen->enter)
		screen->enter(session);
}

void flow_go(struct session *session, enum screen_id id)
{
	session->scroll[id] = 0;
	arrive(session, id);
}

static bool applies(const struct session *session, enum screen_id id)
{
	const struct screen *screen = flow_screen(id);

	return !screen->applies || screen->applies(session);
}

static int place_on(const enum screen_id *way, enum screen_id at)
{
	for (int i = 0; way[i] != SCREEN_COUNT; i++)
		if (way[i] == at)
			return i;
	return -1;
}

static void go_next(struct session *session)
{
	const enum screen_id *way = session->resuming ? resuming : erasing;
	int i = place_on(way, session->at);

	if (i < 0)
		return;
	for (i++; way[i] != SCREEN_COUNT; i++) {
		if (applies(session, way[i])) {
			flow_go(session, way[i]);
			return;
		}
	}
}

static void go_back(struct session *session)
{
	const enum screen_id *way = session->resuming ? resuming : erasing;
	int i = place_on(way, session->at);

	for (size_t j = 0; j < ARRAY_SIZE(asides); j++) {
		if (asides[j].from == session->at) {
			arrive(session, asides[j].to);
			return;
		}
	}
	if (i < 0 || flow_screen(session->at)->no_way_back)
		return;
	for (i--; i >= 0; i--) {
		if (applies(session, way[i])) {
			arrive(session, way[i]);
			return;
		}
	}
}

static void move(struct session *session, enum move move)
{
	switch (move) {
	case MOVE_NEXT:
		go_next(session);
		break;
	case MOVE_BACK:
		go_back(session);
		break;
	case MOVE_TO:
		flow_go(session, session->to);
		break;
	case MOVE_LEAVE:
		session->leave = true;
		break;
	case MOVE_STAY:
		break;
	}
}

/* --- keys that mean the same everywhere ------------------------------------- */

static void other_language(struct session *session)
{
	const char *lang = session_japanese(session) ? "en" : "ja";

	snprintf(session->language, sizeof(session->language), "%s", lang);
	ui_switch_language(lang);
	/* What drives and plans say was said in the other language. */
	if (session->at == SCREEN_DRIVES) {
		struct haiki_error err = { 0 };

		if (session_scan(session, &err) < 0)
			session_say_error(session, &err);
	} else if (!session->runner) {
		session_plan(session);
	}
	if (session->at == SCREEN_PROOF)
		flow_screen(SCREEN_PROOF)->enter(session);
}

static bool is_char(const struct input *input, const char *which)
{
	return input->key == INPUT_CHAR && input->c < 0x80 && input->c &&
		strchr(which, (int)input->c);
}

static void scroll(struct session *session, size_t *at, int pages)
{
	struct frame frame = { .notice = session->notice };
	size_t page = (size_t)frame_lines(&frame, session->rows,
					  session->columns) - 1;

	session->follow = false;
	if (pages > 0)
		*at += page;
	else
		*at = *at > page ? *at - page : 0;
}

static bool paging(struct session *session, const struct input *input,
		   size_t *at)
{
	if (input->key != INPUT_PAGE_UP && input->key != INPUT_PAGE_DOWN)
		return false;
	scroll(session, at, input->key == INPUT_PAGE_DOWN ? 1 : -1);
	return true;
}

static void quit_key(struct session *session, const struct input *input)
{
	if (is_char(input, "yY")) {
		session->overlay = OVERLAY_NONE;
		if (session->runner) {
			runner_stop(session->runner, session->stopping ?
				    HAIKI_STOP_NOW : HAIKI_STOP_SAFELY);
			session->stopping = true;
		} else if (session->setup.live && session->at != SCREEN_MENU) {
			flow_go(session, SCREEN_MENU);
		} else {
			move(session, session_end(session, "poweroff"));
		}
	} else if (input->key != INPUT_INTERRUPT) {
		session->overlay = OVERLAY_NONE;
	}
}

static void overlay_key(struct session *session, const struct input *input)
{
	if (paging(session, input, &session->overlay_scroll))
		return;
	if (input->key == INPUT_F2)
		other_language(session);
	else if (session->overlay == OVERLAY_QUIT)
		quit_key(session, input);
	else if (input->key == INPUT_INTERRUPT)
		session->overlay = OVERLAY_QUIT;
	else if (is_char(input, "lL"))
		other_language(session);
	else
		session->overlay = OVERLAY_NONE;
}

static bool common_key(struct session *session, const struct input *input,
		       bool typing)
{
	if (input->key == INPUT_INTERRUPT) {
		session->overlay = OVERLAY_QUIT;
		session->overlay_scroll = 0;
	} else if (input->key == INPUT_F1 || (!typing && is_char(input, "?"))) {
		session->overlay = OVERLAY_HELP;
		session->overlay_scroll = 0;
	} else if (input->key == INPUT_F2 || (!typing && is_char(input, "lL"))) {
		other_language(session);
	} else {
		return paging(session, input, &session->scroll[session->at]);
	}
	return true;
}

void flow_key(struct session *session, const struct input *input)
{
	const struct screen *screen = flow_screen(session->at);
	bool was_ready = session->stick_ready;

	session_look(session);
	/* On a stick that came just now there may be interrupted work. */
	if (!was_ready && session->stick_ready && session->at == SCREEN_MENU)
		screen->enter(session);
	if (input->key == INPUT_TICK) {
		if (session->at == SCREEN_PROGRESS || session->at == SCREEN_CLOCK)
			move(session, screen->key(session, input));
		return;
	}
	session->notice[0] = '\0';
	if (session->overlay != OVERLAY_NONE) {
		overlay_key(session, input);
		return;
	}
	if (common_key(session, input, screen->typing))
		return;
	session->follow = true;
	move(session, screen->key(session, input));
}

bool list_key(struct session *session, const struct input *input, size_t count)
{
	size_t *choice = &session->choice[session->at];

	size_t before = *choice;

	if (count == 0)
		return false;
	switch (input->key) {
	case INPUT_UP:
		*choice = *choice ? *choice - 1 : 0;
		break;
	case INPUT_DOWN:
		*choice = *choice + 1 < count ? *choice + 1 : count - 1;
		break;
	case INPUT_HOME:
		*choice = 0;
		break;
	case INPUT_END:
		*choice = count - 1;
		break;
	default:
		return false;
	}
	if (*choice != before)
		session->scroll[session->at] = 0;
	return true;
}

/* --- drawing ---------------------------------------------------------------- */

static void compose_help(const struct session *session, struct pane *pane)
{
	const struct screen *screen = flow_screen(session->at);

	pane_title(pane, _("Help"));
	pane_blank(pane);
	pane_text(pane, 0, STYLE_STRONG, _(screen->title));
	pane_blank(pane);
	pane_text(pane, 2, STYLE_PLAIN, _(screen->help));
	pane_blank(pane);
	pane_text(pane, 0, STYLE_STRONG, _("Everywhere"));
	pane_blank(pane);
	pane_labelled(pane, 2, 22, _("arrow keys"), STYLE_PLAIN,
		      _("go from one line to the next"));
	pane_labelled(pane, 2, 22, "Enter", STYLE_PLAIN,
		      _("goes on; it never destroys anything by itself"));
	pane_labelled(pane, 2, 22, "Esc", STYLE_PLAIN,
		      _("goes back; nothing that was entered is lost"));
	pane_labelled(pane, 2, 22, "PageUp, PageDown", STYLE_PLAIN,
		      _("move through text that is longer than the screen"));
	pane_labelled(pane, 2, 22, _("F2, or L"), STYLE_PLAIN,
		      _("Japanese or English"));
	pane_labelled(pane, 2, 22, "Ctrl+C", STYLE_PLAIN,
		      _("asks whether to stop"));
	pane_hint(pane, "Esc", _("back"));
	pane_hint(pane, "F2", session_japanese(session) ? "English" : "日本語");
}

static void compose_quit(const struct session *session, struct pane *pane)
{
	pane_title(pane, _("Stop?"));
	pane_blank(pane);
	if (session->runner) {
		pane_text(pane, 2, STYLE_STRONG, session->stopping ?
			  _("They are stopping already. Leave those that erase themselves to that?") :
			  _("Drives are being erased. Stop them?"));
		pane_blank(pane);
		pane_text(pane, 2, STYLE_PLAIN, session->stopping ?
			  _("A drive that erases itself goes on with that until its power is taken; it is found again when the work is resumed.") :
			  _("What can be stopped is brought to a state from which it can go on later; a drive that is erasing itself may have to finish first. Until then none of these drives may leave the building."));
	} else if (session->setup.live) {
		pane_text(pane, 2, STYLE_STRONG, session->at == SCREEN_MENU ?
			  _("Switch this machine off?") :
			  _("Go back to the first screen?"));
	} else {
		pane_text(pane, 2, STYLE_STRONG, _("Leave haiki?"));
	}
	pane_blank(pane);
	pane_labelled(pane, 2, 10, "Y", STYLE_PLAIN, session->runner ?
		      _("yes, stop the drives") : _("yes"));
	pane_labelled(pane, 2, 10, "Enter", STYLE_PLAIN, _("no, go on"));
	pane_hint(pane, "Enter", _("go on"));
	pane_hint(pane, "Y", session->runner ? _("stop") : _("leave"));
	pane_hint(pane, "F2", session_japanese(session) ? "English" : "日本語");
}

static void compose(const struct session *session, struct pane *pane)
{
	const struct screen *screen = flow_screen(session->at);

	if (session->overlay == OVERLAY_HELP) {
		compose_help(session, pane);
		return;
	}
	if (session->overlay == OVERLAY_QUIT) {
		compose_quit(session, pane);
		return;
	}
	pane_title(pane, _(screen->title));
	pane_hint(pane, "F1", _("help"));
	pane_hint(pane, "F2", session_japanese(session) ? "English" : "日本語");
	screen->compose(session, pane);
}

int flow_draw(struct session *session, struct grid *ret_grid,
	      unsigned *ret_faults)
{
	char corner[64];
	struct frame frame = {
		.training = session_training(session),
		.corner = corner,
		.notice = session->notice[0] ? session->notice :
			!session->stick_ready ? session->stick : NULL,
		.notice_style = session->notice[0] ? session->notice_style :
			STYLE_BAD,
		.scroll = session->overlay ? &session->overlay_scroll :
			&session->scroll[session->at],
		.follow = session->follow && !session->overlay,
	};
	struct pane pane;
	int r = grid_new(session->rows, session->columns, ret_grid);

	if (r < 0)
		return r;
	snprintf(corner, sizeof(corner), "haiki %s %s", HAIKI_VERSION,
		 session->build);
	pane_init(&pane, frame_columns(session->columns));
	if (session->columns >= FRAME_MIN_COLUMNS)
		compose(session, &pane);
	frame_draw(&frame, &pane, ret_grid);
	if (ret_faults)
		*ret_faults = pane.faults + ret_grid->cut +
			ret_grid->overlapped;
	pane_free(&pane);
	return 0;
}
