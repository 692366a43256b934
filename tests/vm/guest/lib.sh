# SPDX-License-Identifier: Apache-2.0
# For the cases that run in the guest: TAP, and the lab behind the drives.

count=0

# ok NAME COMMAND...: one case; what the command printed is shown if it fails.
ok() {
	name=$1
	shift
	count=$((count + 1))
	if output=$("$@" 2>&1); then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		echo "#   exit $?: $*"
		echo "$output" | tail -n 25 | sed 's/^/#   /'
	fi
}

# is NAME WANTED GOT
is() {
	count=$((count + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		printf '%s\n' "$3" | tail -n 25 | sed 's/^/#   got: /'
		printf '%s\n' "$2" | tail -n 25 | sed 's/^/#   wanted: /'
	fi
}

# has NAME PATTERN TEXT: an extended regular expression in some line.
has() {
	count=$((count + 1))
	if printf '%s\n' "$3" | grep -qE -- "$2"; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		echo "#   no line fits $2"
		printf '%s\n' "$3" | tail -n 40 | sed 's/^/#   /'
	fi
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

plan() {
	echo "1..$count"
}

# The block device of the n-th practice drive (SCSI target), from 0.
disk() {
	for entry in /sys/class/scsi_disk/*:"$1":0; do
		ls "$entry/device/block" && return
	done 2>/dev/null
	return 1
}

# scan DEVICE: "zone sectors markers" lines, from the lab itself.
scan() {
	case $1 in
	*nvme*) nvme admin-passthru "${1%n[0-9]*}" --opcode=0xc2 --cdw12=1 \
		--data-len=4096 --read --raw-binary 2>/dev/null | tr -d '\000' ;;
	*) sg_raw -r 4k -b "$1" c0 01 00 00 00 00 2>/dev/null | tr -d '\000' ;;
	esac
}

# left DEVICE ZONE...: how many markers are left there, together.
left() {
	device=$1
	shift
	scan "$device" | awk -v zones=" $* " \
		'index(zones, " " $1 " ") || zones == "  " { n += $3 }
		 END { print NR ? n + 0 : "no answer" }'
}

# Off and on again, as the drive sees it.
power_cycle() {
	sg_raw "$1" c0 02 00 00 00 00 >/dev/null 2>&1
}
