#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The live image starts under every firmware, as stick and as CD, erases by
# itself what its stick names, and leaves records that are good elsewhere.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/live.sh"
live_or_skip 'the live image starts everywhere'

conf='auto = yes
policy = fukuoka
class = kimitsu3
operator = 福岡太郎
then = poweroff'

# examine NAME SERIAL...: records of these drives are on the stick, good.
examine() {
	local name=$1 dir=$scratch/$1 got
	shift
	records "$dir"
	got=$("$haiki" verify "$dir" --ca "$dir/stick.crt" --json)
	equal "$name: verify accepts the records" $? 0
	equal "$name: a record for each drive" \
		"$(jq -r .drive.serial "$dir"/*Z.json | sort | xargs)" "$*"
	equal "$name: they say that it conforms" \
		"$(jq -r .result "$dir"/*Z.json | sort -u)" conforming
	[ -n "$got" ]
}

# --- BIOS, from a stick; SATA and SCSI ----------------------------------------
drive sata 24
drive scsi 24
stick <<<"$conf"
printf 'SATA-1,R7-0001\r\nSCSI-1,R7-0002\r\n' >"$scratch/assets.csv"
mcopy -i "$(fat)" "$scratch/assets.csv" ::
boot bios "${usb_stick[@]}" \
	-drive "if=none,id=d1,format=raw,file=$scratch/sata" \
	-device ide-hd,drive=d1,serial=SATA-1 -device virtio-scsi-pci \
	-drive "if=none,id=d2,format=raw,file=$scratch/scsi" \
	-device scsi-hd,drive=d2,serial=SCSI-1
waits 'BIOS, stick: it erases' until_console 'haiki: unattended: 0' 300
waits 'and switches off' until_off 120
equal 'nothing is left on the SATA drive' "$(secrets sata)" 0
equal 'nothing is left on the SCSI drive' "$(secrets scsi)" 0
examine bios SATA-1 SCSI-1
equal 'the asset numbers of the list' \
	"$(jq -r .asset "$scratch"/bios/*Z.json | sort | xargs)" 'R7-0001 R7-0002'

# --- UEFI, from a CD, records on a stick of its own; NVMe ----------------------
drive nvme 24
truncate -s 64M "$scratch/stick"
mkfs.vfat -n HAIKI-DATA "$scratch/stick" >/dev/null
printf '%s\nconfirm = NVME-1\nlang = en\n' "$conf" >"$scratch/haiki.conf"
mcopy -i "$scratch/stick" "$scratch/haiki.conf" ::
boot uefi -device qemu-xhci,id=usb \
	-drive "if=none,id=cd,format=raw,readonly=on,file=$image" \
	-device ide-cd,drive=cd,bootindex=0 \
	-drive "if=none,id=stick,format=raw,file=$scratch/stick" \
	-device usb-storage,drive=stick,bus=usb.0,removable=on \
	-drive "if=none,id=d1,format=raw,file=$scratch/nvme" \
	-device nvme,drive=d1,serial=NVME-1
waits 'UEFI, CD: it erases and switches off' until_off 300
equal 'nothing is left on the NVMe drive' "$(secrets nvme)" 0
fat() { echo "$scratch/stick"; }
examine cd NVME-1

# --- UEFI with Secure Boot, from a stick; NVMe and SATA -------------------------
unset -f fat
. "$(dirname "$0")/live.sh"
drive nvme 24
drive sata 24
stick haiki.shell=ttyS0 haiki.confirm=NVME-1,SATA-1 <<<"${conf%then*}"
boot secure "${usb_stick[@]}" \
	-drive "if=none,id=d1,format=raw,file=$scratch/nvme" \
	-device nvme,drive=d1,serial=NVME-1 \
	-drive "if=none,id=d2,format=raw,file=$scratch/sata" \
	-device ide-hd,drive=d2,serial=SATA-1
waits 'Secure Boot, stick: it erases' until_console 'haiki: unattended: 0' 300
waits 'Secure Boot is enforced' until_console 'locked down from EFI Secure Boot' 1
shot secure-unattended
monitor "sendkey ret"
waits 'and switches off when told to' until_off 120
equal 'nothing is left on either drive' "$(secrets nvme) $(secrets sata)" '0 0'
examine secure NVME-1 SATA-1
finish
