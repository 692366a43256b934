#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The live image, led through by its keyboard from the first screen to power
# off: as stick and as CD, under BIOS and UEFI; start_test.sh has Secure Boot.
# What is left on the drives and on the stick is looked at from outside.
# shellcheck disable=SC2154  # set by what is sourced
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/live.sh"
. "$(dirname "$0")/screen.sh"
live_or_skip 'the screen of the live image'

# --- Japanese, BIOS, stick; SATA, SCSI and NVMe; everything once ---------------
bios() {
	operator_key "$scratch/keys" || return
	"$haiki" keygen --name 立会花子 --org 福岡県 --issuer "$scratch/keys" \
		--issuer-passphrase-file "$scratch/passphrase" \
		--out "$scratch/witness" \
		--passphrase-file "$scratch/passphrase" >/dev/null || return
	drive sata 16
	drive scsi 16
	drive nvme 16
	stick <<-END
		screen-copy = /dev/ttyS1
		people = 福岡太郎、立会花子
		departments = 総務部行政経営企画課, 情報政策課
		places = 本庁舎地下1階 保管室
	END
	mmd -i "$(fat)" ::keys
	mcopy -i "$(fat)" "$scratch/keys/operator.key" ::keys/福岡太郎.key
	mcopy -i "$(fat)" "$scratch/keys/operator.crt" ::keys/福岡太郎.crt
	mcopy -i "$(fat)" "$scratch/keys/ca.crt" ::keys/
	mcopy -i "$(fat)" "$scratch/witness/operator.key" ::keys/立会花子.key
	mcopy -i "$(fat)" "$scratch/witness/operator.crt" ::keys/立会花子.crt
	# A run that lasts long enough for a picture.
	local slow=
	[ -z "${HAIKI_PICTURES:-}" ] || slow=,throttling.bps-write=2097152
	# shellcheck disable=SC2046  # words
	boot bios $(desk) "${usb_stick[@]}" \
		-drive "if=none,id=d1,format=raw,file=$scratch/sata$slow" \
		-device ide-hd,drive=d1,serial=SATA-0001 -device virtio-scsi-pci \
		-drive "if=none,id=d2,format=raw,file=$scratch/scsi" \
		-device scsi-hd,drive=d2,serial=SCSI-1001 \
		-drive "if=none,id=d3,format=raw,file=$scratch/nvme" \
		-device nvme,drive=d3,serial=NVME-0003
	sees 'the first screen is Japanese' '何をしますか' || return
	both menu '何をしますか' 'What is to be done?'
	aside help f1 'どの画面でも使えるキー' 'Everywhere' esc '何をしますか' ||
		return
	aside quit ctrl-c '電源を切りますか' 'Switch this machine off?' ret \
		'何をしますか' || return
	press ret
	sees 'the bodies' '福岡県情報セキュリティ対策基準' || return
	both body '従う規程' 'Whose rules?'
	press ret
	sees 'the classes' 'データの分類' || return
	press down down down
	sees 'in the words of the rules' '機密性1・機密性2以外の情報' || return
	both class 'データの分類' 'Which class of data?'
	press ret
	sees 'who' '実施者・場所・目的' || return
	press right
	sees 'a name is chosen' '福岡太郎' || return
	both who '実施者・場所・目的' 'Who erases'
	press ret right right
	sees 'another for the witness' '立会花子' || return
	press ret right ret right ret
	type_text R7-0117
	sees 'the asset number is typed' 'R7-0117' || return
	press ret ret
	sees 'permission' '許可した者' || return
	both permission '許可した者' 'Permitted by'
	press ret ret ret ret ret ret
	sees 'the clock' 'この機器の時計は正しいですか' || return
	both clock 'この機器の時計は正しいですか' "machine's clock right"
	press c
	sees 'it could be set' '今日の日付' || return
	both setclock '今日の日付' 'Set the clock'
	press esc
	sees 'or left' 'この機器の時計は正しいですか' || return
	press ret
	sees 'the SATA drive' 'SATA-0001' || return
	sees 'the SCSI drive' 'SCSI-1001' || return
	sees 'the NVMe drive' 'NVME-0003' || return
	check "$name: the stick is no drive to be chosen" \
		sh -c "! grep -q '\[ \].*QEMU.*USB' '$scratch/screen'"
	both drives 'どのドライブ' 'Which drives?'
	aside drive a 'このドライブについて' 'About this drive' esc 'どのドライブ' ||
		return
	mark 3 || return
	press ret
	sees 'the key asks for its passphrase' 'パスフレーズ' || return
	both key 'パスフレーズ' 'Passphrase'
	type_text 'a passphrase'
	press ret
	sees 'each drive is confirmed' 'すべて失われます' || return
	both confirm 'すべて失われます' 'will be destroyed'
	type_text 9999
	press ret
	sees 'a wrong end is refused' '末尾と違います' || return
	# Each by its whole number, as a scanner reads it, in another order.
	confirm NVME-0003 || return
	confirm SCSI-1001 || return
	confirm SATA-0001 || return
	sees 'the last look' '最終確認' || return
	both begin '最終確認' 'Last look'
	press ret
	sees 'Enter erases nothing' 'Enterだけでは消去しません' || return
	press f9
	sees 'it erases' '消去中' || return
	[ -z "$slow" ] || sees 'how fast, and how long still' '残り' || return
	both progress '残り' ' left'
	sees 'all three conform' '[〇] 適合：3台' || return
	both result '[〇] 適合：3台' '[OK] CONFORMING: 3'
	press p
	sees 'the proof' '残っていてはならないものは見つかりませんでした' || return
	both proof '見つかりませんでした' 'The proof'
	press esc
	sees 'the result again' '[〇] 適合：3台' || return
	press q
	sees 'the hash as a code' 'ハッシュのQRコード' || return
	both code 'ハッシュのQRコード' 'QR code of the'
	press esc ret
	sees 'the witness' '立会者が今、署名する' || return
	both witness '立会者の署名' 'These records name a witness'
	press ret
	sees 'whose key was found' 'keys/立会花子.key' || return
	both sign '立会者が署名する' 'The witness signs'
	type_text 'a passphrase'
	press ret
	sees 'has signed' '3件の記録に署名しました' || return
	both after '次に何をしますか' 'What next?'
	press end ret
	waits "$name: and the machine is off" until_off 120
	equal "$name: nothing is left on the drives" \
		"$(secrets sata) $(secrets scsi) $(secrets nvme)" '0 0 0'
	records "$scratch/records"
	cat "$scratch"/keys/ca.crt >"$scratch/records/ca.crt"
	examine "$scratch/records" NVME-0003 SATA-0001 SCSI-1001
	equal "$name: signed by both" "$(jq -c '[.[].signers[].name] | unique' \
		"$scratch/verified")" '["福岡太郎","立会花子"]'
	equal "$name: the asset number" \
		"$(jq -r .asset "$scratch"/records/*Z.json | sort -u)" R7-0117
}

# --- English, UEFI, CD, a USB keyboard; the records go to a stick of its own -----
disc() {
	drive scsi 16
	drive nvme 16
	truncate -s 64M "$scratch/stick"
	mkfs.vfat -n HAIKI-DATA "$scratch/stick" >/dev/null
	fat() { echo "$scratch/stick"; }
	cat >"$scratch/haiki.conf" <<-END
		screen-copy = /dev/ttyS1
		lang = en
		policy = fukuoka
		class = kimitsu3
		operator = Iizuka Jiro
	END
	mcopy -i "$(fat)" "$scratch/haiki.conf" ::
	# shellcheck disable=SC2046  # words
	boot uefi $(desk) -device qemu-xhci,id=usb -device usb-kbd,bus=usb.0 \
		-drive "if=none,id=cd,format=raw,readonly=on,file=$image" \
		-device ide-cd,drive=cd,bootindex=0 \
		-drive "if=none,id=stick,format=raw,file=$scratch/stick" \
		-device usb-storage,drive=stick,bus=usb.0,removable=on \
		-device virtio-scsi-pci \
		-drive "if=none,id=d2,format=raw,file=$scratch/scsi" \
		-device scsi-hd,drive=d2,serial=SCSI-0002 \
		-drive "if=none,id=d3,format=raw,file=$scratch/nvme" \
		-device nvme,drive=d3,serial=NVME-0003
	sees 'the first screen is English' 'What is to be done?' || return
	press ret
	sees 'the bodies' 'Whose rules?' || return
	press ret
	sees 'the classes' 'Which class of data?' || return
	press ret
	sees 'who' 'Iizuka Jiro' || return
	press ret ret ret ret ret ret
	sees 'permission' 'Permitted by' || return
	type_text Soumu
	sees 'what is typed' 'Soumu' || return
	press ret
	type_text 8-123
	sees 'a number, too' '8-123' || return
	press ret ret ret ret ret
	sees 'the clock' "machine's clock right" || return
	press ret
	sees 'the drives' 'SCSI-0002' || return
	mark 2
	press ret
	sees 'confirmation' 'will be destroyed' || return
	confirm NVME-0003 || return
	confirm SCSI-0002 || return
	sees 'the last look' 'Last look' || return
	press f9
	sees 'both conform' '[OK] CONFORMING: 2' || return
	press ret
	sees 'the end' 'What next?' || return
	press end ret
	waits "$name: and the machine is off" until_off 120
	equal "$name: nothing is left on the drives" \
		"$(secrets scsi) $(secrets nvme)" '0 0'
	records "$scratch/records"
	cp "$scratch/records/stick.crt" "$scratch/records/ca.crt"
	examine "$scratch/records" NVME-0003 SCSI-0002
}

side_by_side bios disc
finish
