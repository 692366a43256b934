# SPDX-License-Identifier: Apache-2.0
# haiki on QEMU's own AHCI and NVMe controllers, and on loop and device-mapper
# devices: who uses a drive, and drives with bad sectors.
. /cases/lib.sh
class="--class kimitsu3"
ls -l /sys/block | sed 's/^/# /'

# by_serial SERIAL: its path, as haiki lists it.
by_serial() {
	haiki list --json | jq -r --arg s "$1" \
		'.[] | select(.serial == $s) | .path'
}
# secrets DEVICE BYTES: how often the text is still on it.
secrets() {
	grep -c -a "$2" "$1"
}
write_secrets() {
	yes "$2" | head -c "$(blockdev --getsize64 "$1")" |
		dd of="$1" bs=1M conv=fsync 2>/dev/null
}

# --- QEMU's ide-hd on AHCI: libata, a real SAT layer --------------------------------

sata=$(by_serial QEMU-SATA)
has "AHCI: the drive is listed" '^/dev/sd' "$sata"
has "AHCI: as an ATA drive" '"ata"' "$(haiki list "$sata" --json | jq '.[0].bus')"
write_secrets "$sata" "written by libata"
haiki_erase "$sata" QEMU-SATA $class --method overwrite --passes zero
status=$?
has "AHCI: overwritten" '^[013]$' "$status
$(cat /tmp/erase.log)"
is "AHCI: not a byte is left" 0 "$(dd if="$sata" bs=1M iflag=direct 2>/dev/null |
	tr -d '\000' | wc -c)"
has "AHCI: read back without a mismatch" '"mismatches": *0' \
	"$(jq .verification "$(record_of "$out")")"

# --- QEMU's nvme: Format, but no Sanitize ---------------------------------------------

pcie=$(by_serial QEMU-NVME)
has "NVMe over PCIe: the drive is listed" '^/dev/nvme' "$pcie"
has "NVMe over PCIe: no sanitize" '"unsupported"' "$(haiki list "$pcie" --json |
	jq '.[0].methods[] | select(.id == "nvme-sanitize-block") | .state')"
write_secrets "$pcie" "written by nvme.ko"
haiki_erase "$pcie" QEMU-NVME $class --method nvme-format-user
has "NVMe over PCIe: formatted, which is no measure" '^[12]$' "$?
$(cat /tmp/erase.log)"
haiki_erase "$pcie" QEMU-NVME $class --method overwrite --passes zero
has "NVMe over PCIe: overwritten" '^[013]$' "$?
$(cat /tmp/erase.log)"
is "NVMe over PCIe: not a byte is left" 0 \
	"$(dd if="$pcie" bs=1M iflag=direct 2>/dev/null | tr -d '\000' | wc -c)"

# --- who uses it ----------------------------------------------------------------------

dd if=/dev/zero of=/tmp/image bs=1M count=16 2>/dev/null
loop=$(losetup -f)
losetup "$loop" /tmp/image
name=${loop#/dev/}
refused "the wrong name" "$loop" loop99 $class
mkfs.ext4 -q -F "$loop"
mount "$loop" /mnt
refused "mounted" "$loop" "$name" $class
umount /mnt
mkswap "$loop" >/dev/null 2>&1
swapon "$loop"
refused "swap" "$loop" "$name" $class
swapoff "$loop"
sectors=$(blockdev --getsz "$loop")
dmsetup create held --table "0 $sectors linear $loop 0"
refused "held by device-mapper" "$loop" "$name" $class
dmsetup remove held
dmsetup create secret --table "0 $sectors crypt aes-xts-plain64 \
00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff 0 $loop 0"
refused "held by dm-crypt" "$loop" "$name" $class
dmsetup remove secret
write_secrets "$loop" "in a loop device"
erased_loop() {
	haiki_erase "$loop" "$name" $class --passes zero
}
ok "and when nobody uses it any more" erased_loop
is "nothing is left" 0 "$(secrets /tmp/image "in a loop device")"

# --- bad sectors, by device-mapper ------------------------------------------------------

write_secrets "$loop" "behind bad sectors"
dmsetup create bad <<TABLE
0 8192 linear $loop 0
8192 16 error
8208 $((sectors - 8208)) linear $loop 8208
TABLE
udevadm settle --timeout=10
mapped=/dev/$(basename "$(readlink -f /dev/mapper/bad)")
serial=$(haiki list "$mapped" --json | jq -r '.[0].serial')
haiki_erase "$mapped" "$serial" $class --passes zero
has "bad sectors: exit 1" '^1$' "$?
$(cat /tmp/erase.log)"
record=$(record_of "$out")
is "bad sectors: a nonconforming record" nonconforming "$(jq -r .result "$record")"
has "bad sectors: which ones" '8192' "$(jq -c '.attempts[].bad_ranges' "$record")"
dmsetup remove bad
is "all others were overwritten" 1 "$(dd if="$loop" bs=8192 skip=512 count=1 \
	2>/dev/null | grep -c -a "behind bad")"
is "before them" 0 "$(dd if="$loop" bs=4096 count=1024 2>/dev/null |
	grep -c -a "behind bad")"
is "after them" 0 "$(dd if="$loop" bs=8192 skip=513 2>/dev/null |
	grep -c -a "behind bad")"
losetup -d "$loop"

plan
