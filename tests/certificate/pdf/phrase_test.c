/* SPDX-License-Identifier: Apache-2.0 */
/* Records are written in English; what a Japanese PDF makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/error.h"
#include "certificate/pdf/phrase.h"
#include "method/nvme_common.h"

static void becomes(const char *english, const char *japanese)
{
	struct sheet sheet = { 0 };
	const char *text = phrase(&sheet, english);

	if (strcmp(text, japanese))
		print_message("# %s\n# %s\n", text, japanese);
	assert_string_equal(text, japanese);
	sheet_cleanup(&sheet);
}

/* What no longer has an English word in small letters. */
static void is_japanese(const char *english)
{
	struct sheet sheet = { 0 };
	const char *text = phrase(&sheet, english);
	size_t letters = 0;

	for (const char *p = text; *p; p++) {
		letters = *p >= 'a' && *p <= 'z' ? letters + 1 : 0;
		if (letters > 4)
			print_message("# %s\n", text);
		assert_true(letters <= 4);
	}
	assert_string_not_equal(text, english);
	sheet_cleanup(&sheet);
}

static void english_stays(void **state)
{
	struct sheet sheet = { .english = true };

	(void)state;
	assert_string_equal(phrase(&sheet, "nothing was done"),
			    "nothing was done");
	sheet_cleanup(&sheet);
	becomes("what nobody ever wrote", "what nobody ever wrote");
}

static void claims_are_told(void **state)
{
	(void)state;
	becomes("3 sectors are hidden by HPA", "HPAにより3セクタが隠されている");
	becomes("overwrite ended as: failed", "ソフトウェアによる上書き消去の結果：失敗");
}

/* How attempts end, as the methods and their decoders put it. */
static void details_are_told(void **state)
{
	static const char *const details[] = {
		"in progress, 300/65536",
		"the most recent sanitize operation completed without error",
		"no sanitize operation is running or is known to have completed",
		"COUNT and LBA came back as zeros: no sanitize status",
		"aborted: the sanitize operation failed",
		"aborted: reason not reported",
		"only an earlier success is shown: nothing proves that this sanitize ran",
		"succeeded, SPROG FFFFh SSTAT 0101h SCDW10 0000000Ah, global data erased",
		"failed, SPROG FFFFh SSTAT 0003h SCDW10 0000000Ah",
		"succeeded, blocks were deallocated, SPROG FFFFh SSTAT 0004h SCDW10 00000002h",
		"media verification, SPROG 0000h SSTAT 0002h SCDW10 00000402h",
		"the log has not changed: never sanitized, SPROG FFFFh SSTAT 0000h SCDW10 00000000h",
		"not our command: succeeded, SPROG FFFFh SSTAT 0001h SCDW10 0000000Bh",
		"the sanitize log is blank",
		"done, and the password is gone",
		"the drive reported success and kept the password: not believed",
		"security: supported, enabled, locked, not frozen",
		"reverted, and locking is off",
		"every address was erased, and the card sanitized",
		"8 blocks could not be written, 0 differed when read back",
		"every block was written 3 times and flushed",
		"sense 2/04/1B (sanitize in progress), 1200/65536",
		"sense 3/31/03 (sanitize command failed)",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(details) / sizeof(details[0]); i++)
		is_japanese(details[i]);
	becomes("no progress for 120 min at 45.3 %: leave the drive powered for up to a week, then run \"haiki resume\"; if nothing moves, destroy it",
		"45.3 %のまま120分間進まない。最長1週間通電したまま置き、\"haiki resume\"を実行する。それでも進まなければ破壊する");
}

/* Errors have their Japanese in the catalogue of messages. */
static void errors_are_told(void **state)
{
	struct sheet sheet = { 0 };
	struct haiki_error err;
	struct nvme_command command = {
		.name = "Sanitize: block erase", .status = 0x111,
	};

	(void)state;
	nvm_refused(&command, &err);
	assert_non_null(strstr(phrase(&sheet, err.text), "コントローラのリセット"));
	assert_non_null(strstr(phrase(&sheet, err.text), "電源を入れ直してから"));
	assert_non_null(strstr(phrase(&sheet, err.text),
			       "Sanitize: block eraseを拒否"));
	assert_int_not_equal(sheet.words, 0);
	error_set(&err, HAIKI_DOMAIN_SYSTEM, -EIO,
		  N_("%s: the drive is gone"), "/dev/sda");
	assert_string_equal(phrase(&sheet, err.text),
			    "/dev/sda：ドライブがなくなりました");
	/* What the system adds. */
	error_errno(&err, -EIO, N_("%s: %s failed"), "/dev/sda", "read");
	assert_non_null(strstr(phrase(&sheet, "the drives can't be listed: Input/output error"),
			       "入出力エラー"));
	sheet_cleanup(&sheet);
}

/* Which words of the catalogue stand on the pages, wherever they stand. */
static void words_are_noted(void **state)
{
	static const char one[] = "/dev/sda: the drive is gone";
	static const char two[] = "no erase was begun";
	struct sheet a = { 0 }, b = { 0 };

	(void)state;
	phrase(&a, "nothing was done");
	assert_int_equal(a.words, 0);
	phrase(&a, one);
	phrase(&a, two);
	phrase(&b, two);
	assert_int_not_equal(a.words, b.words);
	phrase(&b, one);
	assert_int_equal(a.words, b.words);
	sheet_cleanup(&a);
	sheet_cleanup(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(english_stays),
		cmocka_unit_test(claims_are_told),
		cmocka_unit_test(details_are_told),
		cmocka_unit_test(errors_are_told),
		cmocka_unit_test(words_are_noted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
