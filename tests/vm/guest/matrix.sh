# SPDX-License-Identifier: Apache-2.0
# Erases every drive of the plan (the first disk), and mails home all that came
# of it (the second).
. /cases/lib.sh

tr -d '\000' </dev/vda >/tmp/jobs
plug_all
# Those that hang or get stuck take no other's place.
awk '$2 < 60' /tmp/jobs | erase_all 64 &
awk '$2 >= 60' /tmp/jobs | erase_all 8 &
all=$(wc -l </tmp/jobs)
# Until all have ended, or none has for so long that none will.
last=0
idle=0
while [ "$last" -lt "$all" ] && [ "$idle" -lt 600 ]; do
	sleep 1
	ended=$(ls /tmp/out/*/rc 2>/dev/null | wc -l)
	idle=$((ended > last ? 0 : idle + 1))
	last=$ended
done
# What still runs won't end: where it waits.
for pid in $(ps | awk '/ haiki erase/ && !/awk/ { print $1 }'); do
	echo "$(tr '\000' ' ' <"/proc/$pid/cmdline")"
	for task in /proc/"$pid"/task/*; do
		cat "$task/wchan" "$task/stack"
	done
done >&2
tar -cf /dev/vdb -C /tmp/out .
ok "mailed" sync
plan
