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

# The block device of the n-th practice drive, from 0: in the order of the SCSI
# hosts (one a practice file) and targets.
disk() {
	ls -d /sys/class/scsi_disk/* | sed 's|.*/||' |
		sort -t: -n -k1,1 -k3,3 | sed -n "$(($1 + 1))p" |
		while read -r address; do
			ls "/sys/class/scsi_disk/$address/device/block"
		done
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

# --- haiki ---------------------------------------------------------------------

# haiki_erase DEVICE SERIAL [OPTION...]: into a folder of its own, $out.
haiki_erase() {
	device=$1
	serial=$2
	shift 2
	out=/tmp/out/$count-$serial
	haiki erase "$device" --confirm "$serial" --policy fukuoka \
		--operator Lab --key /keys/quick.key \
		--cert /keys/operator.crt --passphrase-file /keys/pass \
		--out "$out" --progress none "$@" >/tmp/erase.log 2>&1
}

# The newest record of a folder.
record_of() {
	ls -t "$1"/*Z.json 2>/dev/null | head -n 1
}

# truthful RECORD DEVICE: no zone that the record says was read back, or isn't
# there, holds a marker. Without a record nothing is claimed.
truthful() {
	if [ -z "$1" ]; then
		echo "no record"
		return 1
	fi
	scan "$2" >/tmp/scan
	[ -s /tmp/scan ] || {
		echo "the lab doesn't answer"
		return 1
	}
	jq -r '.claims[] | select(.state == "covered" or .state == "absent") |
		.zone' "$1" >/tmp/claimed
	while read -r zone; do
		if [ "$(awk -v z="$zone" '$1 == z { print $3 }' /tmp/scan)" != 0 ]; then
			echo "claimed: $zone"
			cat /tmp/scan
			jq -c '{result, method, claims}' "$1"
			return 1
		fi
	done </tmp/claimed
}

# erased NAME EXIT RESULT DEVICE SERIAL [OPTION...]: three cases of one erase:
# how it ended, what the record says, and whether that's true.
erased() {
	name=$1
	wanted=$2
	result=$3
	device=$4
	shift 3
	haiki_erase "$@"
	status=$?
	record=$(record_of "$out")
	has "$name: exit $wanted" "^$wanted\$" "$status
$(tail -n 20 /tmp/erase.log)"
	is "$name: $result" "$result" \
		"$([ -n "$record" ] && jq -r .result "$record")"
	ok "$name: the record is true" truthful "$record" "$device"
}

# refused NAME DEVICE SERIAL [OPTION...]: exit 2, and nothing was touched.
refused() {
	name=$1
	shift
	before=$(dd if="$1" bs=64k count=4 2>/dev/null | cksum)
	haiki_erase "$@"
	has "$name: exit 2" '^2$' "$?
$(tail -n 20 /tmp/erase.log)"
	is "$name: untouched" "$before" \
		"$(dd if="$1" bs=64k count=4 2>/dev/null | cksum)"
}

# method_of RECORD: what earned the claims.
method_of() {
	jq -r .method.id "$1"
}
