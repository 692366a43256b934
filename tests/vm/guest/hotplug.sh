# SPDX-License-Identifier: Apache-2.0
# The station, whose events go to a serial port of their own; outside somebody
# plugs drives in and pulls them out. The drive HOT-END is the end.
. /cases/lib.sh
out=/tmp/out
printf 'serial,asset\nHOT-CALM,A-1\nHOT-SCSI,A-2\nusb-2-1,A-3\n' \
	>/tmp/list.csv
: >/tmp/events
haiki erase --station --assets /tmp/list.csv --policy fukuoka \
	--class kimitsu3 --method overwrite --passes random,0x5c \
	--operator Lab --key /keys/quick.key --cert /keys/operator.crt \
	--passphrase-file /keys/pass --progress json --lang en --out "$out" \
	>/tmp/events 2>/tmp/told &
station=$!
tail -n +1 -f /tmp/events >/dev/ttyS2 &

i=0
while [ "$i" -lt 1000 ] && kill -0 "$station" 2>/dev/null; do
	grep HOT-END /tmp/events | grep -q '"left-alone"' && break
	i=$((i + 1))
	usleep 200000
done
kill -INT "$station"
wait "$station"
status=$?
has "the station ends in 4: one waits for resume" '^4$' "$status
$(cat /tmp/told)"
ok "which goes on with it" haiki resume --out "$out" $signer

records() { ls "$out"/"$1"-*Z.json 2>/dev/null | wc -l; }
value() { jq -r "$2" "$(record_of_drive "$out" "$1")"; }
is "one record each" "1 1 1 0" "$(records HOT-CALM) $(records HOT-SCSI) $(
	records usb-2-1) $(records HOT-END)"
is "interruptions are recorded" "0 1 1" "$(
	value HOT-CALM '.interruptions | length') $(
	value HOT-SCSI '.interruptions | length') $(
	value usb-2-1 '.interruptions | length')"
is "with their asset numbers" "A-1 A-2 A-3" "$(value HOT-CALM .asset) $(
	value HOT-SCSI .asset) $(value usb-2-1 .asset)"
is "the USB drive is known as one" usb "$(value usb-2-1 .drive.bus)"
is "nothing is left to resume" "" "$(ls "$out/journal")"
ok "haiki verify finds them all good" haiki verify "$out" --ca /keys/ca.crt
plan
