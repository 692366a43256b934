# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
# For init and what it starts: facts and settings. README tells what they mean.

live=/run/haiki

say() {
	echo "$*" >/dev/console
}

log() {
	echo "<5>haiki: $*" >/dev/kmsg
}

# A fact for haiki.
fact() { # NAME WORD...
	local name=$1
	shift
	[ "$(cat $live/$name 2>/dev/null)" = "$*" ] && return
	echo "$*" >$live/.$name && mv $live/.$name $live/$name
	log "$name: $*"
}

# --- settings ---------------------------------------------------------------

# Settings of the machine around haiki; all others are haiki's own.
own="lang keyboard screen tz rtc ntp net data wait auto assets confirm then shell"

# haiki.NAME=VALUE of the kernel's command line as lines "NAME=VALUE"; a value
# with blanks stands in quotes there.
read_arguments() {
	xargs -n 1 </proc/cmdline |
		sed -n 's/^haiki\.\([a-z-]*=.*\)/\1/p; s/^haiki\.\([a-z-]*\)$/\1=yes/p' \
			>/run/arguments
}

# HAIKI-DATA's haiki.conf (an editor on Windows may have left its marks) as
# lines "NAME=VALUE".
read_stick() {
	[ -f $live/data/haiki.conf ] || return 0
	tr -d '\r' <$live/data/haiki.conf | sed -n 's/^\xef\xbb\xbf//
		s/^[ \t]*\([a-z-]*\)[ \t]*=[ \t]*\(.*[^ \t]\)[ \t]*$/\1=\2/p'
}

# The value of one of them; the command line wins.
setting() { # NAME [DEFAULT]
	local value
	value=$({ read_stick; cat /run/arguments; } |
		sed -n "s/^$1=//p" | tail -n 1)
	echo "${value:-$2}"
}

# /etc/haiki/haiki.conf: where records go, and haiki's own settings. Names of
# files are relative to HAIKI-DATA.
write_config() {
	{
		echo "out=$live/data/certificates"
		read_stick | while IFS='=' read -r name value; do
			grep -q "^$name=" /run/arguments || echo "$name=$value"
		done
		cat /run/arguments
	} | while IFS='=' read -r name value; do
		case " $own " in *" $name "*) continue ;; esac
		[ -f "$live/data/$value" ] && value=$live/data/$value
		echo "$name = $value"
	done >/etc/haiki/.haiki.conf
	mv /etc/haiki/.haiki.conf /etc/haiki/haiki.conf
}

# --- the sticks -------------------------------------------------------------

# What blkid tells of the partitions of removable media; with "all" of all
# drives, where one that is broken may take its time.
look() {
	local dir name
	for dir in /sys/class/block/*; do
		name=${dir##*/}
		case $name in ram* | loop* | sr* | dm-* | md*) continue ;; esac
		case $1$(readlink -f "$dir") in
		all* | */usb[0-9]* | */mmc[0-9]*) blkid -p -n vfat "/dev/$name" ;;
		esac
	done 2>/dev/null | grep 'TYPE="vfat"'
}

# The device of HAIKI-DATA: by the image's own volume id, or by its label; else
# a stick onto which somebody copied the image's files.
find_data() {
	local found key
	found=$(look "$1")
	for key in "UUID=\"$volume\"" 'LABEL="HAIKI-DATA"'; do
		if echo "$found" | grep -q "$key"; then
			echo "$found" | grep "$key" | cut -d: -f1 | head -n 1
			return
		fi
	done
	[ -n "$1" ] && return
	echo "$found" | cut -d: -f1 | while read -r device; do
		is_copy "$device" && echo "$device" && break
	done
}

is_copy() { # DEVICE
	local marker=1
	mkdir -p /tmp/look
	mount -t vfat -o ro "$1" /tmp/look 2>/dev/null || return 1
	[ -f "/tmp/look/.disk/haiki-$(cut -c 1-16 $live/image)" ] && marker=0
	umount /tmp/look
	return $marker
}

find_mirror() {
	look "$1" | grep 'LABEL="HAIKI-COPY"' | cut -d: -f1 | head -n 1
}

is_mounted() { # PLACE
	grep -q "^/dev/[^ ]* $live/$1 vfat" /proc/mounts
}

device_of() { # PLACE
	sed -n "s|^\(/dev/[^ ]*\) $live/$1 vfat.*|\1|p" /proc/mounts | tail -n 1
}

# Every write is on the stick before the next begins. Windows shows the times
# of files as local ones.
mount_stick() { # PLACE DEVICE
	mount -t vfat -o "rw,sync,dirsync,noexec,nodev,utf8=1,umask=077,errors=remount-ro,time_offset=$(time_offset)" \
		"$2" "$live/$1" 2>/dev/null ||
		mount -t vfat -o ro,utf8=1,umask=077 "$2" "$live/$1"
}

time_offset() {
	date +%z | awk '{ m = substr($0, 2, 2) * 60 + substr($0, 4, 2)
		print substr($0, 1, 1) == "-" ? -m : m }'
}

# How it stands with the stick of a place.
tell_stick() { # PLACE
	local device free
	device=$(device_of "$1")
	if [ -z "$device" ]; then
		fact "$1.state" missing
		return
	fi
	free=$(df -m "$live/$1" | awk 'NR == 2 { print $4 }')
	if ! mkdir -p "$live/$1/certificates" 2>/dev/null ||
		grep -q "^$device $live/$1 vfat ro" /proc/mounts; then
		fact "$1.state" "readonly $device"
	elif [ "$free" -lt 16 ]; then
		fact "$1.state" "full $device"
	else
		fact "$1.state" "ok $device $free"
	fi
}

# A stick that came is mounted, one that went is let go.
tend_stick() { # PLACE [all]
	local device
	device=$(device_of "$1")
	if [ -n "$device" ] && [ ! -e "/sys/class/block/${device#/dev/}" ]; then
		umount -l "$live/$1"
		device=
	fi
	if [ -z "$device" ]; then
		device=$("find_$1" "$2")
		[ -n "$device" ] && mount_stick "$1" "$device" &&
			[ "$1" = data ] && write_config
	fi
	tell_stick "$1"
}
