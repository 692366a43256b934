#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# haiki erases ATA and SCSI drives behind a real kernel's drivers; the lab then
# counts what is left on their media.
. "$(dirname "$0")/vm.sh"
vm_or_skip "haiki erases SCSI and ATA drives"

drive() {
	echo "{ \"serial\": \"$1\", \"size_mib\": ${3:-4}, \"erase_ms\": 500, $2 }"
}

{
	echo '{ "drives": ['
	{
		drive HDD-AUTO '"kind": "ata-hdd", "hpa_sectors": 256, "dco_sectors": 256, "remapped": 2'
		drive HDD-NORMAL '"kind": "ata-hdd"'
		drive HDD-SANITIZE '"kind": "ata-hdd", "hpa_sectors": 256, "remapped": 2'
		drive SSD-BLOCK '"kind": "ata-ssd"'
		drive SSD-CRYPTO '"kind": "ata-ssd", "sanitize": ["crypto"], "encrypts": true'
		drive SAS-OVERWRITE '"kind": "sas-hdd", "remapped": 2'
		drive SAS-BLOCK '"kind": "sas-ssd"'
		drive SAS-CRYPTO '"kind": "sas-ssd"'
		drive SAS-FORMAT '"kind": "sas-hdd"'
		drive HDD-OVERWRITE '"kind": "ata-hdd", "sanitize": []'
		drive SSD-OVERWRITE '"kind": "ata-ssd"'
		drive LIAR '"kind": "ata-ssd", "faults": { "erases": "nothing" }'
		drive HALF '"kind": "ata-hdd", "faults": { "erases": "half" }'
		drive FAILS '"kind": "sas-ssd", "faults": { "fails_at": 400 }'
		drive BAD '"kind": "sas-hdd", "faults": { "unwritable": [[5000, 3]] }'
		drive NOREGS '"kind": "ata-ssd", "faults": { "no_registers": true }'
		drive FIXED '"kind": "ata-ssd", "faults": { "fixed_sense": true }'
		drive FROZEN '"kind": "ata-ssd", "faults": { "frozen_always": true }'
		drive LOCKED '"kind": "ata-ssd", "password": "nobody knows"'
		drive KNOWN '"kind": "ata-hdd", "sanitize": [], "password": "the-old-password"'
		drive ATTENTION '"kind": "sas-hdd"'
		drive BUSY '"kind": "sas-hdd"' 16
	} | paste -sd,
	echo '] }'
} >"$work/lab.json"
vm_scsi lab
vm_run erase_scsi
