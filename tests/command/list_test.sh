#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `haiki list` as its readers see it: people and programs.
set -u
build=${BUILD:-build}
haiki=$build/haiki
n=0 failed=0
dir=$(mktemp -d) || exit 1
loops=()
cleanup() {
	for loop in "${loops[@]:-}"; do
		[ -z "$loop" ] || losetup -d "$loop" 2>/dev/null
	done
	rm -rf "$dir"
}
trap cleanup EXIT

check() {
	local name=$1
	shift
	n=$((n + 1))
	if "$@" >"$dir/out" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed 's/^/# /' "$dir/out" >&2
		failed=1
	fi
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

exits() {
	local code=$1
	shift
	"$@" >"$dir/answer" 2>&1
	local got=$?
	[ "$got" -eq "$code" ] || {
		echo "exit status $got instead of $code"
		cat "$dir/answer"
		return 1
	}
}

says() { grep -qF -- "$1" "$dir/answer" || { cat "$dir/answer"; return 1; }; }

# --- practice drives ---------------------------------------------------------
cat >"$dir/set.json" <<'SET'
{"drives": [
 {"kind": "ata-hdd", "serial": "HDD-1", "size_mib": 2, "hpa_sectors": 64},
 {"kind": "nvme", "serial": "NVME-2", "size_mib": 2},
 {"kind": "usb-stick", "serial": "STICK-3", "size_mib": 1,
  "in_use": ["is mounted on /media/stick"]}
]}
SET
"$haiki" list --simulate "$dir/set.json" --json >"$dir/json" 2>"$dir/err"
check "practice drives are listed as JSON" test -s "$dir/json"
check "every key that programs rely on is there" jq -e '
	length == 3 and all(.[]; . as $d | [
	"path", "serial", "wwn", "model", "firmware", "size_bytes",
	"logical_block", "physical_block", "bus", "kind", "in_use", "hidden",
	"security", "sanitize", "health", "methods", "unknown", "serial_is_substitute",
	"system_disk", "contents", "advice", "raid", "simulated", "silent",
	"namespaces", "namespaces_other", "other_namespaces", "controllers",
	"firmware_pending", "write_protected"
	] | all(. as $key | $d | has($key)))' "$dir/json"
check "the parts have their keys" jq -e '
	all(.[]; (.hidden | has("hpa_sectors") and has("dco_sectors") and
	has("amac_sectors")) and
	(.security | has("supported") and has("enabled") and has("locked") and
	has("frozen") and has("enhanced")) and
	(.health | has("power_on_hours") and has("reallocated") and
	has("pending")) and
	(.methods | length > 0 and all(has("id") and has("state") and
	has("seconds") and has("reason"))))' "$dir/json"
check "hidden sectors are counted" jq -e '
	.[0].hidden.hpa_sectors == 64 and .[0].bus == "ata" and
	.[0].kind == "hdd" and .[0].simulated' "$dir/json"
check "what can't be told is null and has a reason" jq -e '
	.[2].hidden.hpa_sectors == null and
	(.[2].unknown["hidden.hpa_sectors"] | length > 0) and
	.[2].security.supported == null and
	(.[2].unknown.security | length > 0)' "$dir/json"
check "who uses a drive is said" jq -e '
	.[2].in_use == ["is mounted on /media/stick"] and
	.[0].in_use == []' "$dir/json"
check "states of methods are of the five words" jq -e '
	[.[].methods[].state] | unique |
	. - ["supported", "unsupported", "frozen", "locked", "unknown"] == []
	' "$dir/json"
check "overwrite has an estimate" jq -e '
	all(.[]; .methods[] | select(.id == "overwrite") |
	.state == "supported" and .seconds > 0)' "$dir/json"
check "one practice drive by its path" \
	exits 0 "$haiki" list sim:NVME-2 --simulate "$dir/set.json" --lang en
check "... shows that one alone" says NVME-2
check "an unknown practice drive is refused" \
	exits 2 "$haiki" list sim:NONE --simulate "$dir/set.json"
check "a machine's drive is none of the practice drives" \
	exits 2 "$haiki" list /dev/null --simulate "$dir/set.json"
check "a damaged practice file is refused" \
	exits 2 "$haiki" list --simulate /dev/null

widest() {
	"$haiki" list --simulate "$dir/set.json" --lang "$1" |
		python3 -c '
import sys, unicodedata
w = max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in l)
        for l in sys.stdin.read().split("\n"))
print("widest line:", w)
sys.exit(w > 80)'
}
check "the table fits in 80 columns" widest en
check "the table fits in 80 columns in Japanese" widest ja

# --- what stands in the way --------------------------------------------------
cat >"$dir/way.json" <<'SET'
{"drives": [
 {"kind": "nvme", "serial": "WAITS", "size_mib": 2,
  "namespaces": [{"sectors": 2048}, {"sectors": 1024, "attached": false}],
  "faults": {"firmware_pending": true}},
 {"kind": "nvme", "serial": "PROTECTED", "size_mib": 2,
  "faults": {"write_protected": true}},
 {"kind": "sas-hdd", "serial": "HANGS", "size_mib": 2,
  "faults": {"hangs": "always"}}
]}
SET
"$haiki" list --simulate "$dir/way.json" --json >"$dir/json" 2>"$dir/err"
check "a drive that doesn't answer is listed with the others" jq -e '
	[.[].silent] == [false, false, true]' "$dir/json"
check "firmware that waits for a reset is told" jq -e '
	[.[0, 1].firmware_pending] == [true, false]' "$dir/json"
check "a write-protected namespace is told" jq -e '
	[.[0, 1].write_protected] == [false, true]' "$dir/json"
check "every other namespace is told" jq -e '
	[.[0].other_namespaces[] | [.nsid, .size_bytes, .attached]] ==
	[[2, 1048576, true], [3, 524288, false]]' "$dir/json"
for command in list "plan --policy fukuoka --class kimitsu3" \
	"erase --policy fukuoka --class kimitsu3 --operator O --out $dir/out \
	--confirm WAITS"; do
	# shellcheck disable=SC2086 # words
	"$haiki" $command sim:WAITS --simulate "$dir/way.json" --lang en \
		>"$dir/answer" 2>&1
	check "${command%% *}: says what to do about the firmware" \
		says "New firmware on it waits"
	check "${command%% *}: names the other namespaces" \
		says "2 more namespaces"
done
check "a write-protected namespace is refused" exits 2 "$haiki" erase \
	sim:PROTECTED --confirm PROTECTED --simulate "$dir/way.json" \
	--policy fukuoka --class kimitsu3 --operator O --out "$dir/out" --lang en
check "... before anything" says write-protected
check "a drive that doesn't answer is refused" exits 2 "$haiki" erase \
	sim:HANGS --confirm HANGS --simulate "$dir/way.json" \
	--policy fukuoka --class kimitsu3 --operator O --out "$dir/out" --lang en
check "... and why" says "doesn't answer"

# --- errors ------------------------------------------------------------------
check "what isn't there is refused" exits 2 "$haiki" list "$dir/nothing"
check "... and named" says "$dir/nothing"
check "what is no block device is refused" exits 2 "$haiki" list /dev/null
check "a file is refused" exits 2 "$haiki" list "$dir/set.json"
mkfifo "$dir/fifo"
check "a FIFO doesn't hang" exits 2 timeout 5 "$haiki" list "$dir/fifo"
check "an unknown option is refused" exits 2 "$haiki" list --nonsense

# --- this machine ------------------------------------------------------------
check "this machine's drives are listed" exits 0 "$haiki" list --json
check "... as a JSON array" jq -e 'type == "array"' "$dir/answer"
if [ "$(id -u)" -eq 0 ] && setpriv --reuid 65534 true 2>/dev/null &&
	chmod 755 "$dir" && cp "$haiki" "$dir/haiki" 2>/dev/null; then
	check "without root as well" exits 0 \
		setpriv --reuid 65534 --clear-groups "$dir/haiki" list --json
	check "... with what is missing explained" jq -e '
		all(.[]; .unknown["hidden.hpa_sectors"] != null)' "$dir/answer"
else
	skip "without root as well" "needs root"
	skip "... with what is missing explained" "needs root"
fi

# --- loop devices ------------------------------------------------------------
loop=
if [ "$(id -u)" -eq 0 ]; then
	for i in 1 2 3 4 5 6 7 8; do
		truncate -s 8M "$dir/file$i"
		loop=$(losetup -f --show "$dir/file$i" 2>/dev/null) || break
		loops+=("$loop")
	done
fi
if [ "${#loops[@]}" -lt 8 ]; then
	for name in "loop devices are drives" "... with a substitute serial" \
		"... and what is on them" "a link to a drive is followed" \
		"a drive named twice is listed once" \
		"eight drives take less than 0.3 s"; do
		skip "$name" "no loop devices"
	done
else
	mkfs.ext4 -q -F -L secrets "$loop"
	"$haiki" list "$loop" --json >"$dir/json"
	check "loop devices are drives" jq -e --arg path "$loop" '
		.[0].path == $path and .[0].size_bytes == 8388608 and
		.[0].kind == "unknown" and .[0].bus == "other" and
		.[0].in_use == [] and (.[0].system_disk | not)' "$dir/json"
	check "... with a substitute serial" jq -e \
		--arg name "${loop#/dev/}" '.[0].serial == $name and
		.[0].serial_is_substitute' "$dir/json"
	check "... and what is on them" jq -e \
		'.[0].contents == "ext4 \"secrets\""' "$dir/json"
	ln -s "$loop" "$dir/link"
	"$haiki" list "$dir/link" --json >"$dir/json"
	check "a link to a drive is followed" jq -e --arg path "$loop" \
		'.[0].path == $path' "$dir/json"
	"$haiki" list "$loop" "$dir/link" --json >"$dir/json"
	check "a drive named twice is listed once" jq -e 'length == 1' \
		"$dir/json"
	fast() {
		local best=1000000 start end
		for _ in 1 2 3; do
			start=$(date +%s%N)
			"$haiki" list --json >"$dir/json" || return 1
			end=$(date +%s%N)
			[ $(((end - start) / 1000)) -ge "$best" ] ||
				best=$(((end - start) / 1000))
		done
		echo "$best microseconds"
		[ "$best" -lt 300000 ] && jq -e 'length >= 8' "$dir/json"
	}
	check "eight drives take less than 0.3 s" fast
fi

echo "1..$n"
exit "$failed"
