# SPDX-License-Identifier: Apache-2.0
# For the tests that boot a guest; see guest/ for what happens inside.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$here/$build ;; esac
vm=$build/vm
work=$(mktemp -d /tmp/haiki-vm-XXXXXX)
servers=()

vm_clean() {
	local pid
	for pid in "${servers[@]}"; do
		kill "$pid" 2>/dev/null
	done
	rm -rf "$work"
}
[ -n "${VM_KEEP:-}" ] || trap vm_clean EXIT

# Without QEMU nothing can be shown, and the report says so.
vm_or_skip() {
	if ! command -v qemu-system-x86_64 >/dev/null; then
		echo "ok 1 - $1 # SKIP qemu-system-x86 is missing"
		echo 1..1
		exit 0
	fi
	(
		flock 9
		# Made anew only for newer programs.
		if [ ! -s "$vm/initramfs.cpio" ] || [ -n "$(find "$build/haiki" \
			"$build/tests/vm/nvme_tcp" "$here/tests/vm" -newer \
			"$vm/initramfs.cpio" | head -n 1)" ]; then
			BUILD=$build "$here/tests/vm/make-guest" "$vm"
		fi
	) 9>"$build/.vm.lock" || {
		echo "not ok 1 - the guest can be made"
		echo 1..1
		exit 1
	}
}

# Practice drives of $work/NAME.json as the SCSI disks of the next guest.
vm_scsi() {
	local i
	"$build/tests/vm/vhost_scsi" "$work/$1.json" "$work/$1.sock" \
		>"$work/$1.server" 2>&1 &
	servers+=($!)
	for ((i = 0; i < 100; i++)); do
		grep -q listening "$work/$1.server" && break
		sleep 0.1
	done
	vm_devices=(-chardev "socket,id=$1,path=$work/$1.sock"
		-device "vhost-user-scsi-pci,chardev=$1,num_queues=1")
}

# vm_run CASES [QEMU-OPTION...]: boots, and prints the guest's TAP. The bare
# ELF file starts sooner; only VM_KERNEL=bzImage comes back from a suspend.
vm_run() {
	local cases=$1
	shift
	timeout "${VM_SECONDS:-600}" qemu-system-x86_64 -accel tcg -cpu max \
		-smp "${VM_CPUS:-1}" -m 768 -M q35,memory-backend=mem -nodefaults \
		-object memory-backend-memfd,id=mem,size=768M,share=on \
		-display none -no-reboot -no-user-config \
		-kernel "$vm/${VM_KERNEL:-vmlinux}" -initrd "$vm/initramfs.cpio" \
		-append "console=ttyS0 panic=0 libata.allow_tpm=1 quiet cases=$cases" \
		-serial "file:$work/console" -serial "file:$work/tap" \
		"$@" "${vm_devices[@]}" </dev/null >"$work/qemu" 2>&1
	local status=$?
	tr -d '\r' <"$work/tap"
	if [ "$status" -ne 0 ] || ! grep -q '^1\.\.' "$work/tap"; then
		echo "# qemu ended with $status; the guest's last words:"
		tail -n 30 "$work/console" "$work/qemu" | sed 's/^/# /'
		for log in "$work"/*.server; do
			[ -e "$log" ] && tail -n 5 "$log" | sed 's/^/# /'
		done
		return 1
	fi
}
