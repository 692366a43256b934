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

nvme_port=$(sed -n 's/.*nvme=\([0-9]*\).*/\1/p' /proc/cmdline)

# Connects to a practice NVMe drive by its ID, as if it were plugged in. The
# targets live on the host: they survive the guest.
nvme_connect() {
	echo "transport=tcp,traddr=10.0.2.2,trsvcid=$nvme_port,nr_io_queues=1,nqn=nqn.2014-08.org.nvmexpress:practice-$1,hostnqn=nqn.2014-08.org.nvmexpress:lab,hostid=00000000-0000-4000-8000-000000000001,ctrl_loss_tmo=0,reconnect_delay=1,keep_alive_tmo=3600" \
		>/dev/nvme-fabrics
}

# The controller of a drive: nvme0.
nvme_name() {
	for name in /sys/class/nvme/nvme*; do
		if grep -q ":practice-$1\$" "$name/subsysnqn" 2>/dev/null; then
			echo "${name##*/}"
			return 0
		fi
	done
	return 1
}

# Connects and prints its controller.
nvme_plug() {
	nvme_connect "$1" || return 1
	udevadm settle --timeout=10
	nvme_name "$1"
}

# Unplugs it.
nvme_unplug() {
	echo 1 >"/sys/class/nvme/$1/delete_controller"
}

# --- USB ------------------------------------------------------------------------

usb_port=$(sed -n 's/.*usb=\([0-9]*\).*/\1/p' /proc/cmdline)

# Plugs drives in by their serial numbers, and waits for the last one's disk.
plug_usb() {
	number=0
	for serial in "$@"; do
		usb_plug 10.0.2.2 "$usb_port" "$serial" "$number" || return 1
		number=$((number + 1))
	done
	for _ in $(seq 60); do
		[ "$(ls -d /sys/block/sd* 2>/dev/null | wc -l)" -ge $# ] && break
		sleep 0.5
	done
	udevadm settle --timeout=30
}

# The block device of a USB drive, by its serial number.
usb_disk() {
	for d in /sys/block/sd*; do
		real=$(readlink -f "$d")
		usb=${real%%/host[0-9]*}
		[ "$(cat "${usb%/*}/serial" 2>/dev/null)" = "$1" ] &&
			echo "/dev/${d##*/}"
	done
}

# --- haiki ---------------------------------------------------------------------

# Every practice drive here: "SERIAL /dev/NAME" lines. Not every one tells the
# kernel its serial number: `serials` has them in the order of SCSI targets.
serials=
find_drives() {
	for d in /sys/class/scsi_disk/*; do
		target=${d%:*}
		serial=$(echo "$serials" | sed -n "$((${target##*:} + 1))p")
		[ -e "$d/device/vpd_pg80" ] && serial=$(tr -d '\000 ' \
			<"$d/device/vpd_pg80" | tail -c +3)
		echo "$serial /dev/$(ls "$d/device/block")"
	done
	for d in /sys/class/nvme/nvme*; do
		[ -e "$d/serial" ] &&
			echo "$(tr -d ' ' <"$d/serial") /dev/${d##*/}n1"
	done
}

# Connects every drive of /tmp/jobs; see find_drives.
plug_all() {
	serials=$(cut -d ' ' -f 1 /tmp/jobs)
	if [ -n "$nvme_port" ]; then
		for serial in $serials; do
			nvme_connect "$serial"
		done
		udevadm settle --timeout=60
	fi
	find_drives >/tmp/drives
}

device_of() {
	[ -s /tmp/drives ] || find_drives >/tmp/drives
	sed -n "s/^$1 //p" /tmp/drives
}

signer="--key /keys/quick.key --cert /keys/operator.crt
	--passphrase-file /keys/pass --progress none"
limit=

# haiki_erase SERIAL [OPTION...]: into a folder of its own, $out.
haiki_erase() {
	serial=$1
	shift
	out=/tmp/out/$serial
	device=$(device_of "$serial")
	confirm=$serial
	mkdir -p "$out"
	# One without a serial number of its own has a substitute.
	case $device in
	/dev/sd*) [ -e "/sys/block/${device#/dev/}/device/vpd_pg80" ] ||
		confirm=$(haiki list "$device" --json | jq -r '.[0].serial') ;;
	esac
	$limit haiki erase "$device" --confirm "$confirm" \
		--policy fukuoka --operator Lab $signer --out "$out" "$@" \
		>"$out/log" 2>&1
	status=$?
	echo "$status" >"$out/rc"
	return "$status"
}

# haiki_resume OUT [OPTION...]
haiki_resume() {
	records=$1
	shift
	haiki resume --out "$records" $signer "$@"
}

# erase_all N: lines "SERIAL SECONDS [OPTION...]" from standard input, N at a
# time. After so many seconds haiki is asked to stop, and soon again.
erase_all() {
	[ -s /tmp/drives ] || find_drives >/tmp/drives
	xargs -P "$1" -I @ sh /cases/cell.sh @
}

# The newest record of a folder.
record_of() {
	ls -t "$1"/*Z.json 2>/dev/null | head -n 1
}

# ... of one drive.
record_of_drive() {
	ls -t "$1/$2"-*Z.json 2>/dev/null | head -n 1
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

# erased NAME EXIT RESULT SERIAL: three cases of an erase that was done: how it
# ended, what the record says, and whether that's true.
erased() {
	out=/tmp/out/$4
	record=$(record_of "$out")
	has "$1: exit $2" "^$2\$" "$(cat "$out/rc")
$(tail -n 20 "$out/log")"
	is "$1: $3" "$3" "$([ -n "$record" ] && jq -r .result "$record")"
	ok "$1: the record is true" truthful "$record" "$(device_of "$4")"
}

# nothing_left SERIAL
nothing_left() {
	is "and nothing at all is left" 0 "$(left "$(device_of "$1")")"
}

# refused NAME SERIAL [OPTION...]: exit 2, and nothing was touched.
refused() {
	name=$1
	shift
	before=$(dd if="$(device_of "$1")" bs=64k count=4 2>/dev/null | cksum)
	haiki_erase "$@"
	has "$name: exit 2" '^2$' "$?
$(tail -n 20 "$out/log")"
	is "$name: untouched" "$before" "$(dd if="$(device_of "$serial")" \
		bs=64k count=4 2>/dev/null | cksum)"
}
