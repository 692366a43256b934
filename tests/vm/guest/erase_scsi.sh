# SPDX-License-Identifier: Apache-2.0
# haiki on SCSI and ATA drives behind the kernel, and what is left of the data.
. /cases/lib.sh

n=0
next() {
	dev=/dev/$(disk $n)
	n=$((n + 1))
}
class="--class kimitsu3"

# --- each method leaves nothing where it says so ------------------------------

next
erased "ATA security erase, enhanced, HPA and DCO opened" 0 conforming \
	"$dev" HDD-AUTO $class --method ata-security-erase-enhanced
is "and nothing at all is left" 0 "$(left "$dev")"
next
erased "ATA security erase, normal" "[01]" \
	"$(haiki_erase "$dev" HDD-NORMAL $class --method ata-security-erase
		jq -r .result "$(record_of "$out")")" \
	"$dev" HDD-NORMAL $class --method ata-security-erase
next
erased "ATA sanitize overwrite" 0 conforming \
	"$dev" HDD-SANITIZE $class --method ata-sanitize-overwrite
is "and nothing at all is left" 0 "$(left "$dev")"
next
erased "ATA sanitize block erase" 0 conforming \
	"$dev" SSD-BLOCK $class --method ata-sanitize-block
is "and nothing at all is left" 0 "$(left "$dev")"
next
erased "ATA sanitize crypto scramble" 0 conforming \
	"$dev" SSD-CRYPTO $class --method ata-sanitize-crypto \
	--encrypted-by "the head of the IT department"
is "and nothing at all is left" 0 "$(left "$dev")"
next
erased "SCSI sanitize overwrite" 0 conforming \
	"$dev" SAS-OVERWRITE $class --method scsi-sanitize-overwrite
is "and nothing at all is left" 0 "$(left "$dev")"
next
erased "SCSI sanitize block erase" 0 conforming \
	"$dev" SAS-BLOCK $class --method scsi-sanitize-block
next
erased "SCSI sanitize crypto erase" 0 conforming \
	"$dev" SAS-CRYPTO $class --method scsi-sanitize-crypto \
	--encrypted-by "the head of the IT department"
is "and nothing at all is left" 0 "$(left "$dev")"
next
erased "SCSI format" "[01]" \
	"$(haiki_erase "$dev" SAS-FORMAT $class --method scsi-format
		jq -r .result "$(record_of "$out")")" \
	"$dev" SAS-FORMAT $class --method scsi-format
next
erased "overwrite of a rotating drive" 0 conforming \
	"$dev" HDD-OVERWRITE $class --method overwrite --passes zero
next
erased "overwrite of flash: its stale pages stay" "[013]" \
	"$(haiki_erase "$dev" SSD-OVERWRITE $class --method overwrite \
		--passes zero
		jq -r .result "$(record_of "$out")")" \
	"$dev" SSD-OVERWRITE $class --method overwrite --passes zero
is "as the lab sees" "0 yes" "$(left "$dev" host) $(
	[ "$(left "$dev" spare)" -gt 0 ] && echo yes)"

# --- drives that lie, fail and get in the way -----------------------------------

next
erased "a liar that erased nothing" 1 nonconforming \
	"$dev" LIAR $class --method ata-sanitize-block
next
erased "a liar that erased half" 1 nonconforming \
	"$dev" HALF $class --method ata-security-erase-enhanced
next
erased "a sanitize that fails" 1 nonconforming \
	"$dev" FAILS $class --method scsi-sanitize-block
next
erased "bad sectors that can't be written" 1 nonconforming \
	"$dev" BAD $class --method overwrite --passes zero
next
refused "registers that don't come back" \
	"$dev" NOREGS $class --method ata-sanitize-block
erased "what can be known without registers" 0 conforming "$dev" NOREGS $class
is "is by security erase or overwrite" "0" "$(left "$dev" host)"
next
refused "fixed-format sense: the count is lost" \
	"$dev" FIXED $class --method ata-sanitize-block
next
has "a frozen drive is listed so" '"frozen": *true' \
	"$(haiki list "$dev" --json | jq '.[0].security')"
erased "a frozen drive: what works regardless" 0 conforming \
	"$dev" FROZEN $class
next
# A sanitize needs no password; but nobody can read what it has done.
erased "a locked drive without its password" 1 nonconforming \
	"$dev" LOCKED $class
next
echo the-old-password >/tmp/unlock
erased "a locked drive, with its password" 0 conforming \
	"$dev" KNOWN $class --unlock-file /tmp/unlock
next
power_cycle "$dev"
erased "a unit attention first" 0 conforming \
	"$dev" ATTENTION $class --method scsi-sanitize-overwrite

# --- refused ------------------------------------------------------------------------

next
refused "the wrong serial number" "$dev" SOMETHING-ELSE $class
mkfs.ext4 -q -F "$dev" >/dev/null 2>&1
mount "$dev" /mnt
refused "a mounted drive" "$dev" BUSY $class
umount /mnt
is "after that it is free" free \
	"$(haiki list "$dev" --json | jq -r 'if .[0].in_use == [] then "free" else
		(.[0].in_use | tostring) end')"

plan
