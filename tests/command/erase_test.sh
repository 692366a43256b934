#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The main job as a user runs it, on loop devices.
. "$(dirname "$0")/../tap.sh"
need_loops 'erase on loop devices'

keys=$scratch/keys
operator_key "$keys" || { not_ok 'keygen'; finish; exit 1; }
sign=(--key "$keys/operator.key" --cert "$keys/operator.crt"
	--passphrase-file "$scratch/passphrase")
fukuoka=(--policy fukuoka --class kimitsu3 --operator 福岡太郎)
secret=HAIKI-TEST-SECRET-0123456789

fill() { # IMAGE: recognisable everywhere, also in the last sector
	yes "$secret" | head -c "$(stat -c %s "$1")" >"$1"
	sync "$1"
}
left() { grep -a -c "$secret" "$1"; }
record() { ls "$1"/*-*Z.json 2>/dev/null | head -n 1; }
value() { jq -r "$2" "$(record "$1")"; }

# --- refusals: exit 2, untouched ---------------------------------------------
new_loop 4M; fill "$image"; name=${loop#/dev/}
before=$(sha256sum <"$image")
erase() { "$haiki" erase "$loop" --out "$scratch/refused" "${sign[@]}" "$@"; }
exits 2 'no policy is refused' erase --class kimitsu3 --operator a --confirm "$name"
exits 2 'no class is refused' erase --policy fukuoka --operator a --confirm "$name"
exits 2 'an unknown class is refused' erase --policy fukuoka --class himitsu9 --operator a --confirm "$name"
says 'and the classes are listed' kimitsu1
exits 2 'a bare number is no class' erase --policy fukuoka --class 1 --operator a --confirm "$name"
exits 2 'no operator is refused' erase --policy fukuoka --class kimitsu3 --confirm "$name"
exits 2 'no confirmation is refused' erase "${fukuoka[@]}"
exits 2 'the wrong serial is refused' erase "${fukuoka[@]}" --confirm "x$name"
exits 2 'a prefix of the serial is refused' erase "${fukuoka[@]}" --confirm "${name%?}"
exits 2 'an unknown option is refused' erase "${fukuoka[@]}" --confirm "$name" --force
exits 2 'an unknown schedule is refused' erase "${fukuoka[@]}" --confirm "$name" --passes nine
exits 2 'an unknown method is refused' erase "${fukuoka[@]}" --confirm "$name" --method magic
exits 2 'a method of another bus is refused' erase "${fukuoka[@]}" --confirm "$name" --method nvme-sanitize-block
exits 2 'no permission is refused' erase --policy osaka --class juyodo1 --operator a --confirm "$name"
says 'and the option is named' approved-by
exits 2 'a partition-like path that is none is refused' "$haiki" erase "$scratch" "${fukuoka[@]}" --confirm "$name" --out "$scratch/refused"
exits 2 'a missing drive is refused' "$haiki" erase /dev/none "${fukuoka[@]}" --confirm "$name" --out "$scratch/refused"
exits 2 'without --out it is refused' "$haiki" erase "$loop" "${fukuoka[@]}" --confirm "$name"
exits 5 'a wrong passphrase is told before anything is touched' \
	"$haiki" erase "$loop" "${fukuoka[@]}" --confirm "$name" --out "$scratch/refused" \
	--key "$keys/operator.key" --cert "$keys/operator.crt" --passphrase-file /etc/hostname
exits 0 'a dry run plans' erase "${fukuoka[@]}" --dry-run
exits 0 'and tells of the permission' erase --policy osaka --class juyodo1 --operator a --dry-run
says 'that must be there first' 'Needed before the erase: without --approved-by'
exits 0 'but not' erase --policy osaka --class juyodo1 --operator a --approved-by b --dry-run
equal 'when it is' "$(grep -c 'Needed before' "$scratch/out")" 0
equal 'all of these left the drive untouched' "$(sha256sum <"$image")" "$before"
equal 'and wrote no record' "$(record "$scratch/refused")" ''

# --- in use --------------------------------------------------------------------
new_loop 16M; mkfs.ext4 -q -F "$image"; mkdir -p "$scratch/mnt"
on_exit() { umount "$scratch/mnt" 2>/dev/null; swapoff "${swap:-/none}" 2>/dev/null; }
if mount "$loop" "$scratch/mnt"; then
	sync; before=$(sha256sum <"$image")
	exits 2 'a mounted drive is refused' erase "${fukuoka[@]}" --confirm "${loop#/dev/}"
	says 'and the mount point is named' "$scratch/mnt"
	equal 'and untouched' "$(sha256sum <"$image")" "$before"
	umount "$scratch/mnt"
else
	skip 'a mounted drive is refused' 'cannot mount'
fi
new_loop 16M; swap=$loop
if mkswap -q "$loop" >/dev/null 2>&1 && swapon "$loop" 2>/dev/null; then
	exits 2 'a swap device is refused' erase "${fukuoka[@]}" --confirm "${loop#/dev/}"
	says 'and swap is named' '[Ss]wap'
	swapoff "$loop"
else
	skip 'a swap device is refused' 'cannot swapon'
fi
new_loop 16M; under=$loop
over=$(losetup --find --show "$under") && loops="$over $loops"
loop=$under
exits 2 'a drive under another device is refused' erase "${fukuoka[@]}" --confirm "${under#/dev/}"
let_go "$over"
new_loop 4M -r; fill "$image"
exits 2 'a read-only drive is refused' erase "${fukuoka[@]}" --confirm "${loop#/dev/}"

# --- done, proven, certified -----------------------------------------------------
odd=$((12 * 1024 * 1024 + 512 * 3))
new_loop "$odd"; fill "$image"; out=$scratch/good; name=${loop#/dev/}
exits 0 'an erase under kimitsu3 ends in 0' "$haiki" erase "$loop" "${fukuoka[@]}" \
	--confirm "$name" --out "$out" "${sign[@]}" --asset R07-1 --purpose lease-return
equal 'no secret is left, to the last byte' "$(left "$image")" 0
equal 'the letter is オ' "$(value "$out" .method.letter)" オ
equal 'the result is conforming' "$(value "$out" .result)" conforming
equal 'the size is the whole drive' "$(value "$out" .drive.size_bytes)" "$odd"
equal 'the serial is marked as a substitute' "$(value "$out" .drive.serial_is_substitute)" true
check 'haiki verify agrees' "$haiki" verify "$out" --ca "$keys/ca.crt"
exits 1 'without the CA nothing is genuine' "$haiki" verify "$out"
r=$(record "$out")
check 'openssl accepts the signature' openssl cms -verify -binary -cades -inform DER \
	-in "$r.p7s" -content "$r" -CAfile "$keys/ca.crt" -out /dev/null
check 'the record fits its schema' python3 -c '
import json, sys, jsonschema
jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(json.load(open(sys.argv[2])))' \
	"$(dirname "$0")/../../certs/certificate.schema.json" "$r"
check 'the ledger is whole' "$haiki" ledger check "$out/ledger.jsonl"
equal 'no journal is left' "$(ls "$out/journal")" ''
before=$(sha256sum <"$r")
cp -r "$out" "$scratch/forged"
sed -i 's/"result":"conforming"/"result":"Conforming"/' "$(record "$scratch/forged")"
exits 1 'a record altered in one byte is found out' "$haiki" verify "$scratch/forged" --ca "$keys/ca.crt"

# --- not enough for the class ---------------------------------------------------
new_loop 4M; fill "$image"; out=$scratch/insufficient
exits 1 'an overwrite is not enough for kimitsu1 where hidden areas are unknown' \
	"$haiki" erase "$loop" --policy fukuoka --class 機密性1 --operator 福岡太郎 \
	--confirm "${loop#/dev/}" --out "$out" "${sign[@]}"
equal 'the record says so' "$(value "$out" .result)" nonconforming
equal 'what could be erased is erased' "$(left "$image")" 0
exits 1 'and verify says so' "$haiki" verify "$out" --ca "$keys/ca.crt"

# --- a duty remains ---------------------------------------------------------------
new_loop 4M; fill "$image"; out=$scratch/duty
exits 3 'My Number data leaves the duty to destroy' "$haiki" erase "$loop" --policy fukuoka \
	--class my-number --operator 福岡太郎 --confirm "${loop#/dev/}" --out "$out" "${sign[@]}"
equal 'the record names it' "$(value "$out" '[.duties[]|select(.state=="outstanding").id]|index("destroy")!=null')" true
exits 3 'and verify says so' "$haiki" verify "$out" --ca "$keys/ca.crt"

# --- several at once, and the folder's own key -----------------------------------
new_loop 4M; a=$loop; fill "$image"; ia=$image
new_loop 6M; b=$loop; fill "$image"; out=$scratch/two
exits 0 'two drives at once' "$haiki" erase "$a" "$b" "${fukuoka[@]}" \
	--confirm "${a#/dev/}" --confirm "${b#/dev/}" --out "$out" --progress json --verify full
equal 'every line of progress is JSON' "$(jq -s 'map(.event)|unique|contains(["done","phase"])' "$scratch/out")" true
equal 'both are done' "$(jq -s 'map(select(.event=="done" and .result=="conforming"))|length' "$scratch/out")" 2
equal 'no secret is left on either' "$(left "$ia")$(left "$image")" 00
equal 'two records' "$(ls "$out"/*Z.json | wc -l)" 2
check 'verified by the folder certificate' "$haiki" verify "$out" --ca "$out/stick.crt"

# --- schedules ---------------------------------------------------------------------
for passes in zero random nist-clear dod-3 random-zero 0x55,complement,random:verify; do
	new_loop 2M; fill "$image"; out=$scratch/passes-$passes
	exits 0 "--passes $passes" "$haiki" erase "$loop" "${fukuoka[@]}" --passes "$passes" \
		--confirm "${loop#/dev/}" --out "$out" "${sign[@]}" --verify quick
	equal "and nothing is left ($passes)" "$(left "$image")" 0
done
new_loop 2M -b 4096; fill "$image"
exits 0 'a drive with 4096-byte sectors' "$haiki" erase "$loop" "${fukuoka[@]}" \
	--confirm "${loop#/dev/}" --out "$scratch/4k" "${sign[@]}"
equal 'and nothing is left' "$(left "$image")" 0

# --- surroundings --------------------------------------------------------------------
new_loop 4M; fill "$image"; before=$(sha256sum <"$image")
mkdir "$scratch/full"
if mount -t tmpfs -o size=1M tmpfs "$scratch/full"; then
	exits 5 'no room for records is told' "$haiki" erase "$loop" "${fukuoka[@]}" \
		--confirm "${loop#/dev/}" --out "$scratch/full" "${sign[@]}"
	equal 'and the drive is untouched' "$(sha256sum <"$image")" "$before"
	umount "$scratch/full"
else
	skip 'no room for records is told' 'cannot mount tmpfs'
fi

# --- interrupted ------------------------------------------------------------------------
new_loop 256M; fill "$image"; out=$scratch/killed
"$haiki" erase "$loop" "${fukuoka[@]}" --passes gutmann --confirm "${loop#/dev/}" \
	--out "$out" "${sign[@]}" --progress json >"$scratch/at-work" 2>/dev/null &
pid=$!
until_so is_erasing "$scratch/at-work"
kill -KILL "$pid" 2>/dev/null
wait "$pid" 2>/dev/null
equal 'a killed job leaves its journal' "$(ls "$out"/journal/*.journal | wc -l)" 1
equal 'and no record' "$(record "$out")" ''
sed -i.orig 's/\("key":"boot-id","value":"\)[^"]*/\1another/' "$out"/journal/*.journal
sum=$(sha256sum <"$image")
exits 2 'after a restart a device name alone is no identity' "$haiki" resume --out "$out" \
	--passphrase-file "$scratch/passphrase"
equal 'and nothing is written' "$(sha256sum <"$image")" "$sum"
for j in "$out"/journal/*.orig; do mv "$j" "${j%.orig}"; done
exits 0 'resume finishes it' "$haiki" resume --out "$out" --passphrase-file "$scratch/passphrase"
equal 'nothing is left' "$(left "$image")" 0
check 'its record is verified' "$haiki" verify "$out" --ca "$keys/ca.crt"
equal 'the record tells of the interruption' "$(value "$out" '.interruptions|length>0')" true
exits 0 'resume again finds nothing' "$haiki" resume --out "$out"
rm "$scratch/at-work"
new_loop 256M; fill "$image"; out=$scratch/stopped
"$haiki" erase "$loop" "${fukuoka[@]}" --passes gutmann --confirm "${loop#/dev/}" \
	--out "$out" "${sign[@]}" --progress json >"$scratch/at-work" 2>/dev/null &
pid=$!
until_so is_erasing "$scratch/at-work"
kill -INT "$pid"
wait "$pid"
equal 'SIGINT ends in 4' $? 4
exits 0 'and resume finishes it' "$haiki" resume --out "$out" --passphrase-file "$scratch/passphrase"

finish
