#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The live image under Secure Boot, from a stick: erasing by itself what its
# stick and its command line name, and led by keys after it was asleep.
# keys_test.sh has BIOS, UEFI and the CD.
# shellcheck disable=SC2154  # set by what is sourced
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/live.sh"
. "$(dirname "$0")/screen.sh"
live_or_skip 'the live image under Secure Boot'

# --- unattended; SATA and SCSI by a list, NVMe by the command line -----------------
unattended() {
	local dir=$scratch/records
	drive sata 16
	drive scsi 16
	drive nvme 16
	# The command line wins.
	stick haiki.confirm=NVME-1 <<-END
		auto = yes
		policy = fukuoka
		class = kimitsu3
		operator = 福岡太郎
		confirm = NOBODY-1
	END
	printf 'SATA-1,R7-0001\r\nSCSI-1,R7-0002\r\n' >"$scratch/assets.csv"
	mcopy -i "$(fat)" "$scratch/assets.csv" ::
	boot secure "${usb_stick[@]}" \
		-drive "if=none,id=d1,format=raw,file=$scratch/sata" \
		-device ide-hd,drive=d1,serial=SATA-1 -device virtio-scsi-pci \
		-drive "if=none,id=d2,format=raw,file=$scratch/scsi" \
		-device scsi-hd,drive=d2,serial=SCSI-1 \
		-drive "if=none,id=d3,format=raw,file=$scratch/nvme" \
		-device nvme,drive=d3,serial=NVME-1
	waits "$name: it erases" until_console 'haiki: unattended: 0' 300
	waits "$name: Secure Boot is enforced" \
		until_console 'locked down from EFI Secure Boot' 1
	shot secure-unattended
	monitor "sendkey ret"
	waits "$name: and switches off when told to" until_off 120
	equal "$name: nothing is left on the drives" \
		"$(secrets sata) $(secrets scsi) $(secrets nvme)" '0 0 0'
	records "$dir"
	"$haiki" verify "$dir" --ca "$dir/stick.crt" >"$scratch/said"
	equal "$name: verify accepts the records" $? 0
	equal "$name: a record for each drive, conforming, with its number" \
		"$(jq -r '"\(.drive.serial) \(.result) \(.asset)"' \
			"$dir"/*Z.json | sort)" \
		$'NVME-1 conforming null\nSATA-1 conforming R7-0001\nSCSI-1 conforming R7-0002'
}

# What was said last goes away with the next key: said once more in English.
awake_in_english() {
	press f2 t
	sees 'sleep is offered in English' 'to sleep' || return
	press s
	sees 'it woke up in English' 'slept and woke up' || return
	picture awake-en
	press f2
}

# --- by keys: asleep and awake again, then erased -----------------------------------
secure() {
	drive sata 16
	stick <<-END
		screen-copy = /dev/ttyS1
		policy = fukuoka
		class = kimitsu3
		operator = 福岡太郎
	END
	# shellcheck disable=SC2046  # words
	boot secure $(desk) "${usb_stick[@]}" \
		-drive "if=none,id=d1,format=raw,file=$scratch/sata" \
		-device ide-hd,drive=d1,serial=SATA-0001
	sees 'the first screen' '何をしますか' || return
	waits "$name: Secure Boot is enforced" \
		until_console 'locked down from EFI Secure Boot' 5
	press ret
	sees 'the bodies' '福岡県情報セキュリティ対策基準' || return
	press ret
	sees 'the classes' '機密性1・機密性2以外の情報' || return
	press ret
	sees 'who' '福岡太郎' || return
	press ret ret ret ret ret ret
	sees 'permission' '許可した者' || return
	press ret ret ret ret ret ret
	sees 'the clock' 'この機器の時計は正しいですか' || return
	press ret
	sees 'the drive' 'SATA-0001' || return
	press t
	sees 'sleep is offered' '数秒間スリープさせますか' || return
	both thaw '数秒間スリープさせますか' 'to sleep'
	press s
	sees 'it slept and woke up, locked down as it is' '復帰しました' || return
	waits "$name: it really was asleep" until_console 'on system resumption' 5
	picture awake-ja
	[ -z "${HAIKI_PICTURES:-}" ] || awake_in_english
	mark 1
	press ret
	sees 'confirmation' 'すべて失われます' || return
	confirm 0001 || return
	sees 'the last look' '最終確認' || return
	press f9
	sees 'it conforms' '[〇] 適合：1台' || return
	both awake-result '[〇] 適合：1台' '[OK] CONFORMING: 1'
	press ret
	sees 'the end' '次に何を' || return
	press end ret
	waits "$name: and the machine is off" until_off 120
	equal "$name: nothing is left on the drive" "$(secrets sata)" 0
	records "$scratch/records"
	cp "$scratch/records/stick.crt" "$scratch/records/ca.crt"
	examine "$scratch/records" SATA-0001
}

side_by_side unattended secure
finish
