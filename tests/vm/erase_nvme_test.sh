#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# haiki erases NVMe drives behind a real kernel's driver; the lab then counts
# what is left on their media.
. "$(dirname "$0")/vm.sh"
vm_or_skip "haiki erases NVMe drives"

drive() {
	echo "{ \"kind\": \"nvme\", \"serial\": \"$1\", \"size_mib\": 4," \
		"\"erase_ms\": 500, \"spare_sectors\": 200, $2 }"
}

{
	echo '{ "drives": ['
	{
		drive BLOCK '"sanitize": ["block"]'
		drive CRYPTO '"sanitize": ["crypto"], "encrypts": true'
		drive OVERWRITE '"sanitize": ["overwrite"]'
		drive FORMAT '"sanitize": [], "encrypts": true'
		drive USER '"sanitize": []'
		drive OPAL '"sanitize": [], "format": [], "opal": true, "encrypts": true, "psid": "LABPSID0123456789"'
		drive MANY '"sanitize": ["block"], "namespaces": [ { "sectors": 2048 }, { "sectors": 1024, "attached": false } ]'
		drive LIAR '"faults": { "erases": "nothing" }'
		drive FAILS '"faults": { "fails_at": 500 }'
		for log in stale zero ffff; do
			drive "LOG-$log" "\"faults\": { \"sanitize_log\": \"$log\" }"
		done
		drive PROTECTED '"faults": { "write_protected": true }'
		drive CUT '"sanitize": ["block"], "faults": { "power_cut_at": 1 }'
	} | sed 's/$/,/'
	drive LAST '"note": "left alone"'
	echo '] }'
} >"$work/lab.json"
vm_nvme lab
vm_run erase_nvme
