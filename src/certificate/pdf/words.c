/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/words.h"

#include <haiki/record.h>
#include <stddef.h>
#include <string.h>

/*
 * The certificate speaks for itself, in the language it was asked for and
 * whatever the locale: so these aren't gettext's.
 */
static const struct word purposes[] = {
	{ "dispose", "廃棄", "Disposal" },
	{ "lease-return", "リース返却", "Return to the lessor" },
	{ "repair", "修理", "Repair" },
	{ "reuse", "再利用", "Reuse" },
	{ NULL, NULL, NULL },
};

static const struct word kinds[] = {
	{ "hdd", "ハードディスク（HDD）", "Hard disk (HDD)" },
	{ "ssd", "SSD", "Solid-state drive (SSD)" },
	{ "usb-flash", "USBメモリ", "USB flash drive" },
	{ "mmc", "メモリカード（SD・eMMC）", "Memory card (SD, eMMC)" },
	{ "unknown", "取得不可（装置が種別を示さない）",
	  "not available (the device does not tell)" },
	{ NULL, NULL, NULL },
};

static const struct word buses[] = {
	{ "ata", "ATA（SATA）", "ATA (SATA)" },
	{ "scsi", "SCSI（SAS）", "SCSI (SAS)" },
	{ "nvme", "NVMe", "NVMe" },
	{ "usb", "USB", "USB" },
	{ "mmc", "MMC", "MMC" },
	{ "virtio", "virtio（仮想）", "virtio (virtual)" },
	{ "other", "その他", "other" },
	{ NULL, NULL, NULL },
};

static const struct word methods[] = {
	{ "ata-security-erase-enhanced",
	  "ATA Enhanced SECURITY ERASE（装置内蔵の消去）",
	  "ATA Enhanced SECURITY ERASE (by the drive)" },
	{ "ata-security-erase", "ATA SECURITY ERASE（装置内蔵の消去）",
	  "ATA SECURITY ERASE (by the drive)" },
	{ "ata-sanitize-block", "ATA SANITIZE BLOCK ERASE（ブロック消去）",
	  "ATA SANITIZE BLOCK ERASE" },
	{ "ata-sanitize-crypto", "ATA SANITIZE CRYPTO SCRAMBLE（暗号化消去）",
	  "ATA SANITIZE CRYPTO SCRAMBLE" },
	{ "ata-sanitize-overwrite", "ATA SANITIZE OVERWRITE（装置による上書き）",
	  "ATA SANITIZE OVERWRITE" },
	{ "scsi-sanitize-block", "SCSI SANITIZE BLOCK ERASE（ブロック消去）",
	  "SCSI SANITIZE BLOCK ERASE" },
	{ "scsi-sanitize-crypto", "SCSI SANITIZE CRYPTOGRAPHIC ERASE（暗号化消去）",
	  "SCSI SANITIZE CRYPTOGRAPHIC ERASE" },
	{ "scsi-sanitize-overwrite", "SCSI SANITIZE OVERWRITE（装置による上書き）",
	  "SCSI SANITIZE OVERWRITE" },
	{ "scsi-format", "SCSI FORMAT UNIT（初期化）", "SCSI FORMAT UNIT" },
	{ "nvme-sanitize-block", "NVMe Sanitize Block Erase（ブロック消去）",
	  "NVMe Sanitize Block Erase" },
	{ "nvme-sanitize-crypto", "NVMe Sanitize Crypto Erase（暗号化消去）",
	  "NVMe Sanitize Crypto Erase" },
	{ "nvme-sanitize-overwrite", "NVMe Sanitize Overwrite（装置による上書き）",
	  "NVMe Sanitize Overwrite" },
	{ "nvme-format-crypto", "NVMe Format（暗号化消去）",
	  "NVMe Format with cryptographic erase" },
	{ "nvme-format-user", "NVMe Format（利用者データの消去）",
	  "NVMe Format with user data erase" },
	{ "opal-psid-revert", "TCG Opal PSID Revert（暗号鍵の破棄）",
	  "TCG Opal PSID Revert" },
	{ "mmc-sanitize", "eMMC Erase及びSanitize（ブロック消去）",
	  "eMMC Erase and Sanitize" },
	{ "mmc-erase", "MMC・SD Erase（消去）", "MMC or SD Erase" },
	{ "overwrite", "ソフトウェアによる上書き消去",
	  "Overwrite by software" },
	{ "none", "なし（消去は行われていない）", "none (nothing was erased)" },
	{ NULL, NULL, NULL },
};

static const struct word levels[] = {
	{ "none", "該当なし", "none" },
	{ "clear", "Clear（消去）", "Clear" },
	{ "purge", "Purge（除去）", "Purge" },
	{ "destroy", "Destroy（破壊）", "Destroy" },
	{ NULL, NULL, NULL },
};

static const struct word outcomes[] = {
	{ "unknown", "結果不明", "unknown" },
	{ "running", "実行中", "running" },
	{ "succeeded", "正常終了", "succeeded" },
	{ "failed", "失敗", "failed" },
	{ "interrupted", "中断", "interrupted" },
	{ "stalled", "停滞（進行せず）", "stalled" },
	{ NULL, NULL, NULL },
};

static const struct word plans[] = {
	{ "none", "検証なし", "none" },
	{ "quick", "簡易抽出（1,000区画から各1か所）",
	  "quick (one sample in each of 1,000 sections)" },
	{ "standard", "標準抽出（NIST SP 800-88 Rev.1 4.7節、1,000区画以上から10%以上）",
	  "standard (NIST SP 800-88 Rev. 1, 4.7: at least 10 % from at least 1,000 sections)" },
	{ "full", "全域読出し", "full (everything is read)" },
	{ NULL, NULL, NULL },
};

static const struct word expectations[] = {
	{ "none", "比較なし", "not compared" },
	{ "pattern", "最後に書き込んだ内容と完全に一致すること",
	  "exactly what the last pass wrote" },
	{ "uniform", "全体が同一の値（00h又はFFh）であること",
	  "one value throughout (00h or FFh)" },
	{ "noise", "元の内容でなく、乱数状であること",
	  "noise, and not what was there before" },
	{ "changed", "消去前の内容と異なること",
	  "not what was there before" },
	{ NULL, NULL, NULL },
};

static const struct word zones[] = {
	{ "host", "利用者領域（全LBA）", "User area (all LBAs)" },
	{ "hpa", "HPA（ホスト保護領域）", "HPA (host protected area)" },
	{ "dco", "DCO（装置構成オーバーレイ）",
	  "DCO (device configuration overlay)" },
	{ "amac", "AMAC（アクセス可能最大アドレス）",
	  "AMAC (accessible max address)" },
	{ "remapped", "代替処理済みセクタ", "Reallocated sectors" },
	{ "spare", "予備領域（フラッシュ）", "Spare area (flash)" },
	{ "namespaces", "他の名前空間・区画（NVMe・eMMC）",
	  "Other namespaces or partitions (NVMe, eMMC)" },
	{ "rpmb", "RPMB（鍵で保護された領域）",
	  "RPMB (replay protected memory block)" },
	{ NULL, NULL, NULL },
};

static const struct word zone_states[] = {
	{ "unknown", "不明", "unknown" },
	{ "not-covered", "未到達", "NOT covered" },
	{ "reported", "装置の完了報告のみ（読出し不可）",
	  "by the drive's own word only" },
	{ "absent", "存在しない", "absent" },
	{ "covered", "消去済み", "covered" },
	{ NULL, NULL, NULL },
};

static const struct word treatments[] = {
	{ "none", "－", "–" },
	{ "overwrite", "上書き", "overwrite" },
	{ "security-erase", "SECURITY ERASE", "SECURITY ERASE" },
	{ "block-erase", "ブロック消去", "block erase" },
	{ "crypto-erase", "暗号化消去", "crypto erase" },
	{ "format", "初期化", "format" },
	{ NULL, NULL, NULL },
};

static const struct word bases[] = {
	{ "none", "－", "–" },
	{ "device-status", "装置の完了報告", "the drive's report" },
	{ "measured", "装置の読取値", "the drive's registers" },
	{ "sampled", "標本読出し", "samples read back" },
	{ "full", "全域読出し", "all read back" },
	{ NULL, NULL, NULL },
};

static const struct word roles[] = {
	{ "operator", "実施者", "Operator" },
	{ "witness", "立会者", "Witness" },
	{ "approver", "許可者", "Approver" },
	{ "stick", "消去媒体の自己鍵", "Key of this medium" },
	{ "contractor", "委託業者", "Contractor" },
	{ NULL, NULL, NULL },
};

static const struct word findings[] = {
	{ "mismatch", "不一致", "mismatch" },
	{ "unreadable", "読出しエラー", "unreadable" },
	{ "marker", "マーカー残存", "marker left" },
	{ NULL, NULL, NULL },
};

static const struct word serial_sources[] = {
	{ "identify-device", "IDENTIFY DEVICE", "IDENTIFY DEVICE" },
	{ "identify-controller", "Identify Controller",
	  "Identify Controller" },
	{ "vpd-80h", "VPD 80h", "VPD page 80h" },
	{ "sysfs", "OS（sysfs）", "the system (sysfs)" },
	{ "udev", "OS（udev）", "the system (udev)" },
	{ "simulated", "模擬装置", "the simulated device" },
	{ NULL, NULL, NULL },
};

static const struct word media[] = {
	{ "fixed", "固定媒体", "fixed medium" },
	{ "portable", "可搬媒体", "portable medium" },
	{ "any", "区別なし", "not told apart" },
	{ NULL, NULL, NULL },
};

static const struct word answers[] = {
	{ "unknown", "不明", "unknown" },
	{ "no", "いいえ", "no" },
	{ "yes", "はい", "yes" },
	{ NULL, NULL, NULL },
};

static const struct word *const vocabularies[WORDS_COUNT] = {
	[WORDS_PURPOSE] = purposes,
	[WORDS_KIND] = kinds,
	[WORDS_BUS] = buses,
	[WORDS_METHOD] = methods,
	[WORDS_LEVEL] = levels,
	[WORDS_OUTCOME] = outcomes,
	[WORDS_PLAN] = plans,
	[WORDS_EXPECTATION] = expectations,
	[WORDS_ZONE] = zones,
	[WORDS_ZONE_STATE] = zone_states,
	[WORDS_TREATMENT] = treatments,
	[WORDS_BASIS] = bases,
	[WORDS_ROLE] = roles,
	[WORDS_FINDING] = findings,
	[WORDS_SERIAL_SOURCE] = serial_sources,
	[WORDS_MEDIUM] = media,
	[WORDS_ANSWER] = answers,
};

const struct word *words_find(enum vocabulary vocabulary, const char *id)
{
	const struct word *word = vocabularies[vocabulary];

	for (; word->id; word++)
		if (!strcmp(word->id, id))
			return word;
	return NULL;
}

const char *haiki_method_in_words(const char *id, bool japanese)
{
	const struct word *word = words_find(WORDS_METHOD, id);

	if (!word)
		return id;
	return japanese ? word->japanese : word->english;
}
