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
own="lang keyboard screen tz rtc ntp net data wait auto assets confirm then shell
	config send-only mirror"

# Where else than on the stick settings and the files that they name may lie: in
# what a server gave, and in an archive that was started from beside the image.
places="$live/data /run/site /etc/haiki/site"

# haiki.NAME=VALUE of the kernel's command line as lines "NAME=VALUE"; a value
# with blanks stands in quotes there.
read_arguments() {
	xargs -n 1 </proc/cmdline |
		sed -n 's/^haiki\.\([a-z-]*=.*\)/\1/p; s/^haiki\.\([a-z-]*\)$/\1=yes/p' \
			>/run/arguments
}

# One haiki.conf (an editor on Windows may have left its marks) as lines
# "NAME=VALUE".
read_file() {
	[ -f "$1" ] || return 0
	tr -d '\r' <"$1" | sed -n 's/^\xef\xbb\xbf//
		s/^[ \t]*\([a-z-]*\)[ \t]*=[ \t]*\(.*[^ \t]\)[ \t]*$/\1=\2/p'
}

# All settings; of one name the last counts: the command line's, then the
# stick's.
read_settings() {
	read_file /etc/haiki/site/haiki.conf
	read_file /run/site/haiki.conf
	read_file $live/data/haiki.conf
	cat /run/arguments
}

# The value of one of them.
setting() { # NAME [DEFAULT]
	local value
	value=$(read_settings | sed -n "s/^$1=//p" | tail -n 1)
	echo "${value:-$2}"
}

# Where a file that a setting names lies; what isn't there keeps its name.
file_of() { # NAME
	local place
	for place in $places; do
		[ -f "$place/$1" ] && echo "$place/$1" && return
	done
	echo "$1"
}

# The folder for records.
out_of() {
	if is_sent_only; then
		echo $live/memory/certificates
	else
		echo $live/data/certificates
	fi
}

# /etc/haiki/haiki.conf: where records go, and haiki's own settings. Names of
# files are relative to where the settings lie.
write_config() {
	{
		echo "out=$(out_of)"
		[ -d $live/data/keys ] && echo "keys=$live/data/keys"
		read_settings
		[ "$(setting mirror)" = yes ] || is_mounted mirror &&
			echo "mirror=$live/mirror/certificates"
	} | awk -F= '{ name = $1; if (!(name in last)) order[++n] = name
			last[name] = substr($0, length(name) + 2) }
		END { for (i = 1; i <= n; i++) print order[i] "=" last[order[i]] }' |
		while IFS='=' read -r name value; do
			case "$name=$value" in
			mirror=/*) echo "$name = $value" && continue ;;
			esac
			case " $(echo $own) " in *" $name "*) continue ;; esac
			echo "$name = $(file_of "$value")"
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
# One that was pulled while it was written to is mended first: Linux writes to no
# FAT that contradicts itself.
mount_stick() { # PLACE DEVICE
	fsck.fat -a "$2" >/tmp/fsck 2>&1 || log "fsck of $2: $(tail -n 1 /tmp/fsck)"
	mount -t vfat -o "rw,sync,dirsync,noexec,nodev,utf8=1,umask=077,errors=remount-ro,time_offset=$(time_offset)" \
		"$2" "$live/$1" 2>/dev/null ||
		mount -t vfat -o ro,utf8=1,umask=077 "$2" "$live/$1"
}

time_offset() {
	date +%z | awk '{ m = substr($0, 2, 2) * 60 + substr($0, 4, 2)
		print substr($0, 1, 1) == "-" ? -m : m }'
}

# No stick, and it was said that records need only be sent: from then on they lie
# in memory until a server has them.
is_sent_only() {
	[ -d $live/memory ]
}

# How it stands with the stick of a place.
tell_stick() { # PLACE
	local device free
	device=$(device_of "$1")
	if [ -z "$device" ]; then
		if [ "$1" = data ] && is_sent_only; then
			fact "$1.state" memory
		else
			fact "$1.state" missing
		fi
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
	[ "$1" = data ] && is_sent_only && tell_stick data && return
	device=$(device_of "$1")
	if [ -n "$device" ] && [ ! -e "/sys/class/block/${device#/dev/}" ]; then
		umount -l "$live/$1"
		device=
	fi
	if [ -z "$device" ]; then
		device=$("find_$1" "$2")
		[ -n "$device" ] && mount_stick "$1" "$device" && write_config
	fi
	tell_stick "$1"
}

# --- the network --------------------------------------------------------------

# Cards of the network, by name.
network_cards() {
	local dir
	for dir in /sys/class/net/*; do
		# Wireless ones want a password that nobody has.
		[ -e "$dir/device" ] && [ ! -e "$dir/phy80211" ] &&
			echo "${dir##*/}"
	done
}

has_network() {
	ip route 2>/dev/null | grep -q ^default ||
		[ -n "$(ip -4 addr show scope global 2>/dev/null)" ]
}

# The setting "net": dhcp, or ADDRESS/BITS[,GATEWAY[,NAME-SERVER]]. Asks every
# card; nothing here listens for anybody.
start_network() {
	local card net address gateway server tries=0
	net=$(setting net)
	[ -n "$net" ] && ! has_network || return 0
	say "network?"
	rm -f /etc/modprobe.d/no-network.conf
	find /sys/devices -name modalias -exec cat {} + | sort -u |
		xargs /usr/bin/modprobe -q -a -b
	modprobe -q af_packet
	ip link set lo up
	for card in $(network_cards); do
		ip link set "$card" up
	done
	sleep 1
	for card in $(network_cards); do
		case $net in
		dhcp | yes)
			udhcpc -i "$card" -s /usr/lib/haiki/dhcp -t 8 -T 3 -A 3 \
				-n >/dev/null 2>&1 &
			;;
		*)
			# The first with a cable.
			[ "$(cat "/sys/class/net/$card/carrier" 2>/dev/null)" = 1 ] ||
				continue
			IFS=, read -r address gateway server <<-END
				$net
			END
			ip addr add "$address" dev "$card"
			[ -n "$gateway" ] && ip route add default via "$gateway"
			[ -n "$server" ] &&
				echo "nameserver $server" >/etc/resolv.conf
			break
			;;
		esac
	done
	until has_network; do
		tries=$((tries + 1))
		[ $tries -gt 60 ] && log "no network" && return 1
		sleep 0.5
	done
	log "network: $(ip -4 -o addr show scope global | awk '{ print $2, $4 }' |
		xargs)"
}

# The setting "ntp": asks a time server once.
ask_time() {
	local server port
	server=$(setting ntp)
	[ -n "$server" ] && has_network || return 0
	port=${server##*:}
	[ "$port" = "$server" ] && port=123
	mkdir -p /run/chrony
	# Neither answers others nor takes commands.
	if chronyd -t 30 -q -u root "port 0" "cmdport 0" "bindcmdaddress /" \
		"server ${server%:*} port $port iburst maxsamples 1" \
		>/run/chrony/said 2>&1; then
		fact clock "network ${server%:*}"
	else
		log "the time server did not answer: $(tail -n 1 /run/chrony/said)"
	fi
}

# What a server has for this machine: the setting "config" names its haiki.conf,
# beside which the files lie that it names. Only https, only a server whose
# authority was given (send-ca).
fetch() { # URL FILE
	set -- "$1" "$2" "$(file_of "$(setting send-ca)")" \
		"$(file_of "$(setting send-cert)")" \
		"$(file_of "$(setting send-key)")"
	[ -f "$4" ] && set -- "$1" "$2" "$3" --cert "$4" --key "$5"
	local url=$1 file=$2 ca=$3
	shift 3
	curl --silent --show-error --fail --proto =https --max-redirs 0 \
		--tlsv1.2 --connect-timeout 15 --max-time 120 --retry 5 \
		--retry-connrefused --max-filesize 4194304 --cacert "$ca" "$@" \
		--output "$file.new" "$url" 2>/run/fetch.said &&
		mv "$file.new" "$file"
}

fetch_config() {
	local url name
	url=$(setting config)
	[ -n "$url" ] && has_network || return 0
	mkdir -p /run/site
	if ! fetch "$url" /run/site/haiki.conf; then
		log "no settings from $url: $(cat /run/fetch.said)"
		return 1
	fi
	log "settings from $url"
	for name in $(setting assets assets.csv) $(setting policy) \
		$(setting key) $(setting cert) $(setting passphrase-file); do
		case $name in
		*/* | pkcs11:*) continue ;;
		*.*) [ -f "$(file_of "$name")" ] ||
			fetch "${url%/*}/$name" "/run/site/$name" ||
			log "no $name from there: $(cat /run/fetch.said)" ;;
		esac
	done
}

# --- sending --------------------------------------------------------------------

# Tells how many records' files still wait.
tell_queue() {
	[ -n "$(setting send-to)" ] || return 0
	set -- "$(haiki send --dry-run --json 2>/dev/null |
		sed -n 's/^ *"waiting": \([0-9]*\).*/\1/p')"
	[ -n "$1" ] && fact queue "$1"
}

# Until the server has everything, or so long; 0 when it has.
send_records() { # SECONDS
	[ -n "$(setting send-to)" ] || return 0
	haiki send --retry-for "$1" >/run/send.said 2>&1
	set -- $?
	tell_queue
	[ "$1" -eq 0 ] || log "sending: $(tail -n 3 /run/send.said | xargs)"
	return "$1"
}

# --- results ------------------------------------------------------------------

# The worse of two exit codes of haiki, in the order of its exit_code_worse();
# what is none of them is no record.
worse() { # CODE CODE
	local code
	for code in "$1" "$2"; do
		case $code in [0-5]) ;; *) set -- "$@" 5 ;; esac
	done
	for code in 1 4 5 3 2 0; do
		case " $* " in *" $code "*) break ;; esac
	done
	echo "$code"
}

# The names of the records that are there.
records_of() { # OUT
	find "$1" -maxdepth 1 -name '*Z.json' 2>/dev/null | sort
}

# The records that were made since the names of the earlier ones were written to
# a file.
new_records() { # OUT FILE
	{ records_of "$1"; cat "$2" "$2"; } | sort | uniq -u
}

# Of records, one name a line: their drives' serial numbers, one a line.
serials_of() {
	local record
	while IFS= read -r record; do
		sed -n 's/.*"drive":{[^{}]*"serial":"\([^"]*\)".*/\1/p' "$record"
	done
}

# The exit code for what these records say.
code_of() {
	local record code=0
	while IFS= read -r record; do
		case $(cat "$record") in
		*'"result":"conforming"'*) ;;
		*'"result":"duty"'*) code=$(worse $code 3) ;;
		*) code=$(worse $code 1) ;;
		esac
	done
	echo $code
}

# Whether an erase is interrupted of which the journal is only in memory.
is_lost_by_power_off() { # OUT
	local journal
	is_sent_only || return 1
	for journal in "$1"/journal/*.journal; do
		[ -e "$journal" ] && return
	done
	return 1
}

# say_both JAPANESE ENGLISH
say_both() {
	case ${LANG:-$(setting lang ja)} in
	ja*) echo "$1" ;;
	*) echo "$2" ;;
	esac
}
