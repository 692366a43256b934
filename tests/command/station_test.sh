#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The station: drives are plugged in and pulled out while it runs. Practice
# drives first, then loop devices that really appear.
. "$(dirname "$0")/../tap.sh"

fukuoka=(--policy fukuoka --class kimitsu3 --operator 福岡太郎)
out=$scratch/records
set=$scratch/set.json

# PRACTICE: serial:more ... ; all but the first are unplugged at first. Those
# that are slow are so until they are told to hurry.
slow=',"size_mib":96,"faults":{"slow_mib_s":2}'
practice() {
	local drive list=
	for drive in "$@"; do
		case $drive in *size_mib*) ;; *) drive="$drive,\"size_mib\":2" ;; esac
		list="$list,{\"kind\":\"ata-hdd\",\"sanitize\":[],\"security\":\"none\",\"serial\":\"${drive%%:*}\"${drive#*:}}"
	done
	rm -rf "$set.d" "$out" "$scratch/events"
	mkdir "$set.d"
	echo "{\"drives\":[${list#,}]}" >"$set"
	for drive in "${@:2}"; do pull "${drive%%:*}"; done
}
pull() { touch "$set.d/$1.unplugged"; }
plug() { rm "$set.d/$1.unplugged"; }
hurry() { touch "$set.d/$1.hurry"; }

# The station in the background; its events go to a file.
station=
start() { # OPTION...
	: >"$scratch/events"
	"$haiki" erase --station "${fukuoka[@]}" --out "$out" --progress json --lang en \
		"$@" >"$scratch/events" 2>"$scratch/told" </dev/null &
	station=$!
}
on_exit() { [ -z "$station" ] || kill -KILL "$station" 2>/dev/null; }

# Until an event has come (NUMBER of them), at most two minutes.
await() { # SERIAL-OR-PATH EVENT [NUMBER]
	local i
	for ((i = 0; i < 1200; i++)); do
		[ "$(jq -c "select(((.serial // \"null\")==\"$1\" or .drive==\"$1\") and .event==\"$2\")" \
			"$scratch/events" 2>/dev/null | wc -l)" -ge "${3:-1}" ] && return 0
		kill -0 "$station" 2>/dev/null || return 1
		sleep 0.1
	done
	return 1
}
ends() { # STATUS DESCRIPTION
	wait "$station"
	equal "$2" $? "$1"
	station=
}
said() { # DESCRIPTION SERIAL EVENT PATTERN
	if jq -r "select(.serial==\"$2\" and .event==\"$3\").message" "$scratch/events" |
		grep -q -- "$4"; then ok "$1"; else
		not_ok "$1" "no $3 of $2 says $4:" "$(cat "$scratch/events" "$scratch/told" | tail -n 30)"
	fi
}
records() { ls "$out"/"$1"-*Z.json 2>/dev/null | wc -l; }
value() { jq -r "$2" "$out"/"$1"-*Z.json; }

# --- what doesn't go together ---------------------------------------------------
practice HERE:
printf 'serial,asset\nNEW-1,R07-1\n' >"$scratch/list.csv"
try() { "$haiki" erase "${fukuoka[@]}" --out "$out" --simulate "$set" "$@"; }
exits 2 'drives are not named to a station' try --station sim:HERE
exits 2 'a station plans nothing' try --station --dry-run
exits 2 'the time to wait belongs to a station' try --station-idle 3 sim:HERE
exits 2 'and is a number' try --station --station-idle 0
exits 2 'a table that is none is refused' try --station --assets "$set"
says 'and it is told why' 'first line'
exits 2 'so is a missing one' try --station --assets "$scratch/none.csv"
exits 2 'rules are asked for before anything' "$haiki" erase --station --out "$out" --simulate "$set" --policy fukuoka
equal 'nothing was written' "$(ls "$out" 2>/dev/null)" ''
printf '製造番号;管理番号\nHERE;備品 第5号\n' >"$scratch/here.csv"
exits 0 'a listed drive needs no other confirmation' try sim:HERE \
	--assets "$scratch/here.csv"
exits 0 'a station that nothing happens to ends' try --station --station-idle 1
equal 'and has erased nothing more' "$(records HERE)" 1
equal 'the asset number is on the record' "$(value HERE .asset)" '備品 第5号'

# --- plugged in, listed or not ----------------------------------------------------
practice HERE: NEW-1: NEW-2: NEW-3: NEW-4:',"in_use":["mounted on /srv"]'
printf '\xef\xbb\xbf管理番号,シリアル番号\r\nR07-1,NEW-1\r\nR07-4,NEW-4\r\nR07-8,\r\nR07-9,NEVER\r\nA,NEW-3\r\nB,NEW-3\r\n' \
	>"$scratch/list.csv"
start --simulate "$set" --assets "$scratch/list.csv" --confirm NEW-2
await null left-alone
for n in 1 2 3 4; do plug NEW-$n; done
check 'a listed drive that is plugged in is erased' await NEW-1 take-out
check 'so is one that was confirmed beforehand' await NEW-2 take-out
check 'one that is in use is left alone' await NEW-4 left-alone
check 'one with two asset numbers is left alone' await NEW-3 left-alone
pull NEW-1
check 'taking it out is noticed' await NEW-1 left
plug NEW-1
check 'and it is not erased twice' await NEW-1 left-alone
said 'which is told' NEW-1 left-alone 'this session already'
kill -INT "$station"
ends 2 'what was listed and is not erased counts as refused'
equal 'one record each' "$(records NEW-1) $(records NEW-2)" '1 1'
equal 'none of the others' "$(records HERE)$(records NEW-3)$(records NEW-4)" 000
equal 'with its asset number' "$(value NEW-1 .asset)" R07-1
equal 'which events tell, too' "$(jq -r 'select(.event=="done" and .serial=="NEW-1").asset' "$scratch/events")" R07-1
equal 'what never came is told' "$(jq -r 'select(.event=="missing").message' "$scratch/events" | grep -c NEVER)" 1
equal 'lines that make no sense are told' "$(grep -c 'list.csv, line' "$scratch/told")" 2
equal 'lines of progress are JSON' "$(jq -s 'map(has("event") and has("drive") and has("serial"))|all' "$scratch/events")" true

# --- what is there at the start ---------------------------------------------------
practice HERE: NEW-1:
start --simulate "$set" --confirm HERE --station-idle 2
check 'a drive that is there at the start is erased if it is listed' await HERE take-out
ends 0 'and then the station ends in 0'
equal 'with a record' "$(records HERE)" 1

# --- pulled out and put back -----------------------------------------------------
practice HERE: "SLOW:$slow" "OTHER:$slow"
printf 'serial,asset\nSLOW,R1\nOTHER,R2\n' >"$scratch/list.csv"
start --simulate "$set" --assets "$scratch/list.csv"
await null left-alone
plug SLOW; plug OTHER
await SLOW progress; await OTHER progress
pull SLOW
check 'a drive that is pulled out is interrupted' await SLOW 'done'
equal 'that is its result' "$(jq -r 'select(.event=="done" and .serial=="SLOW").result' "$scratch/events")" interrupted
plug SLOW
hurry SLOW
check 'put back it goes on by itself' await SLOW take-out
hurry OTHER
check 'the other was not disturbed' await OTHER take-out
kill -INT "$station"
ends 0 'and all is well'
equal 'its record tells of the interruption' "$(value SLOW '.interruptions|length')" 1
equal 'and bears its asset number' "$(value SLOW .asset)" R1
equal 'the other was not interrupted' "$(value OTHER '.interruptions|length')" 0
equal 'nothing is left to resume' "$(ls "$out/journal")" ''

practice HERE: "SLOW:$slow"
start --simulate "$set" --confirm SLOW
await null left-alone
plug SLOW
await SLOW progress
pull SLOW
await SLOW interrupted
kill -INT "$station"
ends 4 'not put back it stays interrupted'
equal 'without a record' "$(records SLOW)" 0
plug SLOW
hurry SLOW
start --simulate "$set" --station-idle 1
ends 0 'another station leaves it alone if it is not listed'
start --simulate "$set" --confirm SLOW --station-idle 1
ends 0 'and goes on with it if it is'
equal 'in one record' "$(records SLOW)" 1

# --- stopped ----------------------------------------------------------------------
practice HERE: "SLOW:$slow"
start --simulate "$set" --confirm SLOW
await null left-alone
plug SLOW
begun=$SECONDS
await SLOW progress
kill -TERM "$station"
ends 4 'a stop leaves it interrupted'
equal 'at most two lines of progress a second' "$(jq -s "
	[.[]|select(.event==\"progress\")]|length <= $((2 * (SECONDS - begun) + 4))" \
	"$scratch/events")" true
hurry SLOW
exits 0 'and resume goes on' "$haiki" resume --out "$out" --simulate "$set"

# --- devices that really appear ----------------------------------------------------
# One that nobody gets who asks for any: the station would erase that.
free_loop() { # -> $loop
	local n
	truncate -s 1M "$scratch/free.img"
	for n in 250 251 252 253; do
		loop=/dev/loop$n
		losetup "$loop" "$scratch/free.img" 2>/dev/null || continue
		losetup -d "$loop"
		return
	done
	return 1
}
if [ "$(id -u)" -ne 0 ] || ! free_loop; then
	skip 'a loop device that appears is erased' 'needs root and loop devices'
	finish
	exit 0
fi
secret=HAIKI-TEST-SECRET-0123456789
rm -rf "$out"
name=${loop#/dev/}
yes "$secret" | head -c 4M >"$scratch/first.img"
cp "$scratch/first.img" "$scratch/second.img"
start --confirm "$name"
until_so grep -q left-alone "$scratch/events"
losetup "$loop" "$scratch/first.img" && loops="$loops $loop"
check 'a loop device that appears is erased' await "$name" take-out
let_go "$loop"
check 'its going is noticed' await "$name" left
losetup "$loop" "$scratch/second.img" && loops="$loops $loop"
check 'another one by the same name is not erased' await "$name" left-alone
let_go "$loop"
kill -INT "$station"
ends 0 'all that was asked for is done'
equal 'nothing is left on the first' "$(grep -a -c "$secret" "$scratch/first.img")" 0
check 'the second is untouched' test "$(grep -a -c "$secret" "$scratch/second.img")" -gt 1000
finish
