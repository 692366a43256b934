/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/progress_json.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"

static const char *result_word(const struct haiki_event *event)
{
	switch (event->ending) {
	case HAIKI_ENDING_RECORDED:
		return haiki_result_name(event->result);
	case HAIKI_ENDING_REFUSED:
		return "refused";
	default:
		return "interrupted";
	}
}

static void set_progress(json_t *json, const struct haiki_event *event)
{
	char percent[16], rate[32], usual[32];

	snprintf(percent, sizeof(percent), "%u.%u", event->permille / 10,
		 event->permille % 10);
	snprintf(rate, sizeof(rate), "%.1f", event->bytes_per_second / 1e6);
	snprintf(usual, sizeof(usual), "%.1f",
		 event->usual_bytes_per_second / 1e6);
	json_object_set_new(json, "percent", json_real(strtod(percent, NULL)));
	json_object_set_new(json, "bytes",
			    json_integer((json_int_t)event->bytes));
	json_object_set_new(json, "bytes_total",
			    json_integer((json_int_t)event->bytes_total));
	json_object_set_new(json, "mb_per_s", event->bytes_per_second > 0 ?
			    json_real(strtod(rate, NULL)) : json_null());
	json_object_set_new(json, "eta_seconds", event->seconds_left >= 0 ?
			    json_integer(event->seconds_left) : json_null());
	json_object_set_new(json, "temperature_c", event->temperature_known ?
			    json_integer(event->temperature) : json_null());
	json_object_set_new(json, "too_hot", json_boolean(event->too_hot));
	json_object_set_new(json, "cooling", json_boolean(event->cooling));
	json_object_set_new(json, "slow", json_boolean(event->slow));
	json_object_set_new(json, "usual_mb_per_s",
			    event->usual_bytes_per_second > 0 ?
			    json_real(strtod(usual, NULL)) : json_null());
	if (event->passes) {
		json_object_set_new(json, "pass", json_integer(event->pass));
		json_object_set_new(json, "passes",
				    json_integer(event->passes));
	}
}

static void print(const json_t *json)
{
	CLEANUP(free) char *text = json_dumps(json, JSON_COMPACT |
					      JSON_REAL_PRECISION(6));

	if (!text)
		return;
	printf("%s\n", text);
	fflush(stdout);
}

static json_t *text_or_null(const char *text)
{
	return text && *text ? json_string(text) : json_null();
}

void progress_json_note(const char *event, const char *path,
			const char *serial, const char *asset,
			const char *message)
{
	CLEANUP(json) json_t *json = json_object();

	json_object_set_new(json, "event", json_string(event));
	json_object_set_new(json, "drive", text_or_null(path));
	json_object_set_new(json, "serial", text_or_null(serial));
	json_object_set_new(json, "phase", json_null());
	if (asset)
		json_object_set_new(json, "asset", json_string(asset));
	json_object_set_new(json, "message", text_or_null(message));
	print(json);
}

void progress_json_event(const struct haiki_event *event, const char *asset)
{
	static const char *const kinds[] = {
		[HAIKI_EVENT_PHASE] = "phase",
		[HAIKI_EVENT_PROGRESS] = "progress",
		[HAIKI_EVENT_ERROR] = "error",
		[HAIKI_EVENT_DONE] = "done",
	};
	CLEANUP(json) json_t *json = json_object();

	json_object_set_new(json, "event", json_string(kinds[event->kind]));
	json_object_set_new(json, "drive", json_string(event->drive->path));
	json_object_set_new(json, "serial", json_string(event->drive->serial));
	json_object_set_new(json, "phase", event->phase ?
			    json_string(event->phase) : json_null());
	json_object_set_new(json, "method", event->method ?
			    json_string(haiki_method_name(event->method)) :
			    json_null());
	json_object_set_new(json, "message", event->message ?
			    json_string(event->message) : json_null());
	if (event->kind == HAIKI_EVENT_PROGRESS)
		set_progress(json, event);
	if (event->kind == HAIKI_EVENT_DONE) {
		json_object_set_new(json, "result",
				    json_string(result_word(event)));
		json_object_set_new(json, "certificate", event->certificate ?
				    json_string(event->certificate) :
				    json_null());
		json_object_set_new(json, "touched",
				    json_boolean(event->touched));
	}
	if (asset)
		json_object_set_new(json, "asset", json_string(asset));
	print(json);
}
