# SPDX-License-Identifier: Apache-2.0
# Sixteen drives (their serial numbers on the first disk) in one haiki process.
. /cases/lib.sh

tr -d '\000' </dev/vda >/tmp/jobs
plug_all
set --
for serial in $serials; do
	set -- "$@" "$(device_of "$serial")" --confirm "$serial"
done
# shellcheck disable=SC2086 # several words
haiki erase "$@" --policy fukuoka --class kimitsu3 --operator Lab \
	${signer% none} json --out /tmp/out >/tmp/events 2>/tmp/log &
pid=$!

ended() {
	grep '"event":"done"' /tmp/events | sed 's/.*"serial":"\([^"]*\)".*/\1/' |
		sort
}
good=$(echo "$serials" | grep GOOD)
start=$(date +%s)
for _ in $(seq 300); do
	[ "$(ended | wc -l)" -ge 14 ] || ! [ -d "/proc/$pid" ] && break
	sleep 0.5
done
echo "#= the last of 13 good drives ended $(($(date +%s) - start)) s after the first was begun"

# --- while one hangs and one is slow ---------------------------------------------

is "all the others have ended, the hung and the slow one haven't" "DEAD
$good" "$(ended)"
ok "the process goes on" sh -c "[ -d /proc/$pid ] || { cat /tmp/log; false; }"
for serial in $good; do
	record=$(record_of_drive /tmp/out "$serial")
	is "$serial is erased" conforming \
		"$([ -n "$record" ] && jq -r .result "$record")"
	ok "$serial: the record is true" truthful "$record" \
		"$(device_of "$serial")"
done

# --- the others' list ---------------------------------------------------------------

hung=$(device_of HUNG)
start=$(date +%s)
timeout 100 haiki list --json --patience 5 >/tmp/list 2>/tmp/list.log
is "drives are listed though one never answers" 0 $?
echo "#= in $(($(date +%s) - start)) s"
is "that one alone is listed as silent" "$hung" \
	"$(jq -r '.[] | select(.silent) | .path' /tmp/list)"
is "the others with what they can do" 0 "$(for serial in $good; do
	jq -r --arg path "$(device_of "$serial")" '.[] |
		select(.path == $path) | .methods[] |
		select(.id == "overwrite") | .state' /tmp/list
done | grep -cv '^supported$')"

# --- the end -------------------------------------------------------------------------

kill -TERM "$pid"
sleep 2
kill -TERM "$pid"
wait "$pid"
is "it ends, told so twice, though a drive holds a command" 4 $?
is "three can be gone on with" 3 "$(ls /tmp/out/journal/*.journal | wc -l)"
for serial in HUNG SLOW DEAD; do
	is "$serial has no record" "" "$(record_of_drive /tmp/out "$serial")"
done
plan
