#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# haiki and drives behind USB bridges, through the kernel's own USB drivers:
# bridges that know ATA only by half, ATA security over USB, and plain sticks.
. "$(dirname "$0")/vm.sh"
vm_or_skip "haiki erases drives behind USB bridges"

drive() {
	echo "{ \"serial\": \"$1\", \"sectors\": 1024, \"erase_ms\": 300, $2 }"
}
sat='"kind": "ata-hdd", "sanitize": [], "bridge": "sat"'
{
	echo '{ "drives": ['
	{
		drive SAT "$sat, \"remapped\": 2"
		drive SAT12 '"kind": "ata-hdd", "sanitize": [], "bridge": "sat12", "remapped": 2'
		drive SANITIZE '"kind": "ata-ssd", "bridge": "sat"'
		drive NOREGS "$sat, \"faults\": { \"no_registers\": true }"
		drive ZEROS "$sat, \"faults\": { \"zero_registers\": true }"
		drive NOCOUNT '"kind": "ata-ssd", "bridge": "sat", "faults": { "zero_count": true }'
		drive FIXED '"kind": "ata-ssd", "bridge": "sat", "faults": { "fixed_sense": true }'
		drive DUMB '"kind": "ata-hdd", "bridge": "dumb"'
		drive STICK '"kind": "usb-stick"'
	} | paste -sd,
	echo '] }'
} >"$work/lab.json"
vm_usb lab
vm_run usb
