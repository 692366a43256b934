#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sixteen drives in one haiki process behind a real kernel: one hangs, one takes
# an hour, one dies in the middle, and none of the others waits for them.
. "$(dirname "$0")/vm.sh"
vm_or_skip "sixteen drives side by side"

serials=()
drive() { # SERIAL JSON
	serials+=("$1")
	echo "{ \"serial\": \"$1\", \"sectors\": 2048, \"erase_ms\": ${3:-300}, $2 }"
}
hdd='"kind": "ata-hdd", "sanitize": ["overwrite"]'
plain='"kind": "ata-hdd", "sanitize": [], "security": "none"'
{
	echo '{ "drives": ['
	{
		drive GOOD-00 "$hdd"
		drive GOOD-01 '"kind": "sas-hdd"'
		drive GOOD-02 '"kind": "ata-ssd", "sanitize": ["block"]'
		drive HUNG "$hdd, \"faults\": { \"hangs\": \"after-erase\" }"
		drive GOOD-03 "$plain"
		drive SLOW '"kind": "sas-ssd", "sanitize": ["block"]' 3600000
		drive GOOD-04 '"kind": "sas-ssd", "sanitize": ["block"]'
		drive DEAD "$plain, \"faults\": { \"vanishes_at\": 300 }"
		drive GOOD-05 '"kind": "ata-hdd", "sanitize": [], "hpa_sectors": 128'
		drive GOOD-06 '"kind": "sas-hdd"'
		drive GOOD-07 '"kind": "ata-ssd", "sanitize": ["block"]'
		drive GOOD-08 "$hdd"
		drive GOOD-09 '"kind": "sas-ssd", "sanitize": ["block"]'
		drive GOOD-10 '"kind": "sas-hdd"'
		drive GOOD-11 "$plain"
		drive GOOD-12 "$hdd"
	} >"$work/drives"
	paste -sd, "$work/drives"
	echo '] }'
} >"$work/lab.json"
printf '%s\n' "${serials[@]}" >"$work/jobs"
vm_disk "$work/jobs"
vm_scsi lab
vm_run many
