/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/phrase.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

/*
 * '*' in the English sentence stands for any text; "*1" and "*2" in the
 * Japanese one for the first and the second of them.
 */
static const struct {
	const char *english, *japanese;
} phrases[] = {
	{ "no reason recorded", "理由の記録なし" },
	{ "not told", "装置が示さない" },
	{ "the drive is not the one that it began with",
	  "開始時の装置と異なる" },
	{ "nothing was done", "消去は行われていない" },
	{ "* does not exist on this bus", "*1 はこの接続方式に存在しない" },
	{ "* ended as: *", "*1 の結果：*2" },
	{ "it was already running when it was found: not started by this record",
	  "発見時に既に実行中であり、本記録が開始した消去ではない" },
	{ "nobody vouches that the data was stored encrypted",
	  "データが暗号化して保存されていたことを保証する者がいない" },
	{ "* sectors could not be written", "*1 セクタに書き込めなかった" },
	{ "* of * passes were completed", "*2 回のうち *1 回のみ完了" },
	{ "no pass was written", "上書きが1回も行われていない" },
	{ "the drive did not confirm that its cache was written out",
	  "装置がキャッシュの書出し完了を確認しなかった" },
	{ "nothing was read back", "読出し検証が行われていない" },
	{ "what was read back was not compared with what must be there",
	  "読み出した内容が期待値と比較されていない" },
	{ "* of * markers are still there", "マーカー *2 個のうち *1 個が残っている" },
	{ "* of * blocks read back are not as they must be",
	  "読み出した *2 ブロックのうち *1 ブロックが期待値と異なる" },
	{ "* blocks could not be read back", "*1 ブロックを読み出せなかった" },
	{ "* markers could not be looked for", "マーカー *1 個を確認できなかった" },
	{ "the read-back was not completed", "読出し検証が完了していない" },
	{ "the first and the last block were not read back",
	  "先頭及び末尾のブロックが読み出されていない" },
	{ "no marker was planted, so nothing shows that the drive did anything",
	  "マーカーを書き込めなかったため、装置が消去したことを示すものがない" },
	{ "* of * blocks were read back, all as they must be",
	  "*2 ブロックのうち *1 ブロックを読み出し、すべて期待値どおり" },
	{ "* sectors are hidden by *", "*2 により *1 セクタが隠されている" },
	{ "* hides no sector", "*1 による隠しセクタなし" },
	{ "not an ATA drive: it has no *", "ATA装置ではなく、*1 を持たない" },
	{ "sectors hidden by * unknown: *", "*1 の隠しセクタ数は不明：*2" },
	{ "no reallocated and no pending sectors",
	  "代替処理済み・代替保留セクタなし" },
	{ "the drive reports success of a command that reaches replaced sectors",
	  "代替処理済みセクタに及ぶコマンドの正常終了を装置が報告" },
	{ "* reallocated, * pending sectors",
	  "代替処理済み *1、代替保留 *2 セクタ" },
	{ "flash does not tell what it has retired",
	  "フラッシュは使用を止めた領域を示さない" },
	{ "reallocated sectors unknown: *", "代替処理済みセクタ数は不明：*1" },
	{ "pending sectors unknown: *", "代替保留セクタ数は不明：*1" },
	{ "the kind of medium is unknown", "媒体の種別が不明" },
	{ "a rotating drive: it writes sectors in place",
	  "回転式の装置であり、同じ位置に書き込む" },
	{ "the drive reports success of a command that reaches its spare area",
	  "予備領域に及ぶコマンドの正常終了を装置が報告" },
	{ "the spare area of flash was not reached",
	  "フラッシュの予備領域には及んでいない" },
	{ "the kind of medium is unknown: it may have a spare area",
	  "媒体の種別が不明であり、予備領域がありうる" },
	{ "not an NVMe drive: it has no namespaces",
	  "NVMe装置ではなく、名前空間を持たない" },
	{ "what is behind this bus is unknown", "接続の先にある装置が不明" },
	{ "there is no other namespace", "他の名前空間はない" },
	{ "the drive reports success of a command that reaches every namespace",
	  "全名前空間に及ぶコマンドの正常終了を装置が報告" },
	{ "the number of other namespaces is unknown",
	  "他の名前空間の数が不明" },
	{ "* other namespaces were not reached",
	  "他の名前空間 *1 個には及んでいない" },
};

struct capture {
	const char *text;
	size_t length;
};

/* Matches shortest first; one capture a star, in order. */
static bool matches(const char *pattern, const char *text,
		    struct capture *capture)
{
	size_t star = strcspn(pattern, "*");
	const char *rest;

	if (strncmp(pattern, text, star) != 0)
		return false;
	if (!pattern[star])
		return text[star] == '\0';
	rest = pattern + star + 1;
	text += star;
	for (size_t n = 1; n <= strlen(text); n++)
		if (matches(rest, text + n, capture + 1)) {
			*capture = (struct capture){ text, n };
			return true;
		}
	return false;
}

static const char *fill(struct sheet *sheet, const char *japanese,
			const struct capture *capture)
{
	const char *text = "";

	while (*japanese) {
		size_t n = strcspn(japanese, "*");

		text = sheet_format(sheet, "%s%.*s", text, (int)n, japanese);
		japanese += n;
		if (*japanese == '*' && (japanese[1] == '1' ||
					 japanese[1] == '2')) {
			const struct capture *c = &capture[japanese[1] - '1'];

			text = sheet_format(sheet, "%s%.*s", text,
					    (int)c->length, c->text);
			japanese += 2;
		}
	}
	return text;
}

const char *phrase(struct sheet *sheet, const char *english)
{
	struct capture capture[2] = { { "", 0 }, { "", 0 } };

	if (sheet->english)
		return english;
	for (size_t i = 0; i < ARRAY_SIZE(phrases); i++)
		if (matches(phrases[i].english, english, capture))
			return fill(sheet, phrases[i].japanese, capture);
	return english;
}
