#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The SCSI and ATA models behind the kernel's own drivers, seen by others' tools.
. "$(dirname "$0")/vm.sh"
vm_or_skip "tools agree with the SCSI and ATA models"

cat >"$work/lab.json" <<'JSON'
{ "drives": [
  { "kind": "ata-hdd", "serial": "LAB-HDD", "size_mib": 8,
    "wwn": "5000c500aaaa0001", "hpa_sectors": 768, "dco_sectors": 256,
    "remapped": 3, "pending": 2, "power_on_hours": 4321,
    "estimate_ms": 480000 },
  { "kind": "ata-ssd", "serial": "LAB-SSD", "size_mib": 16, "encrypts": true,
    "sanitize": ["block", "crypto"] },
  { "kind": "sas-hdd", "serial": "LAB-SAS", "size_mib": 8, "remapped": 2,
    "wwn": "5000c500aaaa0003", "erase_ms": 2000 },
  { "kind": "sas-ssd", "serial": "LAB-SASSSD", "size_mib": 8, "erase_ms": 4000,
    "wwn": "5000c500aaaa0004" },
  { "kind": "ata-hdd", "serial": "LAB-FROZEN", "size_mib": 8,
    "faults": { "frozen": true } },
  { "kind": "ata-hdd", "serial": "LAB-OLD", "size_mib": 8, "bridge": "sat12" }
] }
JSON
vm_scsi lab
vm_run scsi
