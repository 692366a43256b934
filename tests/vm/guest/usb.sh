# SPDX-License-Identifier: Apache-2.0
# haiki on drives behind USB bridges.
. /cases/lib.sh

all="SAT SAT12 SANITIZE NOREGS ZEROS NOCOUNT FIXED DUMB STICK"
# shellcheck disable=SC2086 # words
ok "the kernel takes them" plug_usb $all
for serial in $all; do
	echo "$serial $(usb_disk "$serial")"
done >/tmp/drives

haiki list --json >/tmp/list 2>&1
about() { # SERIAL FILTER
	jq -r --arg path "$(device_of "$1")" ".[] | select(.path == \$path) | $2" \
		/tmp/list
}
is "all of them are on USB" "9 usb" "$(jq -r '[.[] | select(.path |
	startswith("/dev/sd")) | .bus] | "\(length) \(unique[])"' /tmp/list)"
is "behind a SAT bridge the drive itself answers" "SAT SAT12" \
	"$(about SAT .serial) $(about SAT12 .serial)"
is "and tells its security state" "true true false" "$(about SAT \
	.security.supported) $(about SAT12 .security.supported) $(about SAT12 \
	.security.locked)"
is "a bridge that passes nothing tells nothing" "null null" \
	"$(about DUMB .security.supported) $(about STICK .security.supported)"
is "nor can it do more than be overwritten" overwrite "$(about DUMB \
	'[.methods[] | select(.state == "supported") | .id] | join(" ")')"

# --- ATA security over USB -----------------------------------------------------

for serial in SAT SAT12; do
	refused "$serial: security over USB isn't asked for" "$serial" \
		--class kimitsu1 --method ata-security-erase-enhanced
	has "and it's said how to" '--allow-usb-security' "$(cat "$out/log")"
	rm -r "$out"
	haiki_erase "$serial" --class kimitsu1 --allow-usb-security \
		--method ata-security-erase-enhanced
	erased "$serial: security erase over USB" 0 conforming "$serial"
	nothing_left "$serial"
	has "no password is left" 'not[[:space:]]+enabled' \
		"$(hdparm --prefer-ata12 -I "$(device_of "$serial")" 2>&1)"
done

# --- bridges that lose half of it ------------------------------------------------

haiki_erase SANITIZE --class kimitsu3 --method ata-sanitize-block
erased "a sanitize through a good bridge" 0 conforming SANITIZE
nothing_left SANITIZE
for serial in NOREGS ZEROS; do
	haiki_erase "$serial" --class kimitsu1 --allow-usb-security
	erased "$serial: what can't be known is no success" "[01]" \
		"$(jq -r .result "$(record_of "/tmp/out/$serial")")" "$serial"
	has "$serial: no password is left" 'not[[:space:]]+enabled' \
		"$(hdparm -I "$(device_of "$serial")" 2>&1)"
	is "$serial: overwritten at least" 0 \
		"$(left "$(device_of "$serial")" host)"
done
refused "a sanitize whose status can't come back" FIXED --class kimitsu3 \
	--method ata-sanitize-block
haiki_erase NOCOUNT --class kimitsu3
erased "a sanitize whose status is lost, and what else it can do" 0 \
	conforming NOCOUNT
is "the sanitize is no success" unknown "$(jq -r \
	'[.attempts[] | select(.id == "ata-sanitize-block") | .outcome][0]' \
	"$(record_of /tmp/out/NOCOUNT)")"

# --- nothing but overwriting -------------------------------------------------------

haiki_erase DUMB --class kimitsu3
erased "a bridge that passes no ATA: overwritten" 0 conforming DUMB
is "by that alone" "overwrite オ" "$(jq -r '.method.id + " " + .method.letter' \
	"$(record_of /tmp/out/DUMB)")"
haiki_erase STICK --class kimitsu1
erased "a stick: not enough for the strictest class" 1 nonconforming STICK

plan
