#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Time stamps from an authority on this machine, which may be away, slow or a
# liar; certificates that expire or are revoked; openssl as second opinion.
. "$(dirname "$0")/../tap.sh"
root=$PWD
cd "$scratch" || exit 1
export LC_ALL=C.UTF-8
unset LANGUAGE http_proxy https_proxy all_proxy
echo "correct horse battery" >phrase
cp "$root/src/simulate/practice.json" practice.json
ca=(--ca keys/ca.crt)
tsa_ca=(--tsa-ca tsa/ca.crt)

# --- an authority ---
mkdir tsa
cat >tsa/openssl.cnf <<END
[req]
distinguished_name = name
[name]
[tsa_ext]
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
serial = $scratch/tsa/serial
signer_cert = $scratch/tsa/tsa.crt
signer_key = $scratch/tsa/tsa.key
certs = $scratch/tsa/ca.crt
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
crypto_device = builtin
ess_cert_id_chain = no
[tsa_expired]
serial = $scratch/tsa/serial
signer_cert = $scratch/tsa/expired.crt
signer_key = $scratch/tsa/tsa.key
certs = $scratch/tsa/ca.crt
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
crypto_device = builtin
[tsa_refuses]
serial = $scratch/tsa/serial
signer_cert = $scratch/tsa/tsa.crt
signer_key = $scratch/tsa/tsa.key
certs = $scratch/tsa/ca.crt
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha512
crypto_device = builtin
[ca]
default_ca = expiring
[expiring]
database = $scratch/tsa/index
serial = $scratch/tsa/certserial
default_md = sha256
policy = any
x509_extensions = tsa_ext
email_in_dn = no
rand_serial = yes
[any]
commonName = supplied
END
make_authority() {
	local c=tsa/openssl.cnf
	: >tsa/index
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-keyout tsa/ca.key -out tsa/ca.crt -days 100 \
		-subj "/CN=Test Time Root" -config $c \
		-addext "basicConstraints=critical,CA:TRUE" \
		-addext "keyUsage=critical,keyCertSign,cRLSign" &&
		openssl req -newkey rsa:2048 -nodes -keyout tsa/tsa.key \
			-out tsa/tsa.csr -subj "/CN=Test Time Authority" -config $c &&
		openssl x509 -req -in tsa/tsa.csr -CA tsa/ca.crt -CAkey tsa/ca.key \
			-days 100 -extfile $c -extensions tsa_ext -out tsa/tsa.crt &&
		openssl ca -batch -config $c -in tsa/tsa.csr -cert tsa/ca.crt \
			-keyfile tsa/ca.key -startdate 20200101000000Z \
			-enddate 20210101000000Z -notext -outdir tsa \
			-out tsa/expired.crt
}
check "an authority for time stamps" make_authority

# It ends when we do: its standard input is a pipe that only we hold open.
mkfifo tsa/life
python3 "$root/tests/certificate/tsa.py" tsa tsa/port <tsa/life 2>/dev/null &
exec 9>tsa/life
until_so test -s tsa/port
url=http://127.0.0.1:$(cat tsa/port)
closed=http://127.0.0.1:9

# --- records ---
check "an operator and an authority" "$haiki" keygen --name "山田 太郎" \
	--org 福岡県 --out keys --ca --passphrase-file phrase
check "a witness" "$haiki" keygen --name "鈴木 花子" --org 福岡県 --out witness \
	--issuer keys --issuer-passphrase-file phrase --passphrase-file phrase
own=(--key keys/operator.key --cert keys/operator.crt --passphrase-file phrase)
sign=(--role witness --key witness/operator.key --cert witness/operator.crt
	--passphrase-file phrase)

erase() { # OUT OPTIONS...
	"$haiki" erase sim:PRACTICE-SSD-2 --simulate practice.json \
		--policy fukuoka --class kimitsu2 --operator "山田 太郎" \
		--witness "鈴木 花子" --confirm PRACTICE-SSD-2 --progress none \
		"${own[@]}" --out "$@"
}
stamps() { # RECORD COUNT: so many are stamped, by whom is trusted
	[ "$("$haiki" verify "$1" "${ca[@]}" "${tsa_ca[@]}" --json |
		jq '.[0].signers | map(select(.timestamp_trusted)) | length')" = "$2" ]
}
notes() { # RECORD ID OPTIONS...: verify notes that
	"$haiki" verify "$1" "${ca[@]}" "${@:3}" --json |
		jq -es --arg id "$2" '.[0][0] | any(.notes[], .problems[]; .id == $id)'
}

exits 2 "--tsa wants an address" erase none "${own[@]}" --tsa ftp://x
exits 0 "an erase with time stamps" erase with --tsa "$url/good"
with=$(ls with/PRACTICE-*Z.json)
check "the record's signature is stamped" stamps "$with" 1
check "the PDF says so" bash -c \
	"pdftotext '${with%.json}.pdf' - | grep -q '署名のタイムスタンプ 20'"
check "pdfsig still finds it valid" bash -c \
	"pdfsig -nocert '${with%.json}.pdf' | grep -q 'Signature is Valid'"
check "OpenSSL still verifies the record" openssl cms -verify -binary -cades \
	-inform DER -CAfile keys/ca.crt -out /dev/null -in "$with.p7s" -content "$with"

# The token taken out, and verified by openssl ts for the signature's bytes.
cat >token.py <<'END'
import sys
def element(data, at):
    tag, length, at = data[at], data[at + 1], at + 2
    if length & 0x80:
        n = length & 0x7f
        length, at = int.from_bytes(data[at:at + n], "big"), at + n
    return tag, at, at + length
data = open(sys.argv[1], "rb").read()
oid = bytes.fromhex("060b2a864886f70d010910020e")
at = data.rindex(oid)
_, inside, end = element(data, at + len(oid))      # SET
open(sys.argv[2], "wb").write(data[inside:end])
# Before the unsigned attributes [1] stands the OCTET STRING that was stamped.
before = at - 1
while data[before] != 0xa1 or element(data, before)[2] != end:
    before -= 1
for start in range(before - 2, 0, -1):
    if data[start] == 4 and element(data, start)[2] == before:
        open(sys.argv[3], "wb").write(data[element(data, start)[1]:before])
        break
END
check "the token is taken out" python3 token.py "$with.p7s" token.der stamped
check "openssl ts verifies it" openssl ts -verify -in token.der -token_in \
	-data stamped -CAfile tsa/ca.crt
printf x >>stamped
exits 1 "but not for other bytes" openssl ts -verify -in token.der -token_in \
	-data stamped -CAfile tsa/ca.crt

exits 3 "an unknown authority is no problem, but is not believed" \
	"$haiki" verify "$with" "${ca[@]}"
check "which a note says" notes "$with" timestamp-untrusted

# --- later, and for witnesses ---
exits 0 "an erase without" erase without
record=$(ls without/PRACTICE-*Z.json)
pdf=${record%.json}.pdf
check "says so in its PDF" bash -c \
	"pdftotext '$pdf' - | grep -q 'タイムスタンプ未取得・端末時計'"
check "and in verify" notes "$record" no-timestamp
"$haiki" verify "$record" "${ca[@]}" --lang ja >out 2>&1
says "in words" 'タイムスタンプ未取得・端末時計'
exits 2 "--timestamp wants an authority" "$haiki" cosign "$record" "${ca[@]}" --timestamp
for lie in expired imprint nonce rejected garbage huge missing endless; do
	cp "$record.p7s" before.p7s
	cp "$pdf" before.pdf
	exits 5 "no stamp from: $lie" "$haiki" cosign "$record" "${ca[@]}" \
		--timestamp --tsa "$url/$lie"
	check "nothing is changed" bash -c \
		"cmp before.p7s '$record.p7s' && cmp before.pdf '$pdf'"
done
exits 5 "nor from nobody" "$haiki" cosign "$record" "${ca[@]}" --timestamp --tsa $closed/
exits 5 "nor from one that another doesn't vouch for" "$haiki" cosign "$record" \
	"${ca[@]}" --timestamp --tsa "$url/good" --tsa-ca keys/ca.crt
exits 0 "a stamp without any key" "$haiki" cosign "$record" "${ca[@]}" \
	--timestamp --tsa "$url/moved" "${tsa_ca[@]}"
says "on the record" "record's signatures: 1"
says "and on the PDF" "added to the PDF"
check "verify believes it" stamps "$record" 1
check "whose signature stays valid" bash -c \
	"pdfsig -nocert '$pdf' | grep -q 'Signature is Valid'"
exits 2 "once is enough" "$haiki" cosign "$record" "${ca[@]}" --timestamp --tsa "$url/good"
exits 0 "the witness signs and is stamped" "$haiki" cosign "$record" "${sign[@]}" \
	"${ca[@]}" --tsa "$url/good"
check "both are" stamps "$record" 2
exits 3 "genuine, of training" "$haiki" verify "$record" "${ca[@]}" "${tsa_ca[@]}"
check "three revisions are sound" qpdf --check "$pdf"

# The settings may stand in a file, beside those of others.
printf 'tsa = %s/good\nkey = nobody.key\n' "$url" >haiki.conf
exits 0 "an erase whose authority stands in a file" env -u X \
	"$haiki" erase sim:PRACTICE-HDD-1 --simulate practice.json --policy fukuoka \
	--class kimitsu3 --operator "山田 太郎" --confirm PRACTICE-HDD-1 \
	--progress none "${own[@]}" --config haiki.conf --out config
check "is stamped" stamps "$(ls config/PRACTICE-*Z.json)" 1
exits 2 "cosign reads the file, too" "$haiki" cosign "$(ls config/PRACTICE-*Z.json)" \
	"${ca[@]}" --timestamp --config haiki.conf
says "and finds nothing to do" "already"

# --- what follows the erasure ---
close() { # OPTIONS...
	"$haiki" close "$record" --destroyed 細断 --date "$(date +%F)" "${own[@]}" \
		"${ca[@]}" "$@"
}
exits 2 "close wants an address, too" close --tsa ftp://x
exits 0 "a destruction with time stamps" close --tsa "$url/good" "${tsa_ca[@]}"
follow=$(cat out)
check "its record is stamped" stamps "$follow" 1
check "and its PDF" bash -c \
	"pdftotext '${follow%.json}.pdf' - | grep -q '署名のタイムスタンプ 20'"
exits 2 "nothing is left to be stamped" "$haiki" cosign "$follow" --timestamp \
	"${ca[@]}" --tsa "$url/good"
exits 0 "one whose authority is away is recorded all the same" close --tsa $closed
says "and told to have no stamp" "without a time stamp"
check "which it hasn't" stamps "${follow/followup-1/followup-2}" 0
printf 'tsa = %s/good\n' "$url" >stamp.conf
exits 0 "the authority may stand in a file" close --config stamp.conf
check "and stamps" stamps "${follow/followup-1/followup-3}" 1

# --- away, and slow ---
start=$SECONDS
exits 0 "an authority that is slow doesn't spoil an erase" erase slow --tsa "$url/slow"
took=$((SECONDS - start))
says "which is told" "can't be reached: Timeout"
check "nor delay it much ($took s)" test "$took" -le 25
check "it has no stamp" stamps "$(ls slow/PRACTICE-*Z.json)" 0
away=$(ls slow/PRACTICE-*Z.json)
exits 0 "the witness signs without" "$haiki" cosign "$away" "${sign[@]}" "${ca[@]}" --tsa $closed
says "and is told" "without a time stamp"

# --- expired and revoked ---
for kind in away with; do
	eval "file=\$$kind"
	exits 0 "OpenSSL verifies '$kind' at its time" openssl cms -verify -binary \
		-cades -inform DER -CAfile keys/ca.crt -out /dev/null \
		-attime "$(date +%s)" -in "$file.p7s" -content "$file"
done
cat >crl.cnf <<END
[ca]
default_ca = list
[list]
database = $scratch/crl.index
crlnumber = $scratch/crl.number
default_md = sha256
default_crl_days = 30
END
: >crl.index
echo 01 >crl.number
openssl pkey -in keys/ca.key -passin file:phrase -out ca.plain
list() { openssl ca -config crl.cnf -cert keys/ca.crt -keyfile ca.plain "$@"; }
check "an empty revocation list" list -gencrl -out crl.pem
exits 3 "nobody is revoked" "$haiki" verify "$with" "${ca[@]}" "${tsa_ca[@]}" --crl crl.pem
check "but of the time authority there's no list" test -s crl.pem
sleep 1
check "the operator's certificate is revoked" list -revoke keys/operator.crt
check "which the list says" list -gencrl -out crl.pem
exits 1 "a signature without stamp is not genuine then" \
	"$haiki" verify "$away" "${ca[@]}" --crl crl.pem
check "for that reason" notes "$away" signer-revoked --crl crl.pem
exits 3 "one that is stamped before is" \
	"$haiki" verify "$with" "${ca[@]}" "${tsa_ca[@]}" --crl crl.pem
check "which is noted" notes "$with" signer-revoked-later "${tsa_ca[@]}" --crl crl.pem
exits 1 "unless nobody vouches for the stamp" \
	"$haiki" verify "$with" "${ca[@]}" --crl crl.pem
exits 2 "a list that is none" "$haiki" verify "$with" "${ca[@]}" --crl keys/ca.crt
exits 2 "a list that isn't there" "$haiki" verify "$with" "${ca[@]}" --crl none
exec 9>&-
finish
