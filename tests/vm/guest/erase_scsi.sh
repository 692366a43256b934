# SPDX-License-Identifier: Apache-2.0
# haiki on SCSI and ATA drives behind the kernel, and what is left of the data.
. /cases/lib.sh

vouch='"the head of the IT department"'
cat >/tmp/jobs <<JOBS
HDD-AUTO 400 --class kimitsu3 --method ata-security-erase-enhanced
HDD-NORMAL 400 --class kimitsu3 --method ata-security-erase
HDD-SANITIZE 400 --class kimitsu3 --method ata-sanitize-overwrite
SSD-BLOCK 400 --class kimitsu3 --method ata-sanitize-block
SSD-CRYPTO 400 --class kimitsu3 --method ata-sanitize-crypto --encrypted-by $vouch
SAS-OVERWRITE 400 --class kimitsu3 --method scsi-sanitize-overwrite
SAS-BLOCK 400 --class kimitsu3 --method scsi-sanitize-block
SAS-CRYPTO 400 --class kimitsu3 --method scsi-sanitize-crypto --encrypted-by $vouch
SAS-FORMAT 400 --class kimitsu3 --method scsi-format
HDD-OVERWRITE 400 --class kimitsu3 --method overwrite --passes zero
SSD-OVERWRITE 400 --class kimitsu3 --method overwrite --passes zero
LIAR 400 --class kimitsu3 --method ata-sanitize-block
HALF 400 --class kimitsu3 --method ata-security-erase-enhanced
FAILS 400 --class kimitsu3 --method scsi-sanitize-block
BAD 400 --class kimitsu3 --method overwrite --passes zero
FROZEN 400 --class kimitsu3
LOCKED 400 --class kimitsu3
KNOWN 400 --class kimitsu3 --unlock-file /tmp/unlock
ATTENTION 400 --class kimitsu3 --method scsi-sanitize-overwrite
JOBS
echo the-old-password >/tmp/unlock
find_drives >/tmp/drives
has "a frozen drive is listed so" '"frozen": *true' \
	"$(haiki list "$(device_of FROZEN)" --json | jq '.[0].security')"
power_cycle "$(device_of ATTENTION)"
erase_all 8 </tmp/jobs

# --- each method leaves nothing where it says so ------------------------------

erased "ATA security erase, enhanced, HPA and DCO opened" 0 conforming HDD-AUTO
nothing_left HDD-AUTO
erased "ATA security erase, normal" "[01]" \
	"$(jq -r .result "$(record_of /tmp/out/HDD-NORMAL)")" HDD-NORMAL
erased "ATA sanitize overwrite" 0 conforming HDD-SANITIZE
nothing_left HDD-SANITIZE
erased "ATA sanitize block erase" 0 conforming SSD-BLOCK
nothing_left SSD-BLOCK
erased "ATA sanitize crypto scramble" 0 conforming SSD-CRYPTO
nothing_left SSD-CRYPTO
erased "SCSI sanitize overwrite" 0 conforming SAS-OVERWRITE
nothing_left SAS-OVERWRITE
erased "SCSI sanitize block erase" 0 conforming SAS-BLOCK
nothing_left SAS-BLOCK
erased "SCSI sanitize crypto erase" 0 conforming SAS-CRYPTO
nothing_left SAS-CRYPTO
erased "SCSI format" "[01]" \
	"$(jq -r .result "$(record_of /tmp/out/SAS-FORMAT)")" SAS-FORMAT
erased "overwrite of a rotating drive" 0 conforming HDD-OVERWRITE
erased "overwrite of flash: its stale pages stay" "[013]" \
	"$(jq -r .result "$(record_of /tmp/out/SSD-OVERWRITE)")" SSD-OVERWRITE
is "as the lab sees" "0 yes" "$(left "$(device_of SSD-OVERWRITE)" host) $(
	[ "$(left "$(device_of SSD-OVERWRITE)" spare)" -gt 0 ] && echo yes)"

# --- drives that lie, fail and get in the way -----------------------------------

erased "a liar that erased nothing" 1 nonconforming LIAR
erased "a liar that erased half" 1 nonconforming HALF
erased "a sanitize that fails" 1 nonconforming FAILS
erased "bad sectors that can't be written" 1 nonconforming BAD
erased "a frozen drive: what works regardless" 0 conforming FROZEN
# A sanitize needs no password; but nobody can read what it has done.
erased "a locked drive without its password" 1 nonconforming LOCKED
erased "a locked drive, with its password" 0 conforming KNOWN
erased "a unit attention first" 0 conforming ATTENTION
refused "registers that don't come back" NOREGS --class kimitsu3 \
	--method ata-sanitize-block
haiki_erase NOREGS --class kimitsu3
erased "what can be known without registers" 0 conforming NOREGS
is "is by security erase or overwrite" 0 "$(left "$(device_of NOREGS)" host)"
refused "fixed-format sense: the count is lost" FIXED --class kimitsu3 \
	--method ata-sanitize-block

# --- refused ------------------------------------------------------------------------

dev=$(device_of BUSY)
echo "SOMETHING-ELSE $dev" >>/tmp/drives
refused "the wrong serial number" SOMETHING-ELSE --class kimitsu3
mkfs.ext4 -q -F "$dev" >/dev/null 2>&1
mount "$dev" /mnt
refused "a mounted drive" BUSY --class kimitsu3
umount /mnt
is "after that it is free" free \
	"$(haiki list "$dev" --json | jq -r 'if .[0].in_use == [] then "free" else
		(.[0].in_use | tostring) end')"

plan
