#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Signing from the erase on: keys on a token, the witness and the approver in
# record and PDF; pdfsig and OpenSSL say what they think of it.
. "$(dirname "$0")/../tap.sh"
root=$PWD
cd "$scratch" || exit 1
export LC_ALL=C.UTF-8
unset LANGUAGE
echo "correct horse battery" >phrase
echo 87654321 >pin
cp "$root/src/simulate/practice.json" practice.json
ca=(--ca keys/ca.crt)

person() { # DIR NAME
	"$haiki" keygen --name "$2" --org 福岡県 --out "$1" --issuer keys \
		--issuer-passphrase-file phrase --passphrase-file phrase
}

token() { # a token with everybody's key
	mkdir tokens && echo "directories.tokendir = $PWD/tokens" >softhsm.conf &&
		softhsm2-util --init-token --free --label haiki \
			--so-pin 12345678 --pin 87654321 || return 1
	local id=0
	for name in keys witness approver; do
		id=$((id + 1))
		openssl pkey -in $name/operator.key -passin file:phrase \
			-out plain.pem &&
			softhsm2-util --import plain.pem --token haiki \
				--label $name --id 0$id --pin 87654321 || return 1
		rm plain.pem
	done
}

check "an operator and an authority" "$haiki" keygen --name "𠮷田 槗之介" \
	--org 福岡県 --out keys --ca --passphrase-file phrase
check "a witness" person witness "髙﨑 花子"
check "an approver" person approver "情報政策課長 濵邊 一郎"
if ! command -v softhsm2-util >/dev/null; then
	skip "keys on a token" "softhsm2 is not installed"
	finish
	exit 0
fi
export SOFTHSM2_CONF=$PWD/softhsm.conf PKCS11_MODULE_PATH=/usr/lib/softhsm/libsofthsm2.so
check "a token" token

erase() { # OUT KEY...
	"$haiki" erase sim:PRACTICE-SSD-2 --simulate practice.json \
		--policy fukuoka --class kimitsu2 --operator "𠮷田 槗之介" \
		--witness "髙﨑 花子" --approved-by "情報政策課長 濵邊 一郎" \
		--approval-no 福政第1号 --approval-date 2026-04-01 \
		--confirm PRACTICE-SSD-2 --progress none --out "$@"
}
on_token() { # NAME: its key and certificate
	key=(--key "pkcs11:token=haiki;object=$1;type=private"
		--cert "$1/operator.crt" --passphrase-file pin)
}

on_token keys
exits 5 "no erase without the token's PIN" erase none "${key[0]}" "${key[1]}" \
	"${key[2]}" "${key[3]}"
check "and nothing was done" test ! -e none/ledger.jsonl
exits 0 "an erase signed by a key on a token" erase records "${key[@]}"
record=$(ls records/PRACTICE-*Z.json)
pdf=${record%.json}.pdf

signatures() { # COUNT: in both, valid
	[ "$(pdfsig -nocert "$pdf" 2>/dev/null | grep -c 'Signature is Valid')" = "$1" ] &&
		[ "$(pdfsig -nocert "$pdf" 2>/dev/null | grep -c 'Total document signed')" = 1 ] &&
		[ "$("$haiki" verify "$record" "${ca[@]}" --json |
			jq '.[0].signers | map(select(.valid and .trusted and .named)) | length')" = "$1" ] &&
		openssl cms -verify -binary -cades -inform DER -CAfile keys/ca.crt \
			-out /dev/null -in "$record.p7s" -content "$record"
}
check "one signature in record and PDF" signatures 1

on_token witness
exits 2 "the witness isn't the approver" "$haiki" cosign "$record" \
	--role approver "${key[@]}" "${ca[@]}"
exits 0 "the witness signs, with a key on the token" "$haiki" cosign "$record" \
	--role witness "${key[@]}" "${ca[@]}"
says "sees the record before" "PRACTICE-SSD-2"
says "and what was signed" "the record and the PDF"
check "two signatures in both" signatures 2
cp "$record.p7s" two.p7s
cp "$pdf" two.pdf
on_token approver
exits 0 "the approver signs" "$haiki" cosign "$record" --role approver \
	"${key[@]}" "${ca[@]}"
check "three signatures in both" signatures 3
check "qpdf finds nothing wrong" qpdf --check "$pdf"
pdftotext "$pdf" text
for name in "𠮷田 槗之介" "髙﨑 花子" "情報政策課長 濵邊 一郎"; do
	check "the box names $name" grep -qF "$name" text
done
exits 3 "it is still a training record, genuine" "$haiki" verify "$record" \
	"${ca[@]}"

# Half done by a power cut: the record is signed, the PDF isn't.
cp two.pdf "$pdf"
exits 0 "the approver repeats it" "$haiki" cosign "$record" --role approver \
	"${key[@]}" "${ca[@]}"
says "and only the PDF was missing" "signed as .*: the PDF"
check "three signatures again" signatures 3
exits 2 "once more is refused" "$haiki" cosign "$record" --role approver \
	"${key[@]}" "${ca[@]}"

# A certificate that has expired: its signatures would be accepted by nobody.
expire() {
	mkdir expired && openssl x509 -req -in witness/operator.csr \
		-CA keys/ca.crt -CAkey keys/ca.key -passin file:phrase \
		-days -1 -set_serial 77 -out expired/operator.crt
}
check "a witness's certificate that has expired" expire
cp two.p7s "$record.p7s"
cp two.pdf "$pdf"
old=(--key witness/operator.key --cert expired/operator.crt
	--passphrase-file phrase)
exits 5 "signs nothing" "$haiki" cosign "$record" --role witness "${old[@]}" \
	"${ca[@]}" --yes
says "and it is told why" "expired on"
exits 0 "on a practice drive it is only told" erase old "${old[@]}"
says "before the erase" "expired on"

# A PDF that is not what the record gives is signed by nobody.
cp two.p7s "$record.p7s"
cp two.pdf "$pdf"
exits 0 "whoever gives the PDF means the record beside it" "$haiki" cosign \
	"$pdf" --role approver "${key[@]}" "${ca[@]}"
check "three signatures in both once more" signatures 3
mkdir mailed && cp two.pdf mailed/
exits 2 "a PDF alone can't be signed" "$haiki" cosign mailed/two.pdf \
	--role approver "${key[@]}" "${ca[@]}"
says "and what is missing is told" "is not beside it"
exits 2 "nor can a folder" "$haiki" cosign mailed --role approver "${key[@]}" \
	"${ca[@]}"
cp two.p7s "$record.p7s"
cp two.pdf "$pdf"
printf 'x' | dd of="$pdf" bs=1 seek=9000 conv=notrunc 2>/dev/null
cp "$pdf" bad.pdf
exits 1 "an altered PDF is not signed" "$haiki" cosign "$record" \
	--role approver "${key[@]}" "${ca[@]}"
check "and neither is the record" cmp two.p7s "$record.p7s"
check "nor was the PDF touched" cmp bad.pdf "$pdf"
rm "$pdf"
exits 0 "without a PDF the record is signed" "$haiki" cosign "$record" \
	--role approver "${key[@]}" "${ca[@]}"
says "and this is told" "there is no PDF"
finish
