#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The NVMe model behind the kernel's own driver, seen by others' tools.
. "$(dirname "$0")/vm.sh"
vm_or_skip "tools agree with the NVMe model"

one() {
	echo "{ \"kind\": \"nvme\", \"serial\": \"$1\", \"size_mib\": 8,
	\"percent_used\": 3, \"wwn\": \"0025380000000011\", \"erase_ms\": 2000,
	\"estimate_ms\": 90000, \"spare_sectors\": 200, \"opal\": true,
	\"psid\": \"P\", \"encrypts\": true, \"format_all\": false,
	\"sanitize\": [\"block\", \"crypto\", \"overwrite\"] }"
}
cat >"$work/lab.json" <<JSON
{ "drives": [
  $(one LAB-NVME),
  $(one LAB-SAN),
  { "kind": "nvme", "serial": "LAB-MANY", "size_mib": 8, "format_all": false,
    "namespaces": [ { "sectors": 4096 }, { "sectors": 2048,
    "attached": false } ] }
] }
JSON
vm_nvme lab
vm_run nvme
