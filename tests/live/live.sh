# SPDX-License-Identifier: Apache-2.0
# For the tests that start the live image; source it after ../tap.sh.
#
# QEMU without KVM; the machine's drives are files in $scratch, the stick a
# copy of the image. What is on its FAT partition is read with mtools.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
image=$build/haiki.img
shots=$build/live
secret=HAIKI-LIVE-SECRET-0123456789ABCD
firmware=/usr/share/OVMF
machine=

on_exit() {
	[ -z "$machine" ] || kill -9 "$machine" 2>/dev/null
}

live_or_skip() { # WHAT
	local need
	for need in qemu-system-x86_64 xorriso mcopy; do
		command -v $need >/dev/null && continue
		skip "$1" "$need is missing"
		finish
		exit 0
	done
	(
		flock 9
		# Made anew only for what is newer.
		[ -s "$image" ] && [ -z "$(find "$build/haiki" "$build/locale" \
			"$here/src/live" "$here/scripts/image" \
			-newer "$image" | head -n 1)" ] && exit
		BUILD=$build "$here/scripts/image" "$build"
	) 9>"$build/.image.lock" >"$scratch/image.log" 2>&1 || {
		not_ok 'the image can be made' "$(tail -n 20 "$scratch/image.log")"
		finish
		exit 1
	}
	mkdir -p "$shots"
}

# --- drives -------------------------------------------------------------------

# drive NAME MIB: full of something to be found again.
drive() {
	yes "$secret" | head -c "$(($2 << 20))" >"$scratch/$1"
}

secrets() { # NAME: how many are left
	grep -a -o -F "$secret" "$scratch/$1" | wc -l
}

# Where the FAT partition begins: the first one of the table.
fat() {
	echo "$scratch/stick@@$(($(od -An -tu4 -j454 -N4 "$image") * 512))"
}

# stick [KERNEL-ARGUMENT...]: a stick as scripts/image left it, to which a
# site's haiki.conf (from standard input) and a boot.cfg were added.
stick() {
	cp --sparse=always "$image" "$scratch/stick"
	cat >"$scratch/haiki.conf"
	printf 'set arguments="$arguments console=tty0 console=ttyS0 loglevel=6 %s"\nset timeout=0\n' \
		"$*" >"$scratch/boot.cfg"
	mcopy -i "$(fat)" "$scratch/boot.cfg" "$scratch/haiki.conf" ::
}

# records DIRECTORY [FAT]: what is on the stick, copied there.
records() {
	mkdir -p "$1"
	mcopy -n -s -i "${2:-$(fat)}" ::certificates/* "$1/"
}

# --- the machine ----------------------------------------------------------------

# boot FIRMWARE QEMU-OPTION...: bios, uefi or secure (Secure Boot enforced, with
# Microsoft's keys).
boot() {
	local options=(-accel "tcg,thread=multi" -cpu max -m 512 -nodefaults
		-no-user-config -display none -vga std -rtc base=localtime
		-global ICH9-LPC.disable_s3=0
		-monitor "unix:$scratch/monitor,server=on,wait=off"
		-chardev "socket,id=serial,path=$scratch/serial,server=on,wait=off,logfile=$scratch/console"
		-serial chardev:serial)
	case $1 in
	bios) options+=(-M q35) ;;
	uefi)
		cp "$firmware/OVMF_VARS_4M.fd" "$scratch/vars"
		options+=(-M q35)
		;;
	secure)
		cp "$firmware/OVMF_VARS_4M.ms.fd" "$scratch/vars"
		options+=(-M "q35,smm=on"
			-global "driver=cfi.pflash01,property=secure,value=on")
		;;
	esac
	[ "$1" = bios ] || options+=(
		-drive "if=pflash,format=raw,readonly=on,file=$firmware/OVMF_CODE_4M$([ "$1" = secure ] && echo .secboot).fd"
		-drive "if=pflash,format=raw,file=$scratch/vars")
	shift
	: >"$scratch/console"
	started=$(date +%s%N)
	TZ=JST-9 qemu-system-x86_64 "${options[@]}" "$@" </dev/null \
		>"$scratch/qemu" 2>&1 &
	machine=$!
}

# The stick in a USB port, the first to be started from.
usb_stick=(-device qemu-xhci,id=usb
	-drive "if=none,id=stick,format=raw,file=$scratch/stick"
	-device usb-storage,drive=stick,bus=usb.0,id=plug,removable=on,bootindex=0)

monitor() {
	python3 "$here/tests/live/talk.py" "$scratch/monitor" "$@"
}

# A line for the shell that haiki.shell=ttyS0 gives.
shell() {
	python3 "$here/tests/live/talk.py" "$scratch/serial" "$@"
}

# until_console PATTERN SECONDS: waits until the kernel's console shows it.
until_console() {
	local i
	for ((i = 0; i < $2 * 5; i++)); do
		grep -aqE "$1" "$scratch/console" && return 0
		kill -0 "$machine" 2>/dev/null || {
			sleep 0.5
			grep -aqE "$1" "$scratch/console"
			return
		}
		sleep 0.2
	done
	return 1
}

# Until it has switched itself off.
until_off() { # SECONDS
	local i
	for ((i = 0; i < $1 * 5; i++)); do
		kill -0 "$machine" 2>/dev/null || {
			wait "$machine"
			machine=
			return 0
		}
		sleep 0.2
	done
	kill -9 "$machine"
	wait "$machine" 2>/dev/null
	machine=
	return 1
}

switch_off() {
	kill -9 "$machine" 2>/dev/null
	wait "$machine" 2>/dev/null
	machine=
}

# A picture of the screen, to be looked at: build/live/NAME.png.
shot() {
	monitor "screendump $shots/$1.png -f png"
}

# What the machine said last, for a case that failed.
last_words() {
	tail -n 25 "$scratch/console" "$scratch/qemu"
}

# waits DESCRIPTION COMMAND...: a case out of one of the functions above.
waits() {
	local what=$1
	shift
	if "$@"; then ok "$what"; else not_ok "$what" "$(last_words)"; fi
}
