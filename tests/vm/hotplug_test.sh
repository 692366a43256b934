#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A station behind a real kernel: SCSI and USB disks are plugged in, pulled out
# in the middle and put back while it runs. See hotplug.py, which does that from
# outside the machine, and guest/hotplug.sh.
. "$(dirname "$0")/vm.sh"
vm_or_skip "a station behind a real kernel's hot-plug"
hotplug=$here/tests/vm/hotplug.py
python3 "$hotplug" make "$work"
vm_devices=(
	-device "virtio-scsi-pci,id=scsi"
	-device "qemu-xhci,id=usb"
	-qmp "unix:$work/qmp,server=on,wait=off"
	-serial "file:$work/guest.events"
)
truncate -s 1M "$work/here"
vm_disk "$work/here"
while read -r node; do vm_devices+=(-blockdev "$node"); done <"$work/nodes"
python3 "$hotplug" plug "$work" >"$work/plug.log" 2>&1 &
plug=$!
echo "$plug" >>"$work/pids"
VM_SECONDS=240 vm_boot guest hotplug >"$work/trouble"
# It has nothing more to do by then.
kill "$plug" 2>/dev/null
wait
python3 "$hotplug" judge "$work"
