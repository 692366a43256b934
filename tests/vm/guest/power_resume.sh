# SPDX-License-Identifier: Apache-2.0
# The machine is on again: resumes what it finds, as an operator would, erases
# what hadn't been begun, and mails home the records (the third disk).
. /cases/lib.sh

# Not where the power failed, which may be read-only.
mkdir /mail
trouble() {
	echo "$*" >>/mail/trouble
}

mkdir /out
mount /dev/vdb /out || trouble "the records' file system can't be mounted"
ls -lR /out
tr -d '\000' </dev/vda >/tmp/jobs
plug_all
resume() {
	haiki_resume /out --psid LABPSID0123456789
	code=$?
}
resume
# Only what a drive does by itself may still run.
[ "$code" -eq 4 ] && { sleep 5; resume; }
case $code in
0 | 1 | 3) ;;
*) trouble "haiki resume: exit $code" ;;
esac
while read -r serial method; do
	[ -e "$(record_of_drive /out "$serial")" ] && continue
	haiki erase "$(device_of "$serial")" --confirm "$serial" \
		--policy fukuoka --class kimitsu3 --method "$method" \
		--encrypted-by "the lab" --operator Lab \
		--psid LABPSID0123456789 $signer --out /out </dev/null
	code=$?
	case $code in
	0 | 1 | 3) ;;
	*) trouble "$serial: haiki erase: exit $code" ;;
	esac
done </tmp/jobs
while read -r serial _; do
	dd if="$(device_of "$serial")" of=/dev/null bs=4096 count=1 \
		iflag=direct 2>/dev/null || trouble "$serial can't be read"
done </tmp/jobs
haiki resume --out /out >/tmp/again 2>&1 ||
	trouble "there is still something to resume: $(cat /tmp/again)"
haiki ledger check --ledger /out/ledger.jsonl >/tmp/ledger 2>&1 ||
	trouble "the ledger: $(cat /tmp/ledger)"
dmesg | grep -E '(FAT|EXT4)-fs.*(rror|read-only)' >>/mail/trouble
[ -s /mail/trouble ] || rm -f /mail/trouble
cp -R /out/. /mail
tar -cf /dev/vdc -C /mail .
ok "mailed" sync
plan
