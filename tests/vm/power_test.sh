#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The power fails at every step of each method, and at any moment; the machine
# comes back and resumes. See power.py and guest/power*.sh.
. "$(dirname "$0")/vm.sh"
vm_or_skip "haiki resume repairs what a power failure leaves"
power=$here/tests/vm/power.py

serve() { # NAME [--mute]
	case $1 in
	nvme*) vm_nvme "$@" ;;
	*) vm_scsi "$@" ;;
	esac
}

# The server's end is the drives' loss of power.
power_off() {
	kill -KILL "$1" 2>/dev/null
	wait "$1" 2>/dev/null
	kill "$server" 2>/dev/null
	wait "$server"
}

# One machine: erases until its drives are without power, loses its own,
# starts again. Leaves $work/NAME.out and $work/NAME.scan.
machine() {
	local name=$1 pid i
	truncate -s 64M "$work/$name.disk"
	case $name in
	nvme*) mkfs.ext4 -q "$work/$name.disk" ;;
	*) mkfs.vfat "$work/$name.disk" >/dev/null ;;
	esac
	vm_disk "$work/$name.jobs"
	vm_disk "$work/$name.disk"
	serve "$name" --mute
	vm_qemu "$name" power &
	pid=$!
	echo "$pid" >>"$work/pids"
	for ((i = 0; i < ${VM_SECONDS:-240}; i++)); do
		[ "$(python3 "$power" lost "$work" "$name")" -eq 0 ] && break
		kill -0 "$pid" 2>/dev/null || break
		sleep 1
	done
	power_off "$pid"
	[ "$i" -lt "${VM_SECONDS:-240}" ] || vm_last_words "$name" "no cut"

	# FAT has no journal of its own: it's checked, as at every start.
	case $name in
	nvme*) ;;
	*) fsck.vfat -a "$work/$name.disk" >"$work/$name.fsck" 2>&1 ;;
	esac
	python3 "$power" mend "$work" "$name"
	truncate -s 128M "$work/$name.mail"
	vm_devices=()
	vm_disk "$work/$name.jobs"
	vm_disk "$work/$name.disk"
	vm_disk "$work/$name.mail"
	serve "$name"
	mv "$work/$name.console" "$work/$name.console1"
	vm_boot "$name" power_resume || return
	kill "$server" 2>/dev/null
	wait "$server"
	mkdir "$work/$name.out"
	tar -xf "$work/$name.mail" -C "$work/$name.out" &&
		"$build/tests/simulate/lab" scan "$work/$name.json" \
			>"$work/$name.scan"
}

# Two at a time: as many as there are processors.
for name in $(python3 "$power" plan "$work"); do
	while [ "$(jobs -rp | wc -l)" -ge 2 ]; do
		wait -n
	done
	machine "$name" >"$work/$name.trouble" &
done
wait
cat "$work"/*.trouble
python3 "$power" judge "$work"
