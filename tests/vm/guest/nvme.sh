# SPDX-License-Identifier: Apache-2.0
# Do nvme-cli and smartctl agree with the NVMe model, through the kernel?
. /cases/lib.sh

one=/dev/$(nvme_plug LAB-NVME)
many=/dev/$(nvme_plug LAB-MANY)
ns=${one}n1

text=$(nvme id-ctrl -H "$one" 2>&1)
has "nvme: serial number" '^sn +: LAB-NVME' "$text"
has "nvme: sanitize block" 'Block Erase Sanitize Operation Supported' "$text"
has "nvme: sanitize crypto" 'Crypto Erase Sanitize Operation Supported' "$text"
has "nvme: format" 'Format NVM Supported' "$text"
has "nvme: security" 'Security Send and Receive Supported' "$text"
text=$(nvme id-ns "$ns" 2>&1)
has "nvme: size" '^nsze +: 0x4000' "$text"
has "nvme: LBA format in use" 'lbaf +1 : .*lbads:9 .*in use' "$text"
has "nvme: EUI-64" '^eui64 *: 0025380000000011' "$text"
is "the kernel's size" 16384 "$(cat "/sys/block/${ns#/dev/}/size")"
text=$(smartctl -a "$one" 2>&1)
has "smartctl: serial number" 'Serial Number: +LAB-NVME' "$text"
has "smartctl: used" 'Percentage Used: +3%' "$text"
has "smartctl: hours" 'Power On Hours: +12,345' "$text"
has "nvme: namespaces" '0x3' "$(nvme list-ns --all "$many" 2>&1)"
is "nvme: two of them attached" 2 "$(nvme list-ns "$many" 2>&1 | grep -c '0x')"
has "nvme: discovery, level 0" '00 02 10 0c 09' \
	"$(nvme security-recv "$one" --secp=1 --spsp=1 --size=512 --al=512 2>&1 | tr 'A-F' 'a-f')"

is "the lab: markers before" "16384 100" "$(left "$ns" host) $(left "$ns" spare)"
# SES 0: "Success formatting", and nothing is gone.
ok "nvme: format without secure erase" \
	nvme format "$ns" --ses=0 --lbaf=1 --force
is "which erases nothing" 16384 "$(left "$ns" host)"
ok "nvme: format, user data" nvme format "$ns" --ses=1 --lbaf=1 --force
is "user data: the LBAs and no more" "0 100" \
	"$(left "$ns" host) $(left "$ns" spare)"
ok "nvme: format, crypto" nvme format "$ns" --ses=2 --lbaf=1 --force
is "crypto: the stale pages too" 0 "$(left "$ns")"

nvme_unplug "${one#/dev/}"
one=/dev/$(nvme_plug LAB-SAN)
ns=${one}n1
is "the lab: a fresh drive" "16384 100" "$(left "$ns" host) $(left "$ns" spare)"
has "nvme: sanitize log, never" '\(SSTAT\) *: *0$' \
	"$(nvme sanitize-log "$one" 2>&1)"
ok "nvme: sanitize, block erase" nvme sanitize "$one" --sanact=2 --ause
text=$(nvme sanitize-log "$one" 2>&1)
has "nvme: in progress" '\(SSTAT\) *: *0x2$' "$text"
has "nvme: the command's own dword" '\(SCDW10\) *: *0xa$' "$text"
has "nvme: estimate" 'Block Erase +: *90' "$text"
is "reads fail meanwhile" 1 "$(dd if="$ns" of=/dev/null bs=512 count=1 \
	iflag=direct 2>/dev/null; echo $?)"
sleep 3
text=$(nvme sanitize-log -H "$one" 2>&1)
has "nvme: done" '\(SSTAT\) *: *0x1$' "$text"
is "nvme: global data erased, in the raw log" "01 01" \
	"$(nvme sanitize-log "$one" --raw-binary 2>/dev/null | od -An -tx1 -j2 -N2 |
		sed 's/^ //')"
is "block erase: nothing left anywhere" 0 "$(left "$ns")"
ok "reads work again" dd if="$ns" of=/dev/null bs=512 count=1 iflag=direct
ok "nvme: sanitize, overwrite" \
	nvme sanitize "$one" --sanact=3 --owpass=1 --ovrpat=0x0f0f0f0f
sleep 3
is "overwrite: the pattern" 0f0f0f0f "$(dd if="$ns" bs=512 count=1 skip=77 \
	iflag=direct 2>/dev/null | od -An -tx1 -N4 | tr -d ' ')"

plan
