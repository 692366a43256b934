#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# haiki erases NVMe drives behind a real kernel's driver; the lab then counts
# what is left on their media.
. "$(dirname "$0")/vm.sh"
vm_or_skip "haiki erases NVMe drives"
vm_devices=()
vm_run erase_nvme
