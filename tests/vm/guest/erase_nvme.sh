# SPDX-License-Identifier: Apache-2.0
# haiki on NVMe drives behind the kernel's own driver, and what is left.
. /cases/lib.sh

port=4420
# nvme_drive ID JSON: one more drive, plugged in; sets $ctrl and $dev.
nvme_drive() {
	echo "{ \"drives\": [ { \"kind\": \"nvme\", \"serial\": \"$1\",
		\"size_mib\": 4, \"erase_ms\": 500, \"spare_sectors\": 200, $2
		} ] }" >"/tmp/$1.json"
	port=$((port + 1))
	ctrl=$(nvme_start "/tmp/$1.json" "$1" $port)
	dev=/dev/${ctrl}n1
}
class="--class kimitsu3"
vouch="the head of the IT department"

nvme_drive BLOCK '"sanitize": ["block"]'
erased "NVMe sanitize block erase" 0 conforming \
	"$dev" BLOCK $class --method nvme-sanitize-block
is "and nothing at all is left" 0 "$(left "$dev")"
nvme_unplug "$ctrl"

nvme_drive CRYPTO '"sanitize": ["crypto"], "encrypts": true'
erased "NVMe sanitize crypto erase" 0 conforming \
	"$dev" CRYPTO $class --method nvme-sanitize-crypto \
	--encrypted-by "$vouch"
is "and nothing at all is left" 0 "$(left "$dev")"
nvme_unplug "$ctrl"

nvme_drive OVERWRITE '"sanitize": ["overwrite"]'
erased "NVMe sanitize overwrite" 0 conforming \
	"$dev" OVERWRITE $class --method nvme-sanitize-overwrite
is "and nothing at all is left" 0 "$(left "$dev")"
nvme_unplug "$ctrl"

nvme_drive FORMAT '"sanitize": [], "encrypts": true'
erased "NVMe format, crypto" 0 conforming \
	"$dev" FORMAT $class --method nvme-format-crypto --encrypted-by "$vouch"
is "and nothing at all is left" 0 "$(left "$dev")"
nvme_unplug "$ctrl"

nvme_drive USER '"sanitize": []'
erased "NVMe format, user data: no measure of the policy" 1 nonconforming \
	"$dev" USER $class --method nvme-format-user
is "the LBAs are gone, the stale pages aren't" "0 yes" \
	"$(left "$dev" host) $([ "$(left "$dev" spare)" -gt 0 ] && echo yes)"
nvme_unplug "$ctrl"

nvme_drive OPAL '"sanitize": [], "format": [], "opal": true, "encrypts": true,
	"psid": "LABPSID0123456789"'
erased "Opal PSID revert" 0 conforming "$dev" OPAL $class \
	--method opal-psid-revert --psid LABPSID0123456789 --encrypted-by "$vouch"
is "and nothing at all is left" 0 "$(left "$dev")"
nvme_unplug "$ctrl"

nvme_drive MANY '"sanitize": ["block"],
	"namespaces": [ { "sectors": 2048 }, { "sectors": 1024, "attached": false } ]'
erased "every namespace, also one that isn't attached" 0 conforming \
	"$dev" MANY $class --method nvme-sanitize-block
is "and nothing at all is left" 0 "$(left "$dev")"
nvme_unplug "$ctrl"

# --- lies and states in the way ---------------------------------------------------

nvme_drive LIAR '"faults": { "erases": "nothing" }'
erased "a liar" 1 nonconforming "$dev" LIAR $class --method nvme-sanitize-block
nvme_unplug "$ctrl"

nvme_drive FAILS '"faults": { "fails_at": 500 }'
erased "a sanitize that fails" 1 nonconforming \
	"$dev" FAILS $class --method nvme-sanitize-block
nvme_unplug "$ctrl"

for log in stale zero ffff; do
	nvme_drive "LOG-$log" "\"faults\": { \"sanitize_log\": \"$log\" }"
	haiki_erase "$dev" "LOG-$log" $class --method nvme-sanitize-block
	status=$?
	has "a sanitize log that is $log: not believed" '^[124]$' "$status
$(cat /tmp/erase.log)"
	record=$(record_of "$out")
	[ -z "$record" ] || ok "and the record is true" truthful "$record" "$dev"
	nvme_unplug "$ctrl"
done

nvme_drive PROTECTED '"faults": { "write_protected": true }'
haiki_erase "$dev" PROTECTED $class
has "a write-protected namespace is no success" '^[12]$' "$?
$(cat /tmp/erase.log)"
is "and keeps its data" 8192 "$(left "$dev" host)"
nvme_unplug "$ctrl"

# --- the power fails, and comes back -------------------------------------------------

nvme_drive CUT '"sanitize": ["block"], "faults": { "power_cut_at": 1 }'
haiki_erase "$dev" CUT $class --method nvme-sanitize-block
has "a drive that loses power: exit 4" '^4$' "$?
$(cat /tmp/erase.log)"
journal=$out
sleep 3
ctrl=$(nvme_plug $port)
has "it is back" '^nvme' "$ctrl"
dev=/dev/${ctrl}n1
haiki resume --out "$journal" --key /keys/quick.key \
	--cert /keys/operator.crt --passphrase-file /keys/pass \
	--progress none >/tmp/erase.log 2>&1
has "haiki resume finishes it" '^[013]$' "$?
$(cat /tmp/erase.log)"
ok "and the record is true" truthful "$(record_of "$journal")" "$dev"
is "nothing is left" 0 "$(left "$dev" host)"

plan
