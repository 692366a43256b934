# SPDX-License-Identifier: Apache-2.0
# A drive frozen by the firmware thaws when its power goes in a suspend.
. /cases/lib.sh

frozen=/dev/$(disk 0)
always=/dev/$(disk 1)

has "hdparm: frozen" '^[[:space:]]+frozen' "$(hdparm -I "$frozen" 2>&1)"
will_suspend "$frozen"
ok "rtcwake: suspends and comes back" rtcwake -m mem -s 3
has "hdparm: thawed" 'not[[:space:]]+frozen' "$(hdparm -I "$frozen" 2>&1)"
has "hdparm: some firmware freezes again" '^[[:space:]]+frozen' \
	"$(hdparm -I "$always" 2>&1)"
ok "and the drives still work" hdparm --read-sector 1 "$frozen"
ok "hdparm: a password can be set" hdparm --user-master u --security-set-pass p \
	"$frozen"

plan
