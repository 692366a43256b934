#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# haiki on QEMU's own AHCI and NVMe controllers, on loop devices and on
# device-mapper, under a kernel whose modules can be loaded.
. "$(dirname "$0")/vm.sh"
vm_or_skip "haiki on AHCI, NVMe, loop and device-mapper devices"
truncate -s 4M "$work/sata" "$work/nvme"
# shellcheck disable=SC2054 # QEMU's own commas
vm_devices=(
	-drive "if=none,id=sata,format=raw,file=$work/sata"
	-device ich9-ahci,id=ahci
	-device ide-hd,drive=sata,bus=ahci.0,serial=QEMU-SATA
	-drive "if=none,id=nvme,format=raw,file=$work/nvme"
	-device nvme,drive=nvme,serial=QEMU-NVME
)
vm_run machine
