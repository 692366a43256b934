#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The stick is pulled while the live image works: before, during and at the end
# of an erase. What the screen and the stick say stays true, and with the stick
# back in its place the work is brought to its end.
# shellcheck disable=SC2154  # set by what is sourced
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/live.sh"
. "$(dirname "$0")/screen.sh"
live_or_skip 'a stick that is pulled'

missing='HAIKI-DATA）がありません'

# begin FIRMWARE: a machine with two drives, the second one slow; up to the list.
start() {
	drive first 16
	drive second 24
	stick <<-END
		screen-copy = /dev/ttyS1
		policy = fukuoka
		class = kimitsu3
		operator = 福岡太郎
	END
	# shellcheck disable=SC2046  # words
	boot bios $(desk) $(pullable_stick) \
		-drive "if=none,id=d1,format=raw,file=$scratch/first" \
		-device ide-hd,drive=d1,bus=ide.0,serial=FIRST-0001 \
		-drive "if=none,id=d2,format=raw,file=$scratch/second,throttling.bps-write=4194304" \
		-device ide-hd,drive=d2,bus=ide.1,serial=SECOND-0002
	sees 'the first screen' '何をしますか'
}

to_the_drives() {
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
	sees 'the drives' 'SECOND-0002'
}

# What the stick holds while it isn't in the machine: whatever calls itself a
# record is a whole and true one.
is_true() { # WHAT
	local dir="$scratch/pulled$((++pulls))"
	records "$dir"
	: >"$scratch/verified"
	ls "$dir"/*Z.json >/dev/null 2>&1 || {
		ok "$name: $1: no record is there"
		return
	}
	"$haiki" verify "$dir" --ca "$dir/stick.crt" --json \
		>"$scratch/verified" 2>"$scratch/messages"
	check "$name: $1: what is there is genuine" jq -e \
		'length > 0 and all(.[]; .genuine)' "$scratch/verified"
}

pulled() {
	pulls=0
	start || return
	# Before: it can't begin without.
	to_the_drives || return
	mark_drive SECOND-0002 || return
	press ret
	sees 'confirmation' 'すべて失われます' || return
	type_text 0002
	press ret
	sees 'the last look' '最終確認' || return
	pull
	sees 'the missing stick is noticed' "$missing" || return
	press f9
	sees 'nothing begins without it' 'も触れていません' || return
	put_back
	# A key takes away what was said last.
	press x
	waits "$name: put back, it is there again" gone_from_screen "$missing"
	is_true 'before'
	# During the erase.
	press f9
	sees 'it erases' 'B/s' || return
	pull
	sees 'the missing stick is noticed' "$missing" || return
	both pulled "$missing" 'HAIKI-DATA) is missing'
	sees 'the end' '[Ｘ] 中断：1台' || return
	both pulled-result '[Ｘ] 中断：1台' 'INTERRUPTED: 1'
	not_green
	is_true 'during the erase'
	equal "$name: no record speaks of the drive" \
		"$(find "$scratch/pulled$pulls" -name 'SECOND*Z.json')" ''
	put_back
	waits "$name: put back, it is there again" gone_from_screen "$missing"
	go_on || return
	# While the record is written, which a slow stick makes long.
	qmp limit slow 65536
	press f9
	sees 'the record is written' '記録を作成' || return
	pull
	sees 'the missing stick is noticed' "$missing" || return
	sees 'the end' '[Ｘ] 中断：1台' || return
	both pulled-record '[Ｘ] 中断：1台' 'INTERRUPTED: 1'
	not_green
	is_true 'while the record is written'
	qmp limit slow 0
	put_back
	waits "$name: put back, it is there again" gone_from_screen "$missing"
	go_on || return
	press f9
	sees 'it conforms at last' '[〇] 適合：1台' || return
	press ret
	sees 'what next' '次に何をしますか' || return
	press end ret
	waits "$name: and the machine is off" until_off 120
	is_true 'at the end'
	check "$name: the drive has its record" jq -e \
		'any(.[]; .serial == "SECOND-0002" and .sufficient)' \
		"$scratch/verified"
	equal "$name: nothing is left on it" "$(secrets second)" 0
	check "$name: the other drive is as it was" \
		test "$(secrets first)" -gt 0
}

chosen_line() { look | grep -a '^ > \['; }

# Wherever it stands in the list.
mark_drive() { # SERIAL
	local i j before
	for ((i = 0; i < 4; i++)); do
		before=$(chosen_line)
		case $before in
		*"$1"*)
			press spc
			sees "$1 is marked" '> [x]'
			return
			;;
		esac
		press down
		for ((j = 0; j < 300; j++)); do
			[ "$(chosen_line)" != "$before" ] && break
			sleep 0.2
		done
	done
	not_ok "$name: $1 is in the list" "$(look)"
	return 1
}

not_green() {
	check "$name: the drive is not said to be erased" \
		sh -c "! grep -q '\] 適合' '$scratch/screen'"
}

# From the result to the last look before the interrupted work goes on.
go_on() {
	press ret
	sees 'what next' '次に何をしますか' || return
	press 3 ret
	sees 'the interrupted work is offered first' '中断した消去が 1件' || return
	both interrupted '中断した消去が 1件' 'Interrupted erases were found: 1'
	press ret
	sees 'it is the drive' 'SECOND-0002' || return
	both resume '中断した消去' 'These erases were interrupted'
	press ret
	sees 'the last look again' '最終確認'
}

side_by_side pulled
finish
