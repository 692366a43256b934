/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "ui/screen/session.h"
#include "ui/ui.h"
#include "ui/words.h"

#define LABEL_WIDTH 22

void entry_begin(struct session *session, const struct entry *entries,
		 size_t count)
{
	if (session->entry >= count)
		session->entry = 0;
	session->caret = strlen(session->fields[entries[session->entry].field]);
}

static void go_to(struct session *session, const struct entry *entries,
		  size_t number)
{
	session->entry = number;
	session->caret = strlen(session->fields[entries[number].field]);
}

/* --- showing ---------------------------------------------------------------- */

static char *shown_text(const struct entry *entry, const char *text)
{
	size_t stars = 0;
	char *hidden;

	if (entry->values)
		return strdup(ui_word(text));
	if (!entry->secret)
		return strdup(text);
	for (const char *p = text; *p; p++)
		stars += ((unsigned char)*p & 0xc0) != 0x80;
	hidden = malloc(stars + 1);
	if (hidden) {
		memset(hidden, '*', stars);
		hidden[stars] = '\0';
	}
	return hidden;
}

/* Columns of what stands before the caret. */
static int caret_column(const struct entry *entry, const char *text,
			size_t caret)
{
	CLEANUP(free) char *before = strndup(text, caret);
	CLEANUP(free) char *shown = before ? shown_text(entry, before) : NULL;
	CLEANUP(free) char *clean = shown ? screen_text(shown) : NULL;

	return clean && !entry->values ? ui_width(clean) : 0;
}

/* Skips so many columns of a text that is longer than its field. */
static const char *skip_columns(const char *text, int columns, int *ret_skipped)
{
	int skipped = 0;

	while (skipped < columns && *text) {
		size_t n = 1;
		char one[8] = "";

		while (((unsigned char)text[n] & 0xc0) == 0x80)
			n++;
		memcpy(one, text, n < sizeof(one) ? n : sizeof(one) - 1);
		skipped += ui_width(one);
		text += n;
	}
	*ret_skipped = skipped;
	return text;
}

static bool offers(const struct session *session, const struct entry *entry)
{
	return entry->values || session->lists[entry->list].count;
}

static void show_field(const struct session *session, struct pane *pane,
		       const struct entry *entry, bool active)
{
	const char *text = session->fields[entry->field];
	CLEANUP(free) char *shown = shown_text(entry, text);
	CLEANUP(free) char *clean = shown ? screen_text(shown) : NULL;
	int width = pane->columns - LABEL_WIDTH - 4, skipped = 0;
	enum style style = active ? STYLE_FIELD_ACTIVE : STYLE_FIELD;
	int column = active ? caret_column(entry, text, session->caret) : 0;
	const char *part = clean;

	if (!clean) {
		pane->failed = true;
		return;
	}
	if (width > 60)
		width = 60;
	if (column > width - 2)
		part = skip_columns(clean, column - width + 2, &skipped);
	pane_cell(pane, LABEL_WIDTH + 2, 0, STYLE_PLAIN,
		  active && offers(session, entry) ? "<" : "[");
	pane_cellf(pane, LABEL_WIDTH + 3, width, style, "%s%*s", part,
		   width > ui_width(part) ? width - ui_width(part) : 0, "");
	pane_cell(pane, LABEL_WIDTH + 3 + width, 0, STYLE_PLAIN,
		  active && offers(session, entry) ? ">" : "]");
	if (!active)
		return;
	pane->has_cursor = true;
	pane->cursor_line = pane->count - 1;
	pane->cursor_column = LABEL_WIDTH + 3 + column - skipped;
}

void entry_compose(const struct session *session, struct pane *pane,
		   const struct entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool active = i == session->entry;
		size_t from = pane->count;

		pane_row(pane);
		pane_cell(pane, 0, 0, STYLE_STRONG, active ? ">" : " ");
		pane_cell(pane, 2, LABEL_WIDTH - 1, active ? STYLE_STRONG :
			  STYLE_PLAIN, _(entries[i].label));
		show_field(session, pane, &entries[i], active);
		if (active) {
			pane->keep_from = from;
			pane->keep_to = pane->count;
		}
	}
	pane_blank(pane);
	if (session->entry < count && entries[session->entry].hint)
		pane_text(pane, 2, STYLE_PLAIN,
			  _(entries[session->entry].hint));
	if (session->entry < count &&
	    session->lists[entries[session->entry].list].count)
		pane_text(pane, 2, STYLE_STRONG,
			  _("The left and right arrow keys choose from a list."));
	else if (session->entry < count && session->setup.live &&
		 (entries[session->entry].list == LIST_PEOPLE ||
		  entries[session->entry].list == LIST_DEPARTMENTS ||
		  entries[session->entry].list == LIST_PLACES))
		pane_text(pane, 2, STYLE_PLAIN,
			  _("No Japanese can be typed here: put the names to choose from into haiki.conf on the stick (people, departments, places), or type Latin letters."));
}

/* --- typing ----------------------------------------------------------------- */

static size_t char_before(const char *text, size_t caret)
{
	do
		caret--;
	while (caret && ((unsigned char)text[caret] & 0xc0) == 0x80);
	return caret;
}

static size_t char_after(const char *text, size_t caret)
{
	do
		caret++;
	while (((unsigned char)text[caret] & 0xc0) == 0x80);
	return caret;
}

static void insert(struct session *session, char *text, uint32_t c)
{
	uint8_t bytes[6];
	int n = u8_uctomb(bytes, c, sizeof(bytes));
	size_t length = strlen(text);

	if (n <= 0 || !text_is_clean((const char *)bytes, (size_t)n))
		return;
	if (length + (size_t)n >= FIELD_SIZE) {
		session_say(session, STYLE_DUTY, "%s",
			    _("There is no room for more."));
		return;
	}
	memmove(text + session->caret + n, text + session->caret,
		length - session->caret + 1);
	memcpy(text + session->caret, bytes, (size_t)n);
	session->caret += (size_t)n;
}

static void erase(char *text, size_t from, size_t to)
{
	memmove(text + from, text + to, strlen(text + to) + 1);
}

static void choose_value(char *text, const char *const *values, int step)
{
	int count = 0, at = 0;

	for (; values[count]; count++)
		if (!strcmp(values[count], text))
			at = count;
	snprintf(text, FIELD_SIZE, "%s", values[(at + step + count) % count]);
}

static void value_key(char *text, const char *const *values,
		      const struct input *input)
{
	if (input->key == INPUT_LEFT)
		choose_value(text, values, -1);
	else if (input->key == INPUT_RIGHT ||
		 (input->key == INPUT_CHAR && input->c == ' '))
		choose_value(text, values, 1);
}

/* In a field that has a list the arrows go through that. */
static bool list_of_names_key(struct session *session, char *text,
			      const struct entry *entry,
			      const struct input *input)
{
	const char *name;

	if (input->key != INPUT_LEFT && input->key != INPUT_RIGHT)
		return false;
	name = names_next(&session->lists[entry->list], text,
			  input->key == INPUT_RIGHT ? 1 : -1);
	if (!name)
		return false;
	snprintf(text, FIELD_SIZE, "%s", name);
	session->caret = strlen(text);
	return true;
}

static void text_key(struct session *session, char *text,
		     const struct input *input)
{
	size_t *caret = &session->caret;

	switch (input->key) {
	case INPUT_CHAR:
		insert(session, text, input->c);
		break;
	case INPUT_BACKSPACE:
		if (*caret) {
			size_t before = char_before(text, *caret);

			erase(text, before, *caret);
			*caret = before;
		}
		break;
	case INPUT_DELETE:
		if (text[*caret])
			erase(text, *caret, char_after(text, *caret));
		break;
	case INPUT_LEFT:
		*caret = *caret ? char_before(text, *caret) : 0;
		break;
	case INPUT_RIGHT:
		*caret = text[*caret] ? char_after(text, *caret) : *caret;
		break;
	case INPUT_HOME:
		*caret = 0;
		break;
	case INPUT_END:
		*caret = strlen(text);
		break;
	default:
		break;
	}
}

enum move entry_key(struct session *session, const struct input *input,
		    const struct entry *entries, size_t count)
{
	size_t at = session->entry;
	const struct entry *entry = &entries[at];
	char *text = session->fields[entry->field];

	switch (input->key) {
	case INPUT_ESCAPE:
		return MOVE_BACK;
	case INPUT_ENTER:
		if (at + 1 == count)
			return MOVE_NEXT;
		go_to(session, entries, at + 1);
		break;
	case INPUT_TAB:
	case INPUT_DOWN:
		go_to(session, entries, (at + 1) % count);
		break;
	case INPUT_BACK_TAB:
	case INPUT_UP:
		go_to(session, entries, (at + count - 1) % count);
		break;
	default:
		if (entry->values)
			value_key(text, entry->values, input);
		else if (!list_of_names_key(session, text, entry, input))
			text_key(session, text, input);
	}
	return MOVE_STAY;
}
