#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# haiki on QEMU's own AHCI, NVMe and SD controllers, on loop devices and on
# device-mapper, under a kernel whose modules can be loaded.
. "$(dirname "$0")/vm.sh"
vm_or_skip "haiki on AHCI, NVMe, SD, loop and device-mapper devices"
truncate -s 4M "$work/sata" "$work/nvme"
truncate -s 512K "$work/two" "$work/left" "$work/sd"
# shellcheck disable=SC2054 # QEMU's own commas
vm_devices=(
	-drive "if=none,id=sata,format=raw,file=$work/sata"
	-device ich9-ahci,id=ahci
	-device ide-hd,drive=sata,bus=ahci.0,serial=QEMU-SATA
	-drive "if=none,id=nvme,format=raw,file=$work/nvme"
	-device nvme,drive=nvme,serial=QEMU-NVME
	-drive "if=none,id=two,format=raw,file=$work/two"
	-drive "if=none,id=left,format=raw,file=$work/left"
	-device nvme,serial=QEMU-TWO,id=two
	-device nvme-ns,drive=two,bus=two,nsid=1
	-device nvme-ns,drive=left,bus=two,nsid=2
	-drive "if=none,id=sd,format=raw,file=$work/sd"
	-device sdhci-pci -device sd-card,drive=sd
)
vm_run machine >"$work/report"
status=$?
count=$(grep -cE '^(not )?ok ' "$work/report")
grep -v '^1\.\.' "$work/report"

# The media themselves.
seen() { # FILE yes|no
	local left=no
	grep -q -a -E "written by|left in" "$work/$1" && left=yes
	count=$((count + 1))
	[ "$left" = "$2" ] || printf 'not '
	echo "ok $count - from outside, old data in $1: $2"
}
for file in sata nvme two sd; do
	seen "$file" no
done
seen left yes
grep -q '^1\.\.' "$work/report" && echo "1..$count"
exit "$status"
