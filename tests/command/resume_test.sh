#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An erase that is killed, moved, stopped and finished: the drive is known by
# its serial number and WWN, the same random stream goes on, and the record
# tells all the times.
. "$(dirname "$0")/../tap.sh"
cd "$scratch" || exit 1
lab=$build/tests/simulate/lab

# A practice drive of 48 MiB, of which more is said by "$@".
drive() { # SPEED [KEY:VALUE,...]
	local speed=$1 more=${2:-'"serial":"RS-1","wwn":"5000c500a1b2c3d4"'}
	echo "{\"drives\":[{\"kind\":\"ata-hdd\",\"size_mib\":48,\"sanitize\":[],\"security\":\"none\",$more,\"faults\":{\"slow_mib_s\":$speed}}]}" >set.json
}
resume() { "$haiki" resume --simulate set.json --out records --progress json "$@"; }
# How many bytes of the pass are on the medium, as the journal knows.
durable() {
	sed -nE 's/.*overwrite-state 1 1 1 ([0-9]+) .*/\1/p' \
		records/journal/*.journal | tail -n 1
}
is_durable() { [ "$(durable)" -ge "$1" ]; }
journal() { ls records/journal/*.journal 2>/dev/null | wc -l; }

# --- killed -----------------------------------------------------------------------
drive 1
"$haiki" erase sim:RS-1 --simulate set.json --policy fukuoka --class kimitsu3 \
	--operator 福岡太郎 --asset R07-1 --confirm RS-1 --passes random --verify full \
	--out records --progress json >events 2>/dev/null </dev/null &
pid=$!
until_so is_durable $((5 << 20))
kill -KILL "$pid"
wait "$pid" 2>/dev/null
equal 'a killed erase leaves its journal' "$(journal)" 1
before=$("$lab" sum set.json RS-1 5)

# --- whose is it? -----------------------------------------------------------------
drive 32 '"id":"RS-1","serial":"RS-2","wwn":"5000c500a1b2c3d4"'
exits 4 'another serial number in the same place is another drive' resume
says 'and the right one is asked for' 'the drive RS-1'
drive 32 '"serial":"RS-1","wwn":"5000c500a1b2c3d5"'
exits 4 'so is another WWN' resume
drive 32 '"serial":"RS-1","wwn":"5000c500a1b2c3d4","model":"Other HDD"'
exits 4 'and another model' resume
equal 'none of them was written to' "$("$lab" sum set.json RS-1 5)" "$before"
equal 'the journal waits' "$(journal)" 1

# The same drive, plugged in elsewhere.
for f in set.json.d/RS-1.*; do mv "$f" "set.json.d/port7.${f##*.}"; done
there='"id":"port7","serial":"RS-1","wwn":"5000c500a1b2c3d4"'

# --- stopped once more --------------------------------------------------------------
drive 1 "$there"
"$haiki" resume --simulate set.json --out records --progress json \
	>again 2>/dev/null </dev/null &
pid=$!
until_so is_durable $(($(durable) + 1))
kill -INT "$pid"
wait "$pid"
equal 'a resume can be stopped' $? 4
equal 'and waits for the next' "$(journal)" 1

# --- finished -----------------------------------------------------------------------
drive 32 "$there"
exits 0 'in the end it is done' resume
equal 'and no journal is left' "$(journal)" 0
record=$(ls records/*Z.json)
value() { jq -r "$1" "$record"; }
equal 'in one record' "$(ls records/*Z.json | wc -l)" 1
equal 'conforming' "$(value .result)" conforming
equal 'of this drive' "$(value '.drive.serial+" "+.drive.wwn')" 'RS-1 5000c500a1b2c3d4'
equal 'with its asset number' "$(value .asset)" R07-1
equal 'every block read back is as the stream must be' \
	"$(value '.verification|"\(.plan) \(.mismatches) \(.read_errors)"')" 'full 0 0'
equal 'one pass was made' "$(value '.method.passes|length')" 1

transcript=${record%.json}.transcript.jsonl
begins=$(jq -rR 'fromjson?|select(.note).note' "$transcript" |
	sed -nE 's/.*pass 1 of 1 begins at byte ([0-9]+):.*/\1/p' | tr '\n' ' ')
read -r first second third rest <<<"$begins"
equal 'the pass began at the beginning' "$first" 0
# What came last is written once more: a 64th of the drive.
before_it=$((48 * 1024 * 1024 / 64))
check 'it went on where it was known to be' \
	test "${second:-0}" -ge $((5 * 1024 * 1024 - before_it)) -a "${second:-0}" -lt "${third:-0}"
equal 'and three times in all' "$rest" ''
equal 'what was written before the kill still stands there: the stream went on' \
	"$("$lab" sum set.json port7 5)" "$before"

# --- the story ----------------------------------------------------------------------
equal 'two interruptions are told' "$(value '.interruptions|length')" 2
equal 'when the power failed nobody knows, when it went on is told' \
	"$(value '.interruptions[0]|[.interrupted_at==null, (.resumed_at|length>20)]|all')" true
equal 'of the stop both' "$(value '.interruptions[1]|[.interrupted_at,.resumed_at]|all(length>20)')" true
equal 'in their order' "$(value '[.started_at, .interruptions[0].resumed_at,
	.interruptions[1].interrupted_at, .interruptions[1].resumed_at, .finished_at]
	| map(sub("[+-][0-9:]+$";"Z")|fromdate) | . == sort')" true
if command -v pdftotext >/dev/null; then
	pdftotext -layout "${record%.json}.pdf" - 2>/dev/null | tr -d ' ' >story
	equal 'the paper tells them, too' "$(tr -d '\n' <story | grep -oE '、再開[^せ]' | wc -l)" 2
else
	skip 'the paper tells them, too' 'needs pdftotext'
fi
exits 3 'haiki verify finds it genuine, and a training record' \
	"$haiki" verify records --ca records/stick.crt
exits 0 'nothing more is to be resumed' resume

# --- another medium by the same name --------------------------------------------------
# Its beginning was never written: going on in the middle would leave it.
rm -rf set.json.d records
drive 1
"$haiki" list --simulate set.json >/dev/null
cp set.json.d/RS-1.medium other.medium
"$haiki" erase sim:RS-1 --simulate set.json --policy fukuoka --class kimitsu3 \
	--operator 福岡太郎 --confirm RS-1 --passes random --verify quick \
	--out records --progress none >/dev/null 2>&1 </dev/null &
pid=$!
until_so is_durable 1
kill -KILL "$pid"
wait "$pid" 2>/dev/null
cp other.medium set.json.d/RS-1.medium
drive 32
exits 0 'a medium that holds something else is begun anew' resume
record=$(ls records/*Z.json)
equal 'it says so' "$(grep -c 'begun anew' "${record%.json}.transcript.jsonl")" 1
equal 'nothing is left of what it held' "$("$lab" left set.json RS-1 host)" 0

# --- what the journal doesn't keep --------------------------------------------------
# cut SERIAL KEY:VALUE,... POINT [OPTION...]: the power fails at that command.
cut() {
	local serial=$1 more=$2 point=$3
	shift 3
	echo "{\"drives\":[{\"serial\":\"$serial\",\"size_mib\":2,\"erase_ms\":4,$more,\"faults\":{\"power_cut_at\":$point,\"power_cut_when\":\"middle\"}}]}" >set.json
	"$haiki" erase "sim:$serial" --simulate set.json --policy fukuoka \
		--class kimitsu3 --operator 福岡太郎 --confirm "$serial" \
		--encrypted-by 福岡花子 --out secrets --progress none "$@" \
		>/dev/null 2>&1 </dev/null
	equal "$serial: interrupted" $? 4
	echo "{\"drives\":[{\"serial\":\"$serial\",\"size_mib\":2,\"erase_ms\":4,$more}]}" >set.json
}
again() { "$haiki" resume --simulate set.json --out secrets --progress none "$@"; }
result() { jq -r '"\(.result) \(.method.id)"' secrets/"$1"-*Z.json; }

mkdir secrets
cut OPAL '"kind":"ata-ssd","sanitize":[],"security":"none","opal":true,"encrypts":true,"psid":"LABPSID"' \
	1 --method opal-psid-revert --psid LABPSID
exits 4 'without its PSID a revert waits' again
says 'and says what it needs' '--psid PSID'
check 'nowhere is it written down' sh -c '! grep -rq LABPSID secrets'
exits 0 'with it the job ends well' again --psid LABPSID
equal 'by the revert' "$(result OPAL)" 'conforming opal-psid-revert'

echo geheim >password
locked='"kind":"ata-hdd","sanitize":[],"password":"geheim"'
cut LOCKED "$locked" 1 --unlock-file password
exits 4 'without its password a locked drive waits' again
says 'and says what it needs' '--unlock-file FILE'
check 'nowhere is that written down' sh -c '! grep -rq geheim secrets'
exits 0 'with it the job ends well' again --unlock-file password
equal 'conforming' "$(jq -r .result secrets/LOCKED-*Z.json)" conforming

# From SET PASSWORD on it's ours.
sed -i 's/"LOCKED"/"OURS"/' set.json
cut OURS "$locked" 4 --unlock-file password
exits 0 'one that our own password locks needs nothing' again
equal 'and is erased' "$(jq -r .result secrets/OURS-*Z.json)" conforming

# --- without a job ------------------------------------------------------------------
echo "{\"drives\":[{\"serial\":\"FOREIGN\",\"size_mib\":2,$locked}]}" >set.json
exits 1 "another's password is left alone" again
exits 1 'also if it is known' again --unlock-file password
exits 0 'but not that of a drive that was confirmed' \
	again --unlock-file password --confirm FOREIGN
exits 0 'then it is free' again
says 'and there is nothing more to do' '見当たりません|No interrupted job'

# --- erased anew, not resumed ---------------------------------------------------------
rm -rf set.json.d records
drive 1
anew=("$haiki" erase sim:RS-1 --simulate set.json --policy fukuoka
	--class kimitsu3 --operator 福岡太郎 --confirm RS-1
	--passes random --out records --progress none)
"${anew[@]}" >/dev/null 2>&1 </dev/null &
pid=$!
until_so is_durable 1
kill -KILL "$pid"
wait "$pid" 2>/dev/null
drive 64
# The record is of a later second than the job that was broken off.
sleep 1.1
"${anew[@]}" >/dev/null 2>&1 </dev/null
equal 'the first job waits' "$(journal)" 1
before=$("$lab" sum set.json RS-1 48)
exits 2 'a drive that was recorded since is not erased again unasked' resume
says 'and why is told' 'recorded since|その後に消去'
equal 'it is as it was' "$("$lab" sum set.json RS-1 48)" "$before"
exits 0 'unless it is confirmed' resume --confirm RS-1
equal 'and no job is left' "$(journal)" 0

# --- many at once ---------------------------------------------------------------------
rack() { # SPEED
	jq -n --argjson speed "$1" '{drives: [range(3) | {kind: "ata-hdd",
		size_mib: 16, sanitize: [], security: "none", serial: "RACK-\(.)",
		faults: {slow_mib_s: $speed}}]}' >rack.json
}
racks() { [ "$(ls rack/journal/*.journal 2>/dev/null | wc -l)" -eq 3 ]; }
rack 1
"$haiki" erase sim:RACK-{0,1,2} --simulate rack.json --policy fukuoka \
	--class kimitsu3 --operator 福岡太郎 --confirm RACK-0 --confirm RACK-1 \
	--confirm RACK-2 --out rack >/dev/null 2>&1 </dev/null &
pid=$!
until_so racks
kill -KILL "$pid"
wait "$pid" 2>/dev/null
rack 256
exits 0 'three jobs go on' "$haiki" resume --simulate rack.json --out rack
equal 'with one key, loaded once' "$(grep -c 'no --key' "$scratch/err")" 1
equal 'that signs all records' "$(ls rack/*.p7s | wc -l)" 3
exits 3 'as is proven' "$haiki" verify rack --ca rack/stick.crt

# --- a folder that isn't there is no good news -------------------------------------
exits 2 'a folder named wrongly' "$haiki" resume --simulate set.json \
	--out record
says 'is told' 'record is not there|record がない'
exits 2 'nor is one named as an argument passed over' "$haiki" resume \
	--simulate set.json records
says 'but told where it belongs' '--out'
finish
