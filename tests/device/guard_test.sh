#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The guard against real block devices: loop devices over files of its own.
# Whatever is refused must leave every byte of the file as it was.
set -u
build=${BUILD:-build}
program=$build/tests/device/guard_test
n=0 failed=0
names=(
	"a free drive is granted"
	"a wrong serial number is refused"
	"another serial number is a changed drive"
	"another model is a changed drive"
	"another size is a changed drive"
	"a size that changed since is a changed drive"
	"a mounted drive is refused"
	"a drive mounted in another namespace is refused"
	"a drive with a mounted partition is refused"
	"a partition is refused"
	"swap is refused"
	"a drive below a loop device is refused"
	"a write-protected drive is refused"
	"a drive that a program writes to is refused"
	"a drive that is held by another eraser is refused"
	"a drive locked by another program is refused"
	"what is no drive is refused"
	"after all that a free drive is granted"
	"the first and the last block are written and read back"
	"a drive of an odd number of blocks has its last one"
)

plan() { echo "1..${#names[@]}"; }

skip_all() {
	for name in "${names[@]}"; do
		n=$((n + 1))
		echo "ok $n - $name # SKIP $1"
	done
	plan
	exit 0
}

[ "$(id -u)" -eq 0 ] || skip_all "needs root"
dir=$(mktemp -d) || exit 1
loops=() mounts=() holder=
cleanup() {
	[ -z "$holder" ] || kill "$holder" 2>/dev/null
	for m in "${mounts[@]:-}"; do
		[ -z "$m" ] || umount "$m" 2>/dev/null
	done
	for ((i = ${#loops[@]} - 1; i >= 0; i--)); do
		swapoff "${loops[i]}" 2>/dev/null
		losetup -d "${loops[i]}" 2>/dev/null
	done
	rm -rf "$dir"
}
trap cleanup EXIT

# What is detached may be another test's the next moment.
let_go() { # LOOP
	local i
	losetup -d "$1"
	for i in "${!loops[@]}"; do
		[ "${loops[i]}" != "$1" ] || unset "loops[i]"
	done
	loops=("${loops[@]}")
}

truncate -s 32M "$dir/file" || exit 1
loop=$(losetup -f --show "$dir/file" 2>/dev/null) || skip_all "no loop devices"
loops+=("$loop")

report() {
	local name=${names[n]}
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		failed=1
	fi
}

state_of() { sha256sum <"$dir/file"; }

# expect CODE WORDS ARGUMENT...: the guard's answer, and nothing was written.
expect() {
	local code=$1 words=$2 before after
	shift 2
	sync "$dir/file"
	before=$(state_of)
	answer=$("$program" acquire "$@" </dev/null)
	sync "$dir/file"
	after=$(state_of)
	case $answer in
	"$code "*"$words"*) ;;
	*)
		echo "# answered: $answer" >&2
		report 1
		return
		;;
	esac
	[ "$before" = "$after" ]
	report $?
}

refused=-1 stale=-116

expect 0 granted "$loop"
expect $refused "not confirmed" "$loop" confirm=nonsense
expect $stale "serial number" "$loop" serial=WD-1234 confirm=WD-1234
expect $stale "model" "$loop" model=other
expect $stale "size" "$loop" size=16777216

# The file has grown since the drive was looked at.
truncate -s 64M "$dir/file" && losetup -c "$loop"
expect $stale "size" "$loop" size=33554432
truncate -s 32M "$dir/file" && losetup -c "$loop"

mkfs.ext4 -q -F "$loop" && mkdir "$dir/mnt"
mount "$loop" "$dir/mnt" && mounts+=("$dir/mnt")
expect $refused "is mounted on $dir/mnt" "$loop"
umount "$dir/mnt"

# Nobody but the kernel knows: a mount that this namespace doesn't show. The
# root need not be a mount point (a chroot), so only this place is made private.
mount --bind "$dir/mnt" "$dir/mnt" && mounts+=("$dir/mnt")
mount --make-private "$dir/mnt"
unshare -m --propagation unchanged sh -c \
	"mount '$loop' '$dir/mnt' && echo up && exec sleep 600" >"$dir/up" &
holder=$!
for _ in $(seq 2400); do
	[ -s "$dir/up" ] && break
	sleep 0.05
done
expect $refused "held exclusively" "$loop"
kill "$holder" && wait "$holder" 2>/dev/null
holder=
umount "$dir/mnt"

# An MBR with one partition: 32768 sectors of type 83h from sector 2048 on.
{
	printf '\0\0\0\0\x83\0\0\0\0\x08\0\0\0\x80\0\0' |
		dd of="$loop" bs=1 seek=446 conv=notrunc
	printf '\x55\xaa' | dd of="$loop" bs=1 seek=510 conv=notrunc
} 2>/dev/null
partx -a "$loop" >/dev/null 2>&1
if [ -b "${loop}p1" ] && mkfs.ext4 -q -F "${loop}p1" &&
	mount "${loop}p1" "$dir/mnt"; then
	mounts+=("$dir/mnt")
	expect $refused "is mounted on $dir/mnt" "$loop"
	umount "$dir/mnt"
	expect -22 "is a partition" "${loop}p1"
else
	for _ in 1 2; do
		echo "ok $((n + 1)) - ${names[n]} # SKIP no partitions on loop devices"
		n=$((n + 1))
	done
fi
partx -d "$loop" >/dev/null 2>&1

mkswap -q "$loop" >/dev/null && swapon "$loop"
expect $refused "is used as swap" "$loop"
swapoff "$loop"

upper=$(losetup -f --show "$loop") && loops+=("$upper")
expect $refused "loop device" "$loop"
let_go "$upper"

let_go "$loop"
loop=$(losetup -r -f --show "$dir/file") && loops+=("$loop")
expect $refused "write-protected" "$loop"
let_go "$loop"
loop=$(losetup -f --show "$dir/file") && loops+=("$loop")

sleep 600 9<>"$loop" &
holder=$!
until [ "$(cat "/proc/$!/comm")" = sleep ]; do sleep 0.05; done
expect $refused "is open for writing in sleep" "$loop"
kill "$holder" && wait "$holder" 2>/dev/null
holder=

mkfifo "$dir/fifo"
"$program" hold "$loop" <"$dir/fifo" >"$dir/held" &
holder=$!
exec 8>"$dir/fifo"
for _ in $(seq 2400); do
	[ -s "$dir/held" ] && break
	sleep 0.05
done
expect $refused "is open for writing in guard_test" "$loop"
exec 8>&-
wait "$holder"
holder=

exec 9<"$loop"
flock -x 9
expect $refused "is in use" "$loop"
exec 9<&-

expect -15 "not a block device" /dev/null
expect 0 granted "$loop"

answer=$("$program" io "$loop")
echo "# $answer" >&2
{
	[ "$answer" = "0 granted" ] &&
		[ "$(head -c 512 "$dir/file" | tr -d '\245' | wc -c)" -eq 0 ] &&
		[ "$(tail -c 512 "$dir/file" | tr -d '\245' | wc -c)" -eq 0 ]
}
report $?
truncate -s $((32 * 1024 * 1024 + 512)) "$dir/file" && losetup -c "$loop"
answer=$("$program" io "$loop")
echo "# $answer" >&2
{
	[ "$answer" = "0 granted" ] &&
		[ "$(tail -c 512 "$dir/file" | tr -d '\245' | wc -c)" -eq 0 ]
}
report $?

plan
exit "$failed"
