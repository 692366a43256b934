# SPDX-License-Identifier: Apache-2.0
# Do others' tools agree with the models of SCSI and ATA drives, through the
# kernel? hdparm, smartctl and sg3_utils know nothing of them.
. /cases/lib.sh

hdd=/dev/$(disk 0)
ssd=/dev/$(disk 1)
sas=/dev/$(disk 2)
sasssd=/dev/$(disk 3)
frozen=/dev/$(disk 4)
old=/dev/$(disk 5)

# --- ATA: identity, health, hidden areas (hdparm, smartctl) --------------------

text=$(hdparm -I "$hdd" 2>&1)
has "hdparm: IDENTIFY's checksum is right" 'Checksum: correct' "$text"
has "hdparm: serial number" 'Serial Number: +LAB-HDD' "$text"
has "hdparm: security with enhanced erase" 'supported: enhanced erase' "$text"
has "hdparm: erase time" '^[[:space:]]+8min for SECURITY ERASE UNIT' "$text"
has "hdparm: not frozen" 'not[[:space:]]+frozen' "$text"
has "hdparm: WWN" '5000c500aaaa0001' "$text"
has "hdparm: sanitize overwrite" 'OVERWRITE_EXT command' "$text"
has "hdparm: DCO feature set" 'Device Configuration Overlay feature' "$text"
has "hdparm: HPA" 'max sectors *= 15360/16128, +(HPA is enabled|ACCESSIBLE)' \
	"$(hdparm -N "$hdd" 2>&1)"
has "hdparm: DCO's true maximum" 'Real max sectors: 16384' \
	"$(hdparm --dco-identify "$hdd" 2>&1)"
text=$(hdparm -I "$ssd" 2>&1)
has "hdparm: SSD" 'Solid State Device' "$text"
has "hdparm: TRIM" 'Data Set Management TRIM supported' "$text"
has "hdparm: block erase, crypto scramble" 'BLOCK_ERASE_EXT command' "$text"
has "hdparm: encrypts" 'encrypt' "$text"
has "hdparm: frozen" '^[[:space:]]+frozen' "$(hdparm -I "$frozen" 2>&1)"
text=$(smartctl -a "$hdd" 2>&1)
has "smartctl: an ATA drive" 'Rotation Rate: +7200 rpm' "$text"
has "smartctl: healthy" 'test result: PASSED' "$text"
has "smartctl: reallocated" '^ +5 Reallocated_Sector_Ct .* 3$' "$text"
has "smartctl: pending" '^197 Current_Pending_Sector .* 2$' "$text"
has "smartctl: hours" '^ +9 Power_On_Hours .* 4321$' "$text"
has "hdparm: 12-byte form" 'LAB-OLD' \
	"$(hdparm --prefer-ata12 -I "$old" 2>&1)"
has "sg_sat_identify: a bridge without the 16-byte form" 'not supported|nvalid' \
	"$(sg_sat_identify --len=16 "$old" 2>&1)"
has "sg_vpd: ATA information" 'LAB-HDD' "$(sg_vpd --page=ai "$hdd" 2>&1)"

# --- ATA: the erase commands, by hdparm ------------------------------------------

is "the lab: markers before" 15360 "$(left "$hdd" host)"
ok "hdparm: sets a password" hdparm --user-master u --security-set-pass p "$hdd"
has "hdparm: enabled" '^[[:space:]]+enabled' "$(hdparm -I "$hdd" 2>&1)"
ok "hdparm: enhanced security erase" \
	hdparm --user-master u --security-erase-enhanced p "$hdd"
has "hdparm: no longer enabled" 'not[[:space:]]+enabled' \
	"$(hdparm -I "$hdd" 2>&1)"
is "security erase: nothing left but behind the DCO" "0 256" \
	"$(left "$hdd" host hpa remapped) $(left "$hdd" dco)"
power_cycle "$hdd"
hdparm --yes-i-know-what-i-am-doing -N p16128 "$hdd" >/dev/null 2>&1
has "hdparm: HPA opened" 'max sectors *= 16128/16128' "$(hdparm -N "$hdd" 2>&1)"
power_cycle "$hdd"
ok "hdparm: DCO restored" \
	hdparm --yes-i-know-what-i-am-doing --dco-restore "$hdd"
has "hdparm: all sectors" 'max sectors *= 16384/16384' "$(hdparm -N "$hdd" 2>&1)"
has "hdparm: sanitize status idle" 'SD0' "$(hdparm --sanitize-status "$hdd" 2>&1)"
ok "hdparm: sanitize overwrite" hdparm --yes-i-know-what-i-am-doing \
	--sanitize-overwrite-passes 1 --sanitize-overwrite hex:0F1E2D3C "$hdd"
has "hdparm: in progress" 'SD2|SD4|SD0' "$(hdparm --sanitize-status "$hdd" 2>&1)"
sleep 3
has "hdparm: completed" 'Sanitize Idle|Last Sanitize Operation Completed' \
	"$(hdparm --sanitize-status "$hdd" 2>&1)"
is "sanitize overwrite: nothing left anywhere" 0 "$(left "$hdd")"
is "sanitize overwrite: the pattern" "0f1e2d3c" "$(dd if="$hdd" bs=512 count=1 \
	skip=100 iflag=direct 2>/dev/null | od -An -tx1 -N4 | tr -d ' ')"
is "the lab: markers before, SSD" "32768 1170" \
	"$(left "$ssd" host) $(left "$ssd" spare)"
ok "hdparm: sanitize block erase" \
	hdparm --yes-i-know-what-i-am-doing --sanitize-block-erase "$ssd"
sleep 3
hdparm --sanitize-status "$ssd" >/dev/null 2>&1
is "block erase: nothing left anywhere" 0 "$(left "$ssd")"
ok "hdparm: crypto scramble" \
	hdparm --yes-i-know-what-i-am-doing --sanitize-crypto-scramble "$ssd"
sleep 1
has "hdparm: idle after a crypto scramble" 'SD0|SD4' \
	"$(hdparm --sanitize-status "$ssd" 2>&1)"

# --- SCSI: sg3_utils ---------------------------------------------------------------

has "sg_inq" 'PRACTICE' "$(sg_inq "$sas" 2>&1)"
has "sg_readcap" 'Number of logical blocks=16384' "$(sg_readcap --long "$sas" 2>&1)"
has "sg_opcodes: SANITIZE overwrite" 'Sanitize, overwrite' \
	"$(sg_opcodes "$sas" 2>&1)"
has "sg_opcodes: FORMAT UNIT" 'Format Unit' "$(sg_opcodes "$sas" 2>&1)"
has "sg_vpd: serial number" 'LAB-SAS' "$(sg_vpd --page=sn "$sas" 2>&1)"
has "sg_vpd: rotation" '7200 r' "$(sg_vpd --page=bdc "$sas" 2>&1)"
has "sg_vpd: SSD" 'Non-rotating medium' "$(sg_vpd --page=bdc "$sasssd" 2>&1)"
text=$(smartctl -a "$sas" 2>&1)
has "smartctl: grown defects" 'grown defect list: 2' "$text"
has "smartctl: temperature" 'Current Drive Temperature: +35 C' "$text"
is "the lab: markers before, SAS" "16384 2" \
	"$(left "$sas" host) $(left "$sas" remapped)"
ok "sg_sanitize: overwrite begins" \
	sg_sanitize --overwrite --zero --quick --early "$sas"
has "sg_requests: progress" 'Progress indication|progress' \
	"$(sg_requests --progress "$sas" 2>&1)"
has "sg_turs: not ready" 'Progress indication' "$(sg_turs --progress "$sas" 2>&1)"
sleep 3
ok "sg_turs: ready again" sg_turs "$sas"
is "SCSI overwrite: nothing left anywhere" 0 "$(left "$sas")"
ok "sg_sanitize: crypto erase, waiting" \
	sg_sanitize --crypto --quick --wait "$sasssd"
is "SCSI crypto erase: nothing left anywhere" 0 "$(left "$sasssd")"
# By its generic node: closing the block device would wait for the format.
ok "sg_format" sg_format --format --quick --early \
	"/dev/$(ls "/sys/block/${sasssd#/dev/}/device/scsi_generic")"
has "sg_requests: formatting" 'Progress indication' \
	"$(sg_requests --progress "$sasssd" 2>&1)"
sleep 5
ok "sg_turs: ready after the format" sg_turs "$sasssd"

plan
