# SPDX-License-Identifier: Apache-2.0
# haiki on NVMe drives behind the kernel's own driver, and what is left.
. /cases/lib.sh

vouch='"the head of the IT department"'
cat >/tmp/jobs <<JOBS
BLOCK 400 --class kimitsu3 --method nvme-sanitize-block
CRYPTO 400 --class kimitsu3 --method nvme-sanitize-crypto --encrypted-by $vouch
OVERWRITE 400 --class kimitsu3 --method nvme-sanitize-overwrite
FORMAT 400 --class kimitsu3 --method nvme-format-crypto --encrypted-by $vouch
USER 400 --class kimitsu3 --method nvme-format-user
OPAL 400 --class kimitsu3 --method opal-psid-revert --psid LABPSID0123456789 --encrypted-by $vouch
MANY 400 --class kimitsu3 --method nvme-sanitize-block
LIAR 400 --class kimitsu3 --method nvme-sanitize-block
FAILS 400 --class kimitsu3 --method nvme-sanitize-block
LOG-stale 60 --class kimitsu3 --method nvme-sanitize-block
LOG-zero 60 --class kimitsu3 --method nvme-sanitize-block
LOG-ffff 60 --class kimitsu3 --method nvme-sanitize-block
PROTECTED 400 --class kimitsu3
CUT 60 --class kimitsu3 --method nvme-sanitize-block
JOBS
for serial in $(cut -d ' ' -f 1 /tmp/jobs); do
	nvme_connect "$serial"
done
udevadm settle --timeout=30
erase_all 8 </tmp/jobs

erased "NVMe sanitize block erase" 0 conforming BLOCK
nothing_left BLOCK
erased "NVMe sanitize crypto erase" 0 conforming CRYPTO
nothing_left CRYPTO
erased "NVMe sanitize overwrite" 0 conforming OVERWRITE
nothing_left OVERWRITE
erased "NVMe format, crypto" 0 conforming FORMAT
nothing_left FORMAT
erased "NVMe format, user data: no measure of the policy" 1 nonconforming USER
is "the LBAs are gone, the stale pages aren't" "0 yes" \
	"$(left "$(device_of USER)" host) $(
	[ "$(left "$(device_of USER)" spare)" -gt 0 ] && echo yes)"
erased "Opal PSID revert" 0 conforming OPAL
nothing_left OPAL
erased "every namespace, also one that isn't attached" 0 conforming MANY
nothing_left MANY

# --- lies and states in the way ---------------------------------------------------

erased "a liar" 1 nonconforming LIAR
erased "a sanitize that fails" 1 nonconforming FAILS
for log in stale zero ffff; do
	has "a sanitize log that is $log: not believed" '^[124]$' \
		"$(cat "/tmp/out/LOG-$log/rc" "/tmp/out/LOG-$log/log")"
	record=$(record_of "/tmp/out/LOG-$log")
	[ -z "$record" ] || ok "and the record is true" truthful "$record" \
		"$(device_of "LOG-$log")"
done
has "a write-protected namespace is no success" '^[12]$' \
	"$(cat /tmp/out/PROTECTED/rc /tmp/out/PROTECTED/log)"
is "and keeps its data" 8192 "$(left "$(device_of PROTECTED)" host)"

# --- the power fails, and comes back -------------------------------------------------

has "a drive that loses power: exit 4" '^4$' \
	"$(cat /tmp/out/CUT/rc /tmp/out/CUT/log)"
sleep 3
ctrl=$(nvme_plug CUT)
has "it is back" '^nvme' "$ctrl"
haiki_resume /tmp/out/CUT >/tmp/resume.log 2>&1
has "haiki resume finishes it" '^[013]$' "$?
$(cat /tmp/resume.log)"
ok "and the record is true" truthful "$(record_of /tmp/out/CUT)" "/dev/${ctrl}n1"
is "nothing is left" 0 "$(left "/dev/${ctrl}n1" host)"

plan
