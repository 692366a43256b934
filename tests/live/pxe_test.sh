#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The same kernel and system started over the network, and the network of the
# live image: settings from a server, its time, records that are only sent,
# records that wait on the stick, a second stick.
# shellcheck disable=SC2154  # set by what is sourced
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/live.sh"
. "$(dirname "$0")/../command/put_server.sh"
what='the live image starts over the network'
if [ ! -e /usr/lib/ipxe/qemu/efi-virtio.rom ]; then
	skip "$what" 'ipxe-qemu is missing'
	finish
	exit 0
fi
live_or_skip "$what"
cd "$scratch" || exit 1
web='' clock=''
unset https_proxy HTTPS_PROXY all_proxy ALL_PROXY

on_exit() {
	local pid
	stop_serving
	for pid in $machine $web $clock; do
		kill -9 "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
}

# until_there FILE
until_there() {
	local i
	for ((i = 0; i < 600; i++)); do
		[ -s "$1" ] && return 0
		sleep 0.05
	done
	return 1
}

conf='auto = yes
policy = fukuoka
class = kimitsu3
operator = 福岡太郎'
# From inside a guest this machine is 10.0.2.2.
authority site
certified server site 'subjectAltName=IP:10.0.2.2,IP:127.0.0.1'
certified client site 'extendedKeyUsage=clientAuth'
serve || exit 1
python3 "$here/tests/live/time_server.py" time.port 2>time.err &
clock=$!
until_there time.port || exit 1

# What a site has beside the image: an archive with its certificates, and what
# the kernel is told. `web PATH...`
mkdir -p web tftp archive/etc/haiki/site
cp site.crt client.crt client.key archive/etc/haiki/site/
printf '%s\n' 'send-ca = site.crt' 'send-cert = client.crt' \
	'send-key = client.key' >archive/etc/haiki/site/haiki.conf
(cd archive && find . -mindepth 1 | cpio -o -H newc --quiet) >web/site.img
for file in vmlinuz system.img haiki.img haiki.ipxe; do
	ln -s "$build/pxe/$file" web/
done
python3 -u -m http.server 0 --bind 127.0.0.1 -d web >web.log 2>&1 &
web=$!
until_there web.log || exit 1
web_port=$(sed -n 's/.* port \([0-9]*\).*/\1/p' web.log)
printf '#!ipxe\nchain http://10.0.2.2:%s/haiki.ipxe\n' "$web_port" >tftp/boot.ipxe

# Told to the kernel by the site.
site() { # KERNEL-ARGUMENT...
	printf '#!ipxe\nset site haiki.net=dhcp console=tty0 console=ttyS0 loglevel=6 haiki.wait=1 %s\n' \
		"$*" >web/site.ipxe
}
network=(-netdev "user,id=net,tftp=$scratch/tftp,bootfile=boot.ipxe"
	-device "virtio-net-pci,netdev=net,bootindex=0")
disk() { # NAME SERIAL
	echo "-drive if=none,id=$1,format=raw,file=$scratch/$1 -device ide-hd,drive=$1,serial=$2"
}

# --- iPXE and HTTP; no stick: only sent ------------------------------------------
printf '%s\n' "$conf" 'confirm = NET-1' 'send-only = yes' \
	"send-to = https://10.0.2.2:$port/in" >received/haiki.conf
drive sata 16
site "haiki.config=https://10.0.2.2:$port/haiki.conf" \
	"haiki.ntp=10.0.2.2:$(cat time.port)" haiki.shell=ttyS0
# A clock that lost its time years ago.
# shellcheck disable=SC2046  # words
boot bios "${network[@]}" $(disk sata NET-1) -rtc base=2019-03-01T00:00:00
waits 'iPXE and HTTP: it erases what a server names' \
	until_console 'haiki: unattended: 0' 300
shot pxe
shell 'netstat -lntu | grep -c "^[tu][cd]p" | sed s/^/sockets:/'
waits 'nothing listens' until_console '^sockets:0' 30
monitor 'sendkey ret'
waits 'and it switches itself off' until_off 60
equal 'nothing is left on the drive' "$(secrets sata)" 0
there=$(echo received/in/*)
check 'the server has the record, a good one' \
	"$haiki" verify "$there" --ca "$there/stick.crt"
equal 'of the time that the time server told' \
	"$(jq -r '.clock.source | split(",")[0]' "$there"/*Z.json)" \
	'a time server on the network'
check 'which is now' test "$(date -d "$(jq -r .finished_at "$there"/*Z.json)" +%s)" \
	-ge "$((started / 1000000000))"

# --- no stick, and nobody said that sending is enough -------------------------------
drive sata 16
before=$(sha256sum <sata)
printf '%s\n' "$conf" 'confirm = NET-1' 'then = poweroff' \
	"send-to = https://10.0.2.2:$port/in" >received/haiki.conf
site "haiki.config=https://10.0.2.2:$port/haiki.conf"
# shellcheck disable=SC2046  # words
boot bios "${network[@]}" $(disk sata NET-1)
waits 'without a place for records it refuses' \
	until_console 'haiki: unattended: 2' 300
waits 'and switches itself off' until_off 60
equal 'the drive is as it was' "$(sha256sum <sata)" "$before"

# --- from a stick, with a second one; the server is away -----------------------------
stop_serving
drive sata 16
printf '%s\n' "$conf" 'confirm = NET-1' 'then = poweroff' 'mirror = yes' \
	'net = dhcp' "send-to = https://10.0.2.2:$port/in" \
	'send-ca = site.crt' 'send-cert = client.crt' 'send-key = client.key' |
	stick
mcopy -i "$(fat)" site.crt client.crt client.key ::
truncate -s 64M copy
mkfs.vfat -n HAIKI-COPY copy >/dev/null
# shellcheck disable=SC2046  # words
boot bios "${usb_stick[@]}" -netdev user,id=net \
	-device virtio-net-pci,netdev=net,romfile= $(disk sata NET-1) \
	-drive "if=none,id=copy,format=raw,file=$scratch/copy" \
	-device usb-storage,drive=copy,bus=usb.0,removable=on
waits 'from a stick: it erases' until_console 'haiki: unattended: 0' 300
waits 'and switches itself off though the server is away' until_off 120
records first
mkdir second
mcopy -n -s -i copy ::certificates/* second/
check 'the second stick has all that the first has' \
	diff -r -x stick.key -x sent.journal -x journal first second
check 'it is good by itself' "$haiki" verify second --ca second/stick.crt
equal 'and was erased as such' "$(secrets sata)" 0
equal 'nothing is said to be sent' \
	"$(jq -r '.value | fromjson | .state' first/sent.journal | sort -u)" waits
rm -rf received/in
serve || exit 1
check 'what waits on the stick is sent later' "$haiki" send --out first \
	--send-to "https://127.0.0.1:$port/in" --send-ca site.crt \
	--send-cert client.crt --send-key client.key
finish
