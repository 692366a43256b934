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

# The suspend that follows takes the drives' power away.
will_suspend() {
	sg_raw "$1" c0 04 00 00 00 00 >/dev/null 2>&1
}

# nvme_start FILE ID PORT: a practice NVMe drive behind the kernel's driver;
# prints its name (nvme0).
nvme_start() {
	nvme_tcp "$1" "$2" "$3" >"/tmp/target-$3" 2>&1 &
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		grep -q listening "/tmp/target-$3" && break
		sleep 0.2
	done
	nvme_plug "$3"
}

# Connects to the drive (again): the drive's power is on. Prints its name.
nvme_plug() {
	echo "transport=tcp,traddr=127.0.0.1,trsvcid=$1,nr_io_queues=1,nqn=nqn.2014-08.org.nvmexpress:practice-$1,hostnqn=nqn.2014-08.org.nvmexpress:lab,hostid=00000000-0000-4000-8000-000000000001,ctrl_loss_tmo=0,reconnect_delay=1,keep_alive_tmo=3600" \
		>/dev/nvme-fabrics || return 1
	udevadm settle --timeout=10
	for name in /sys/class/nvme/nvme*; do
		if grep -q "trsvcid=$1" "$name/address"; then
			echo "${name##*/}"
			return 0
		fi
	done
	return 1
}

# Unplugs it.
nvme_unplug() {
	echo 1 >"/sys/class/nvme/$1/delete_controller"
}
