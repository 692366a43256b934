# SPDX-License-Identifier: Apache-2.0
# Erases every drive of the plan (the first disk), until the host takes the
# power away. The records go to a file system of its own (the second disk), of
# which only what was synced stays.
. /cases/lib.sh

echo 360000 >/proc/sys/vm/dirty_expire_centisecs
echo 0 >/proc/sys/vm/dirty_writeback_centisecs
mkdir /out
mount -t vfat /dev/vdb /out 2>/dev/null ||
	mount -t ext4 -o commit=3600 /dev/vdb /out
tr -d '\000' </dev/vda >/tmp/jobs
plug_all
for method in $(cut -d ' ' -f 2 /tmp/jobs | sort -u); do
	devices=
	confirm=
	for serial in $(sed -n "s/ $method\$//p" /tmp/jobs); do
		devices="$devices $(device_of "$serial")"
		confirm="$confirm --confirm $serial"
	done
	haiki erase $devices $confirm --policy fukuoka --class kimitsu3 \
		--method "$method" --encrypted-by "the lab" --operator Lab \
		--psid LABPSID0123456789 $signer --out /out &
done
echo "1..0"
wait
# What ended has ended; the power is still on.
while sleep 60; do :; done
