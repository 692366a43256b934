# SPDX-License-Identifier: Apache-2.0
# For the tests that boot guests; see guest/ for what happens inside.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$here/$build ;; esac
vm=$build/vm
work=$(mktemp -d /tmp/haiki-vm-XXXXXX)
vm_devices=()
vm_port=
vm_usb_port=

# Everything that was started with a file of $work, by this script or by one of
# its subshells.
vm_clean() {
	local pid
	trap - EXIT
	while read -r pid; do
		grep -qaF "$work" "/proc/$pid/cmdline" 2>/dev/null &&
			kill "$pid" 2>/dev/null
	done < <(cat "$work/pids" 2>/dev/null)
	[ -n "${VM_KEEP:-}" ] && return
	# A server may still be writing its drives down.
	rm -rf "$work" 2>/dev/null || { sleep 1; rm -rf "$work"; }
}
trap vm_clean EXIT
trap 'exit 143' TERM INT
# Nothing is left beside the sources.
export PYTHONDONTWRITEBYTECODE=1

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
			"$here/tests/vm" -type f -newer "$vm/initramfs.cpio" |
			head -n 1)" ]; then
			BUILD=$build "$here/tests/vm/make-guest" "$vm"
		fi
	) 9>"$build/.vm.lock" || {
		echo "not ok 1 - the guest can be made"
		echo 1..1
		exit 1
	}
}

# vm_serve NAME PROGRAM [ARGUMENT...]: waits until it listens.
vm_serve() {
	local name=$1 i
	shift
	# Before it starts, or what an earlier one said is taken for its words.
	: >"$work/$name.server"
	"$@" >>"$work/$name.server" 2>&1 &
	server=$!
	echo "$server" >>"$work/pids"
	for ((i = 0; i < 100; i++)); do
		grep -q listening "$work/$name.server" && return
		sleep 0.1
	done
	echo "not ok 1 - $2 serves its drives"
	sed 's/^/# /' "$work/$name.server"
	echo 1..1
	exit 1
}

# Practice drives of $work/NAME.json as SCSI disks of the next guest.
# --mute: those whose power was cut never answer again.
vm_scsi() { # NAME [--mute]
	vm_serve "$1" "$build/tests/vm/vhost_scsi" ${2:+"$2"} \
		"$work/$1.json" "$work/$1.sock"
	vm_devices+=(-chardev "socket,id=$1,path=$work/$1.sock"
		-device "vhost-user-scsi-pci,chardev=$1,num_queues=1")
}

# ... as NVMe drives, to which the next guest can connect: nvme_plug in lib.sh.
# They live outside of it.
vm_nvme() { # NAME [--mute] -> $vm_port
	vm_serve "$1" "$build/tests/vm/nvme_tcp" ${2:+"$2"} "$work/$1.json"
	vm_port=$(sed -n 's/^listening //p' "$work/$1.server")
	vm_devices+=(-netdev "user,id=$1,ipv6=off"
		-device "virtio-net-pci,netdev=$1,romfile=")
}

# ... as USB drives, which the next guest can plug in: usb_plug in lib.sh.
vm_usb() { # NAME -> $vm_usb_port
	vm_serve "$1" "$build/tests/vm/usb_ip" "$work/$1.json"
	vm_usb_port=$(sed -n 's/^listening //p' "$work/$1.server")
	vm_devices+=(-netdev "user,id=$1,ipv6=off"
		-device "virtio-net-pci,netdev=$1,romfile=")
}

# A file of the host's as the guest's next virtio disk: vda, vdb ...
vm_disk() { # FILE
	truncate -s %512 "$1"
	vm_devices+=(-drive "if=virtio,format=raw,file=$1")
}

# vm_qemu NAME CASES [QEMU-OPTION...]: becomes QEMU; the guest's TAP goes to
# $work/NAME.tap. The bare ELF file starts sooner; only VM_KERNEL=bzImage comes
# back from a suspend. Without random addresses QEMU needs to translate a
# program only once.
vm_qemu() {
	local name=$1 cases=$2 mib=${VM_MIB:-768}
	shift 2
	: >"$work/$name.tap"
	# shellcheck disable=SC2086 # none or two words
	exec ${VM_LIMIT:-} qemu-system-x86_64 -accel tcg -cpu max \
		-smp "${VM_CPUS:-1}" -m "$mib" -M q35,memory-backend=mem \
		-nodefaults -object "memory-backend-memfd,id=mem,size=${mib}M,share=on" \
		-display none -no-reboot -no-user-config \
		-kernel "$vm/${VM_KERNEL:-vmlinux}" -initrd "$vm/initramfs.cpio" \
		-append "console=ttyS0 panic=0 libata.allow_tpm=1 quiet norandmaps cases=$cases nvme=${vm_port:-} usb=${vm_usb_port:-}" \
		-serial "file:$work/$name.console" \
		-serial "file:$work/$name.tap" \
		"$@" "${vm_devices[@]}" </dev/null >"$work/$name.qemu" 2>&1
}

# The same, until the guest ends. Fails if it doesn't come to its end.
vm_boot() { # NAME CASES [QEMU-OPTION...]
	local status pid
	VM_LIMIT="timeout ${VM_SECONDS:-600}" vm_qemu "$@" &
	pid=$!
	echo "$pid" >>"$work/pids"
	wait "$pid"
	status=$?
	[ "$status" -eq 0 ] && grep -q '^1\.\.' "$work/$1.tap" && return
	vm_last_words "$1" "$status"
	return 1
}

vm_last_words() { # NAME STATUS
	local log
	echo "# qemu ended with $2; the guest's last words:"
	tail -n 30 "$work/$1.console" "$work/$1.qemu" | tr -d '\r' | sed 's/^/# /'
	for log in "$work"/*.server; do
		[ -e "$log" ] && tail -n 5 "$log" | sed 's/^/# /'
	done
}

# vm_run CASES [QEMU-OPTION...]: the only guest of a script; prints its TAP.
vm_run() {
	local cases=$1 status
	shift
	vm_boot guest "$cases" "$@" >"$work/trouble"
	status=$?
	tr -d '\r' <"$work/guest.tap"
	cat "$work/trouble"
	return "$status"
}
