#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The matrix: kind of drive x class x fault, `haiki erase` behind a real
# kernel's drivers, and what the lab then finds on every medium. See matrix.py.
. "$(dirname "$0")/vm.sh"
vm_or_skip "no record claims what the medium denies"
# A machine with other things to do gets there, too.
VM_SECONDS=${VM_SECONDS:-3600}

# One guest: boots, erases, and leaves $work/NAME.out and $work/NAME.scan.
guest() {
	local name=$1
	vm_disk "$work/$name.jobs"
	truncate -s 256M "$work/$name.mail"
	vm_disk "$work/$name.mail"
	case $name in
	nvme*) vm_nvme "$name" ;;
	*) vm_scsi "$name" ;;
	esac
	vm_boot "$name" matrix || return
	kill "$server" 2>/dev/null
	wait "$server"
	mkdir "$work/$name.out"
	tar -xf "$work/$name.mail" -C "$work/$name.out" &&
		"$build/tests/simulate/lab" scan "$work/$name.json" \
			>"$work/$name.scan"
}

# Two at a time: as many as there are processors.
guests=$(python3 "$here/tests/vm/matrix.py" plan "$work")
for name in $guests; do
	while [ "$(jobs -rp | wc -l)" -ge 2 ]; do
		wait -n
	done
	guest "$name" >"$work/$name.trouble" &
done
wait
cat "$work"/*.trouble
python3 "$here/tests/vm/matrix.py" judge "$work"
