#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The live image, led through by its keyboard from the first screen to power
# off: as stick and as CD, under BIOS, UEFI and Secure Boot. What is left on the
# drives and on the stick is looked at from outside.
# shellcheck disable=SC2154  # set by what is sourced
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/live.sh"
. "$(dirname "$0")/screen.sh"
live_or_skip 'the screen of the live image'

# examine DIRECTORY SERIAL...: records of these drives, good, signed by a person.
examine() {
	local dir=$1
	shift
	equal "$name: a record for each drive" \
		"$(jq -r .drive.serial "$dir"/*Z.json | sort | xargs)" "$*"
	"$haiki" verify "$dir" --ca "$dir/ca.crt" --json >"$scratch/verified"
	equal "$name: verify accepts them outside" $? 0
	equal "$name: conforming" \
		"$(jq -r .result "$dir"/*Z.json | sort -u)" conforming
	check "$name: the clock was confirmed" jq -e -s \
		'all(.[]; .clock.source | test("found right by the operator"))' \
		"$dir"/*Z.json
	equal "$name: they name the image" \
		"$(jq -r .tool.image "$dir"/*Z.json | sort -u)" \
		"$(cat "$build/image/hash")"
}

# --- Japanese, BIOS, stick; SATA, SCSI and NVMe; everything once ---------------
bios() {
	operator_key "$scratch/keys" || return
	"$haiki" keygen --name 立会花子 --org 福岡県 --issuer "$scratch/keys" \
		--issuer-passphrase-file "$scratch/passphrase" \
		--out "$scratch/witness" \
		--passphrase-file "$scratch/passphrase" >/dev/null || return
	drive sata 24
	drive scsi 24
	drive nvme 24
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
	# shellcheck disable=SC2046  # words
	boot bios $(desk) "${usb_stick[@]}" \
		-drive "if=none,id=d1,format=raw,file=$scratch/sata" \
		-device ide-hd,drive=d1,serial=SATA-0001 -device virtio-scsi-pci \
		-drive "if=none,id=d2,format=raw,file=$scratch/scsi" \
		-device scsi-hd,drive=d2,serial=SCSI-1001 \
		-drive "if=none,id=d3,format=raw,file=$scratch/nvme" \
		-device nvme,drive=d3,serial=NVME-0003
	sees 'the first screen is Japanese' '何をしますか' || return
	both menu '何をしますか' 'What is to be done?'
	press ret
	sees 'the bodies' '福岡県情報セキュリティ対策基準' || return
	both body '福岡県' 'Whose rules?'
	press ret
	sees 'the classes' 'データの分類' || return
	press down down down
	sees 'in the words of the rules' '機密性1・機密性2以外の情報' || return
	both class '機密性' 'Which class of data?'
	press ret
	sees 'who' '実施者' || return
	press right
	sees 'a name is chosen' '福岡太郎' || return
	both who '福岡太郎' 'Who erases'
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
	both clock 'この機器の時計' 'machine'
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
	picture progress-ja
	sees 'all three conform' '[〇] 適合：3台' || return
	both result '結果' 'Result'
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
	both witness '立会者' 'The witness'
	press ret
	sees 'whose key was found' 'keys/立会花子.key' || return
	both sign '立会花子' 'The witness signs'
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
	drive scsi 24
	drive nvme 24
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

# --- Secure Boot, stick: asleep and awake again, then erased ----------------------
secure() {
	drive sata 24
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
	sees 'sleep is offered' 'スリープ' || return
	both thaw 'スリープ' 'to sleep'
	press s
	sees 'it slept and woke up, locked down as it is' '復帰しました' || return
	waits "$name: it really was asleep" until_console 'on system resumption' 5
	picture awake-ja
	mark 1
	press ret
	sees 'confirmation' 'すべて失われます' || return
	confirm 0001 || return
	sees 'the last look' '最終確認' || return
	press f9
	sees 'it conforms' '[〇] 適合：1台' || return
	picture awake-result-ja
	press ret
	sees 'the end' '次に何を' || return
	press end ret
	waits "$name: and the machine is off" until_off 120
	equal "$name: nothing is left on the drive" "$(secrets sata)" 0
	records "$scratch/records"
	cp "$scratch/records/stick.crt" "$scratch/records/ca.crt"
	examine "$scratch/records" SATA-0001
}

# --- what all of them do --------------------------------------------------------

# The keys are taken one after the other.
until_marked() { # COUNT
	local i
	for ((i = 0; i < 300; i++)); do
		look >"$scratch/screen"
		[ "$(grep -c '\[x\]' "$scratch/screen")" -ge "$1" ] && return
		sleep 0.2
	done
}

# The space bar on each drive of the list; the stick can't be marked.
mark() { # COUNT
	local i
	for ((i = 0; i < $1 + 1; i++)); do
		press spc down
	done
	press home
	sees "marked: $1" "[x]" || return
	until_marked "$1"
	equal "$name: marked" "$(grep -c '\[x\]' "$scratch/screen")" "$1"
}

confirm() { # SERIAL-OR-ITS-END
	type_text "$1"
	sees "$1 is typed" "[$1" || return
	press ret
	waits "$name: $1 is confirmed" gone_from_screen "[$1"
}

# Two at a time: the machine that tests may have no more processors.
side_by_side bios disc
side_by_side secure
finish
