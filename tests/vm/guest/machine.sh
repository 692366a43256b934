# SPDX-License-Identifier: Apache-2.0
# haiki on QEMU's own AHCI, NVMe and SD controllers, and on loop and
# device-mapper devices: who uses a drive, and drives with bad sectors. What is
# left on the media of the first three, machine_test.sh looks at afterwards.
. /cases/lib.sh
class="--class kimitsu3"

# secrets FILE TEXT: on how many lines it still stands.
secrets() {
	grep -c -a "$2" "$1"
}
write_secrets() {
	yes "$2" | head -c "$(blockdev --getsize64 "$1")" |
		dd of="$1" bs=1M conv=fsync 2>/dev/null
	has "$2: written" '^[1-9]' "$(secrets "$1" "$2")"
}
# Bytes that are not zero, past every cache.
nonzero() {
	dd if="$1" bs=1M iflag=direct 2>/dev/null | tr -d '\000' | wc -c
}
# Also drives that tell no serial number: their kernel name stands for it.
known_as() {
	echo "$1 $2" >>/tmp/drives
}
find_drives >/tmp/drives

# --- QEMU's ide-hd on AHCI: libata, a real SAT layer --------------------------------

sata=$(device_of QEMU-SATA)
has "AHCI: the drive is listed" '^/dev/sd' "$sata"
has "AHCI: as an ATA drive" '^"ata"$' "$(haiki list "$sata" --json | jq '.[0].bus')"
has "AHCI: by its own serial number" '^"QEMU-SATA"$' \
	"$(haiki list "$sata" --json | jq '.[0].serial')"
write_secrets "$sata" "written by libata"
haiki_erase QEMU-SATA $class --method overwrite --passes zero
has "AHCI: overwritten" '^[013]$' "$status
$(cat "$out/log")"
is "AHCI: not a byte is left" 0 "$(nonzero "$sata")"
has "AHCI: read back without a mismatch" '"mismatches": *0' \
	"$(jq .verification "$(record_of "$out")")"

# --- QEMU's nvme: Format, but no Sanitize ---------------------------------------------

pcie=$(device_of QEMU-NVME)
has "NVMe over PCIe: the drive is listed" '^/dev/nvme' "$pcie"
has "NVMe over PCIe: no sanitize" '"unsupported"' "$(haiki list "$pcie" --json |
	jq '.[0].methods[] | select(.id == "nvme-sanitize-block") | .state')"
write_secrets "$pcie" "written by nvme.ko"
haiki_erase QEMU-NVME $class --method nvme-format-user
has "NVMe over PCIe: formatted, which is no measure" '^[12]$' "$status
$(cat "$out/log")"
rm -rf "$out"
haiki_erase QEMU-NVME $class --method overwrite --passes zero
has "NVMe over PCIe: overwritten" '^[013]$' "$status
$(cat "$out/log")"
is "NVMe over PCIe: not a byte is left" 0 "$(nonzero "$pcie")"

# --- ... and with a second namespace ------------------------------------------------

first=$(device_of QEMU-TWO)
write_secrets "${first%n*}n2" "left in a namespace"
haiki_erase QEMU-TWO $class --method overwrite --passes zero
has "another namespace of the drive is left: exit 1" '^1$' "$status
$(cat "$out/log")"
is "another namespace of the drive is left: a nonconforming record" \
	nonconforming "$(jq -r .result "$(record_of "$out")")"

# --- QEMU's sd-card behind SDHCI ------------------------------------------------------

card=/dev/mmcblk0
known_as 0xdeadbeef "$card"
is "SD card: listed as what it is" "mmc mmc 0xdeadbeef" "$(haiki list "$card" \
	--json | jq -r '.[0] | [.bus, .kind, .serial] | join(" ")')"
write_secrets "$card" "written by mmc_block"
haiki_erase 0xdeadbeef $class --method mmc-erase
has "SD card: erased by its own command, which is no measure" '^1$' "$status
$(cat "$out/log")"
is "SD card: by CMD32, CMD33 and CMD38" "32 33 38" "$(jq -r '.command // empty' \
	"$out"/*.transcript.jsonl | xargs)"
is "SD card: the record says what was reached" "covered not-covered" \
	"$(jq -r '[.claims[] | select(.zone == "host" or .zone == "spare") |
	.state] | join(" ")' "$(record_of "$out")")"
is "SD card: nothing is left" 0 "$(dd if="$card" bs=1M iflag=direct \
	2>/dev/null | grep -c -a "written by")"
rm -rf "$out"
write_secrets "$card" "written by mmc_block"
haiki_erase 0xdeadbeef $class
has "SD card: overwritten, which is one" '^0$' "$status
$(cat "$out/log")"
rm -rf "$out"

# --- who uses it ----------------------------------------------------------------------

dd if=/dev/zero of=/tmp/image bs=1M count=8 2>/dev/null
loop=$(losetup -f)
losetup "$loop" /tmp/image
loopname=${loop#/dev/}
known_as "$loopname" "$loop"
known_as loop99 "$loop"
refused "the wrong name" loop99 $class
mkfs.ext4 -q -F "$loop" >/dev/null
mount "$loop" /mnt
refused "mounted" "$loopname" $class
umount /mnt
mkswap "$loop" >/dev/null 2>&1
swapon "$loop"
refused "swap" "$loopname" $class
swapoff "$loop"
sectors=$(blockdev --getsz "$loop")
ok "device-mapper maps it" dmsetup create held --table "0 $sectors linear $loop 0"
refused "held by device-mapper" "$loopname" $class
dmsetup remove held
ok "dm-crypt maps it" dmsetup create secret --table "0 $sectors crypt aes-xts-plain64 \
00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff 0 $loop 0"
refused "held by dm-crypt" "$loopname" $class
dmsetup remove secret
udevadm settle --timeout=10
write_secrets "$loop" "in a loop device"
rm -rf "/tmp/out/$loopname"
haiki_erase "$loopname" $class --passes zero
has "and when nobody uses it any more, it's erased" '^[013]$' "$status
$(cat "$out/log")"
is "nothing is left" 0 "$(secrets /tmp/image "in a loop device")"

# --- bad sectors, by device-mapper ------------------------------------------------------

write_secrets "$loop" "behind bad sectors"
dmsetup create bad <<TABLE
0 8192 linear $loop 0
8192 16 error
8208 $((sectors - 8208)) linear $loop 8208
TABLE
udevadm settle --timeout=10
mapped=$(readlink -f /dev/mapper/bad)
serial=$(haiki list "$mapped" --json | jq -r '.[0].serial')
known_as "$serial" "$mapped"
haiki_erase "$serial" $class --passes zero
has "bad sectors: exit 1" '^1$' "$status
$(cat "$out/log")"
record=$(record_of "$out")
is "bad sectors: a nonconforming record" nonconforming "$(jq -r .result "$record")"
has "bad sectors: which ones" '8192' "$(jq -c '.attempts[].bad_ranges' "$record")"
dmsetup remove bad
has "what stands there is still there" '^[1-9]' "$(dd if="$loop" bs=8192 \
	skip=512 count=1 2>/dev/null | grep -c -a "behind bad")"
is "all before was overwritten" 0 "$(dd if="$loop" bs=4096 count=1024 \
	2>/dev/null | grep -c -a "behind bad")"
is "and all after" 0 "$(dd if="$loop" bs=8192 skip=513 2>/dev/null |
	grep -c -a "behind bad")"
losetup -d "$loop"

plan
