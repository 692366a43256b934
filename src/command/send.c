/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <haiki/send.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"
#include "command/command.h"
#include "command/signer.h"
#include "ui/ui.h"

extern const struct command command_send;

#define PASSPHRASE_SIZE 1024
/* Between tries, doubled each time. */
#define FIRST_PAUSE 1
#define LONGEST_PAUSE 60

struct order {
	const char *out;
	struct haiki_server server;
	bool json;
	unsigned long retry_seconds;
	json_t *files;            /* for --json */
};

static const char *const states[] = {
	[HAIKI_SENDING_WAITS] = "waits",
	[HAIKI_SENDING_SENT] = "sent",
	[HAIKI_SENDING_PRESENT] = "present",
	[HAIKI_SENDING_REFUSED] = "refused",
};

static void hear(void *opaque, const struct haiki_sent *sent)
{
	static const char *const words[] = {
		[HAIKI_SENDING_WAITS] = N_("waits"),
		[HAIKI_SENDING_SENT] = N_("sent"),
		[HAIKI_SENDING_PRESENT] = N_("was there"),
		[HAIKI_SENDING_REFUSED] = N_("REFUSED"),
	};
	const struct order *order = opaque;

	if (order->json) {
		json_array_append_new(order->files, json_pack(
			"{s:s,s:s,s:I,s:s,s:s}", "file", ui_safe(sent->file), "state",
			states[sent->state], "status",
			(json_int_t)sent->status, "at", sent->at, "why",
			sent->why));
		return;
	}
	ui_pad(stdout, _(words[sent->state]), 10);
	/* Not wrapped: a name is there to be copied. */
	printf("%s", ui_safe(sent->file));
	if (sent->status)
		printf("  HTTP %ld  %s", sent->status, sent->at);
	putchar('\n');
}

static int show(const struct order *order,
		const struct haiki_sending_count *count,
		const struct haiki_error *why)
{
	CLEANUP(json) json_t *json = NULL;
	char text[256];

	if (!order->json) {
		if (why->code && why->code != -EAGAIN)
			ui_wrap(stdout, ui_safe(why->local[0] ? why->local :
						why->text), 0);
		snprintf(text, sizeof(text),
			 _("%zu files sent now, %zu in all; %zu wait"),
			 count->sent, count->confirmed, count->waiting);
		ui_wrap(stdout, text, 0);
		return 0;
	}
	json = json_pack("{s:s,s:I,s:I,s:I,s:s,s:O}", "to", order->server.url,
			 "sent", (json_int_t)count->sent, "confirmed",
			 (json_int_t)count->confirmed, "waiting",
			 (json_int_t)count->waiting, "why",
			 why->local[0] ? why->local : why->text, "files",
			 order->files);
	if (!json || json_dumpf(json, stdout, JSON_INDENT(2)) < 0)
		return -ENOMEM;
	putchar('\n');
	return 0;
}

/* Tries until all is there, or the time is over. */
static int try_on(struct order *order, struct haiki_sending_count *ret_count,
		  struct haiki_error *err)
{
	uint64_t end = time_monotonic_ms() + order->retry_seconds * 1000;
	unsigned pause = FIRST_PAUSE;
	size_t sent = 0;

	for (;;) {
		struct timespec wait = { .tv_sec = pause };
		int r;

		*err = (struct haiki_error){ 0 };
		r = haiki_send(order->out, &order->server, hear, order,
			       ret_count, err);
		if (r == 0 || r == -EAGAIN) {
			sent += ret_count->sent;
			ret_count->sent = sent;
		}
		if (r != -EAGAIN ||
		    time_monotonic_ms() + pause * 1000ull > end)
			return r;
		if (nanosleep(&wait, NULL) < 0)
			return r;
		pause = 2 * pause > LONGEST_PAUSE ? LONGEST_PAUSE : 2 * pause;
	}
}

static int send_queue(struct order *order)
{
	struct haiki_sending_count count = { 0 };
	struct haiki_error err = { 0 };
	int r = try_on(order, &count, &err);

	if (r < 0 && r != -EAGAIN)
		return command_fail(r == -EINVAL ? EXIT_REFUSED :
				    EXIT_SURROUNDINGS, &err);
	if (show(order, &count, &err) < 0)
		return command_failf(EXIT_SURROUNDINGS, N_("out of memory"));
	return r < 0 ? command_fail(EXIT_SURROUNDINGS, &err) : EXIT_CONFORMING;
}

static int list_queue(struct order *order)
{
	struct haiki_sending_count count = { 0 };
	struct haiki_error err = { 0 };
	int r = haiki_server_check(&order->server, &err);

	if (r < 0)
		return command_fail(EXIT_REFUSED, &err);
	r = haiki_send_list(order->out, order->server.url, hear, order, &count,
			    &err);
	if (r < 0)
		return command_fail(EXIT_SURROUNDINGS, &err);
	if (show(order, &count, &err) < 0)
		return command_failf(EXIT_SURROUNDINGS, N_("out of memory"));
	return count.waiting ? EXIT_DUTY : EXIT_CONFORMING;
}

static int ask_server(const struct order *order)
{
	struct haiki_error err = { 0 };
	int r = haiki_server_ask(&order->server, &err);

	if (r < 0)
		return command_fail(r == -EINVAL ? EXIT_REFUSED :
				    EXIT_SURROUNDINGS, &err);
	ui_wrap(stdout, _("The server is there, is the right one, and lets us talk."), 0);
	return EXIT_CONFORMING;
}

static int read_order(const struct options *options, struct order *order)
{
	const char *text = options_value(options, "retry-for");
	const char *const *arguments;
	char *end = NULL;

	if (options_arguments(options, &arguments))
		return command_failf(EXIT_REFUSED,
			N_("send takes no arguments, only options: see \"haiki help send\""));
	if (!order->server.url)
		return command_failf(EXIT_REFUSED,
			N_("where to? Give --send-to https://..."));
	if (!order->out)
		return command_failf(EXIT_REFUSED,
			N_("which records? Give --out DIR"));
	if (!text)
		return EXIT_CONFORMING;
	order->retry_seconds = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end ||
	    order->retry_seconds > 1000000)
		return command_failf(EXIT_REFUSED,
			N_("--retry-for %s is no number of seconds up to 1000000"),
			text);
	return EXIT_CONFORMING;
}

static int run_order(const struct options *options, struct order *order)
{
	if (options_flag(options, "check"))
		return ask_server(order);
	if (options_flag(options, "dry-run"))
		return list_queue(order);
	return send_queue(order);
}

static int run(const struct options *options)
{
	const char *file = options_value(options, "send-passphrase-file");
	char passphrase[PASSPHRASE_SIZE] = "";
	struct order order = {
		.out = options_value(options, "out"),
		.server = {
			.url = options_value(options, "send-to"),
			.cert_file = options_value(options, "send-cert"),
			.key_file = options_value(options, "send-key"),
			.ca_file = options_value(options, "send-ca"),
		},
		.json = options_flag(options, "json"),
		.files = json_array(),
	};
	int code = order.files ? read_order(options, &order) :
		command_failf(EXIT_SURROUNDINGS, N_("out of memory"));

	if (code == EXIT_CONFORMING && file) {
		if (command_passphrase((void *)file, file, passphrase,
				       sizeof(passphrase)) < 0)
			code = command_failf(EXIT_REFUSED,
				N_("%s holds no passphrase"), file);
		order.server.passphrase = passphrase;
	}
	if (code == EXIT_CONFORMING)
		code = run_order(options, &order);
	explicit_bzero(passphrase, sizeof(passphrase));
	json_decref(order.files);
	return code;
}

static const struct option_spec specs[] = {
	{ "send-to", OPTION_VALUE, "URL",
	  N_("the server's address, https:// only"), true },
	{ "send-cert", OPTION_VALUE, "FILE",
	  N_("this machine's certificate for the server, in PEM form"), true },
	{ "send-key", OPTION_VALUE, "FILE", N_("its key"), true },
	{ "send-passphrase-file", OPTION_VALUE, "FILE",
	  N_("file whose first line is the passphrase of that key"), true },
	{ "send-ca", OPTION_VALUE, "FILE",
	  N_("the authority that the server's certificate must come from (default: the system's)"), true },
	{ "out", OPTION_VALUE, "DIR",
	  N_("the folder of records"), true },
	{ "retry-for", OPTION_VALUE, "SECONDS",
	  N_("go on trying for so long (default: try once)"), false },
	{ "check", OPTION_FLAG, NULL,
	  N_("send nothing, only ask whether the server lets us"), false },
	{ "dry-run", OPTION_FLAG, NULL,
	  N_("send nothing, only show what waits and what was answered"), false },
	{ "json", OPTION_FLAG, NULL, N_("the result as JSON"), false },
	{ "config", OPTION_VALUE, "FILE",
	  N_("read defaults from FILE, too (after /etc/haiki/haiki.conf)"), false },
	{ 0 },
};

const struct command command_send = {
	.name = "send",
	.usage = N_("--send-to URL --out DIR [--send-cert FILE --send-key FILE]"),
	.summary = N_("send records to a server over the network"),
	.description = N_("Puts each file that the server hasn't confirmed yet to URL/STICK-ID/NAME. Nothing leaves the folder: what can't be sent waits there and is tried again next time."),
	.options = specs,
	.run = run,
};
