#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The NVMe model behind the kernel's own driver, seen by others' tools. The
# model runs inside the guest, as an NVMe/TCP target.
. "$(dirname "$0")/vm.sh"
vm_or_skip "tools agree with the NVMe model"
# shellcheck disable=SC2034 # vm_run reads it
vm_devices=()
vm_run nvme
