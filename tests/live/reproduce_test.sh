#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The live image made once more, in another place, by files of other dates, with
# another locale, time zone and umask: the same bytes.
# shellcheck disable=SC2154  # set by what is sourced
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/live.sh"
live_or_skip 'the live image is reproducible'

epoch=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct 2>/dev/null ||
	echo 1767225600)}
tree=$scratch/elsewhere/tree
mkdir -p "$tree/src" "$scratch/elsewhere/out/image"
cp -r "$here/scripts" "$here/Makefile" "$tree/"
cp -r "$here/src/live" "$tree/src/"
find "$tree" -exec touch -h -d '2031-05-05 12:34:56' {} +
chmod -R go-rwx "$tree"
# Packages needn't be fetched twice, nor what is the same compressed twice.
for cache in debs packed; do
	cp -r "$build/image/$cache" "$scratch/elsewhere/out/image/"
done

made_again() {
	(
		umask 077
		env LC_ALL=C.UTF-8 LANG=ja_JP.UTF-8 TZ=Asia/Tokyo \
			HOME="$scratch/elsewhere" SOURCE_DATE_EPOCH="$epoch" \
			BUILD="$build" "$tree/scripts/image" "$scratch/elsewhere/out"
	)
}
check 'the image can be made elsewhere' made_again
check 'its contents are the same' diff "$build/image/contents" \
	"$scratch/elsewhere/out/image/contents"
check 'so is the image' cmp "$image" "$scratch/elsewhere/out/haiki.img"
check 'and what starts over the network' \
	diff -r "$build/pxe" "$scratch/elsewhere/out/pxe"
equal 'its size is at most 250 MiB' "$(($(stat -c %s "$image") > 250 << 20))" 0
finish
