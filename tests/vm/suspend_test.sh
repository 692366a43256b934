#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Suspend to RAM in a real kernel, and what it does to frozen drives.
. "$(dirname "$0")/vm.sh"
vm_or_skip "a suspend thaws a frozen drive"

cat >"$work/lab.json" <<'JSON'
{ "drives": [
  { "kind": "ata-hdd", "serial": "LAB-FROZEN", "size_mib": 8,
    "faults": { "frozen": true } },
  { "kind": "ata-hdd", "serial": "LAB-ALWAYS", "size_mib": 8,
    "faults": { "frozen_always": true } }
] }
JSON
vm_scsi lab
VM_KERNEL=bzImage vm_run suspend
