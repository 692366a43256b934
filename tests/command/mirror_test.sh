#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# --mirror: a second stick has all that the first has when an erase is said to
# be done; one that is missing, full or write-protected is told of before, and
# changes neither result nor exit status.
# shellcheck disable=SC2154  # set by tap.sh
. "$(dirname "$0")/../tap.sh"
cd "$scratch" || exit 1
mounted=

on_exit() {
	local place
	for place in $mounted; do umount "$place"; done
}

erase() { # SERIAL [OPTION...]
	"$haiki" --lang en erase "sim:$1" --simulate set.json --policy fukuoka \
		--class kimitsu3 --operator 福岡太郎 --confirm "$1" --out records \
		--progress none "${@:2}" </dev/null
}

drives=
for serial in M-1 M-2 M-3 M-4; do
	drives=$drives${drives:+,}'{"kind":"ata-ssd","size_mib":1,"erase_ms":1,"serial":"'$serial'"}'
done
echo "{\"drives\":[$drives]}" >set.json

# Everything but the folder's own key, and what only the first needs.
same() {
	diff -r -x stick.key -x journal records mirror
}

mkdir plugged
erase M-1 --mirror plugged/mirror >out 2>err
first=$?
equal 'an erase with a mirror ends as one without' "$first" \
	"$(erase M-2 >/dev/null 2>&1; echo $?)"
equal 'nothing is complained of' "$(grep -c mirror err)" 0
ln -s plugged/mirror mirror
equal 'what was not copied' "$(same | grep -c '^Only in records')" 4

exits "$first" 'the next erase' erase M-3 --mirror mirror
check 'copies what is missing, too' same
check 'the copy is good by itself' test "$("$haiki" verify mirror \
	--ca mirror/stick.crt --json | jq -s 'flatten | map(select(.genuine)) | length')" = 3
exits 0 'resume with a mirror' "$haiki" --lang en resume --simulate set.json \
	--out records --mirror mirror

exits "$first" 'a mirror that is missing' \
	erase M-4 --mirror missing/mirror
says 'is told of' 'the mirror missing/mirror can.t be used'
says 'before the erase' 'records go to records alone'
says 'and after' 'the copy in the mirror missing/mirror is not complete'
equal 'nothing is made in its place' "$(ls -d missing 2>/dev/null)" ''
echo 'mirror = mirror' >haiki.conf
exits "$first" 'a mirror of the configuration' \
	erase M-1 --config haiki.conf
check 'is used' same
mkdir other
cp mirror/ledger.jsonl other/
sed -i '1s/."sequence":1/&0/' other/ledger.jsonl
cp other/ledger.jsonl before
exits "$first" 'a mirror with another ledger' erase M-1 --mirror other
says 'is told of' 'the ledger of another stick'
check 'and left as it was' cmp before other/ledger.jsonl

record=$(cd records && ls M-1-*Z.json | head -n 1)
cp "mirror/$record" whole
echo >>"records/$record"
exits "$first" 'a record that was damaged since' erase M-2 --mirror mirror
says 'is told of' "records/$record differs from its copy"
says 'with its copy' "mirror/$record, which is kept"
check 'its copy is kept' cmp whole "mirror/$record"
cp whole "records/$record"
exits 0 'once it is put right' "$haiki" resume --simulate set.json \
	--out records --mirror mirror
check 'all is the same, also what came after' same

# A mirror on a medium of its own.
medium() { # OPTION
	mkdir -p medium
	mount -t tmpfs -o "$1" none medium 2>/dev/null && mounted=medium
}
if medium size=20m; then
	head -c 19M /dev/zero >medium/full
	exits "$first" 'a mirror that is full' erase M-1 --mirror medium/m
	says 'is told of' 'less than 16 MiB free in the mirror'
	head -c 2M /dev/zero >>medium/full 2>/dev/null
	exits "$first" 'and so is' erase M-2 --mirror medium/m
	says 'what did not fit' 'No space left'
	equal 'no half file is left' "$(find medium/m -name '*.??????' | wc -l)" 0
	rm medium/full
	mount -o remount,ro medium
	exits "$first" 'a mirror that is write-protected' \
		erase M-3 --mirror medium/m
	says 'is told of' 'medium/m can.t be used.*Read-only file system'
	mount -o remount,rw medium
	exits 0 'when it can be used again' "$haiki" resume \
		--simulate set.json --out records --mirror medium/m
	check 'all of it is copied' diff -r -x stick.key -x journal records medium/m
else
	skip 'a mirror that is full or write-protected' 'nothing may be mounted here'
fi
finish
