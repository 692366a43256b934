#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What people do with records: verify, cosign, close, read the ledger; and that
# stock OpenSSL agrees about the signatures.
. "$(dirname "$0")/../tap.sh"
root=$PWD
cd "$scratch" || exit 1

# Does the last command's output pass jq?
json() { # DESCRIPTION FILTER
	if jq -e "$2" out >/dev/null 2>&1; then ok "$1"; else
		not_ok "$1" "$2" "$(head -n 40 out)"; fi
}

export LC_ALL=C.UTF-8
unset LANGUAGE
echo "correct horse battery" >phrase
pass=(--passphrase-file phrase)
ca=(--ca keys/ca.crt)

# --- keygen ---
exits 2 "keygen wants a name" "$haiki" keygen --org O --out keys "${pass[@]}"
exits 2 "keygen wants a passphrase" "$haiki" keygen --name N --org O --out keys
exits 0 "keygen makes an operator and an authority" "$haiki" keygen \
	--name "山田 太郎" --org 福岡県 --out keys --ca "${pass[@]}"
exits 2 "keygen never overwrites" "$haiki" keygen \
	--name "山田 太郎" --org 福岡県 --out keys --ca "${pass[@]}"
exits 0 "keygen makes a witness under the same authority" "$haiki" keygen \
	--name "鈴木 花子" --org 福岡県 --out witness --issuer keys \
	--issuer-passphrase-file phrase "${pass[@]}"
exits 0 "keygen makes a key alone" "$haiki" keygen --name X --org O \
	--out alone --ca "${pass[@]}"
exits 0 "openssl verifies the certificates" openssl verify \
	-CAfile keys/ca.crt -purpose smimesign keys/operator.crt witness/operator.crt
exits 0 "openssl decrypts the key" openssl pkey -in keys/operator.key \
	-passin file:phrase -noout
exits 0 "openssl reads the request" openssl req -in alone/operator.csr \
	-verify -noout
exits 0 "the key tells how it is encrypted" openssl asn1parse -in keys/operator.key
says "by 600,000 iterations" ":0927C0"
says "of PBKDF2" ":PBKDF2"
says "with SHA-256" ":hmacWithSHA256"
says "and AES-256" ":aes-256-cbc"

# --- verify ---
exits 0 "records are issued" env HAIKI_PACKAGE="$scratch" \
	"$build/tests/certificate/package_test"
cms=(openssl cms -verify -binary -cades -inform DER -CAfile keys/ca.crt -out /dev/null)
for name in good failed; do
	exits 0 "openssl cms accepts the record '$name'" "${cms[@]}" \
		-in records/$name.json.p7s -content records/$name.json
done
exits 4 "openssl cms refuses another record's signature" "${cms[@]}" \
	-in records/good.json.p7s -content records/ssd.json
exits 0 "a good record" "$haiki" verify records/good.json "${ca[@]}"
says "is called good" "GOOD"
exits 0 "a good record by its signature's name" "$haiki" verify \
	records/good.json.p7s "${ca[@]}"
exits 0 "a block-erased SSD is enough for personal data" \
	"$haiki" verify records/ssd.json "${ca[@]}"
exits 3 "My Number: the duty to destroy is open" \
	"$haiki" verify records/destroy.json "${ca[@]}"
exits 3 "a missing witness" "$haiki" verify records/witness.json "${ca[@]}"
exits 3 "a training record" "$haiki" verify records/training.json "${ca[@]}"
exits 1 "a failed erase" "$haiki" verify records/failed.json "${ca[@]}"
exits 1 "an interrupted erase" "$haiki" verify records/interrupted.json "${ca[@]}"
exits 1 "no authority given" "$haiki" verify records/good.json
says "tells to give one" "--ca"
exits 1 "the wrong authority" "$haiki" verify records/good.json --ca alone/ca.crt
exits 2 "a record that isn't there" "$haiki" verify records/none.json "${ca[@]}"
exits 2 "a folder without records" "$haiki" verify alone "${ca[@]}"
exits 2 "an authority that isn't there" "$haiki" verify records/good.json --ca none
exits 2 "a ledger that isn't there" "$haiki" verify records/good.json \
	"${ca[@]}" --ledger none
exits 2 "an option that isn't there" "$haiki" verify records/good.json --bogus
exits 1 "a folder: the worst counts" "$haiki" verify records "${ca[@]}"
says "with a summary" "7 records: 2 good, 3 with an open duty or training, 2 not acceptable"
mkdir some && cp records/good.* records/witness.* some
exits 3 "a folder without its ledger" "$haiki" verify some "${ca[@]}"
echo '{"a": 1}' >some/settings.json
exits 3 "other JSON in a folder is left out" "$haiki" verify some "${ca[@]}"
cp records/good.json some/copy.json
exits 1 "a record without signature in a folder" "$haiki" verify some "${ca[@]}"
rm some/copy.json
cp records/ssd.json.p7s some/
exits 1 "a signature without record in a folder" "$haiki" verify some "${ca[@]}"
rm some/ssd.json.p7s
echo '{"a": 1' >some/settings.json
exits 1 "something unreadable in a folder" "$haiki" verify some "${ca[@]}"
rm some/settings.json
cp records/ledger.jsonl some
exits 1 "records that the ledger lists are missing" "$haiki" verify some "${ca[@]}"
says "by name" "ssd.json"
exits 0 "JSON for programs" "$haiki" verify records/good.json "${ca[@]}" --json
json "has its keys" '.[0] | .genuine and .complete and .sufficient
	and (.training | not) and (.duties == []) and (.problems == [])
	and (.signers[0].role == "operator") and (.file == "records/good.json")'
exits 1 "JSON of a failure" "$haiki" verify records/failed.json "${ca[@]}" --json
json "says what is wrong" '.[0] | .genuine and (.sufficient | not)
	and (.problems[0].id == "nonconforming")'

# --- cosign ---
sign=(--key witness/operator.key --cert witness/operator.crt "${pass[@]}")
own=(--key keys/operator.key --cert keys/operator.crt "${pass[@]}")
exits 2 "cosign wants a role" "$haiki" cosign records/witness.json "${sign[@]}"
exits 2 "cosign knows two roles" "$haiki" cosign records/witness.json --role boss "${sign[@]}"
exits 2 "the operator is not the witness" "$haiki" cosign records/witness.json \
	--role witness "${own[@]}" "${ca[@]}"
exits 2 "nobody is named as approver" "$haiki" cosign records/witness.json \
	--role approver "${sign[@]}" "${ca[@]}"
exits 5 "cosign without the key" "$haiki" cosign records/witness.json --role witness \
	--key none --cert witness/operator.crt "${pass[@]}" "${ca[@]}"
cp records/witness.json records/witness.json.keep
sed -i 's/"location":"./"location":"X/' records/witness.json
exits 1 "nobody signs an altered record" "$haiki" cosign records/witness.json \
	--role witness "${sign[@]}" "${ca[@]}"
mv records/witness.json.keep records/witness.json
exits 1 "nobody signs a record by somebody unknown" "$haiki" cosign records/witness.json \
	--role witness "${sign[@]}" --ca alone/ca.crt
exits 0 "the witness signs" "$haiki" cosign records/witness.json --role witness \
	"${sign[@]}" "${ca[@]}"
says "after seeing the record" "山田 太郎"
exits 2 "once" "$haiki" cosign records/witness.json --role witness \
	"${sign[@]}" "${ca[@]}"
exits 0 "the duty is fulfilled" "$haiki" verify records/witness.json "${ca[@]}" --json
json "by two signatures" '.[0].signers | length == 2 and all(.valid and .trusted and .named)'
exits 0 "openssl cms accepts both" "${cms[@]}" -in records/witness.json.p7s \
	-content records/witness.json
exits 0 "a failed record can be witnessed too" "$haiki" cosign records/failed.json \
	--role witness "${sign[@]}" "${ca[@]}" --yes

# --- a key on a token ---
token() {
	mkdir tokens && export SOFTHSM2_CONF=$PWD/softhsm.conf &&
		echo "directories.tokendir = $PWD/tokens" >softhsm.conf &&
		softhsm2-util --init-token --free --label haiki --so-pin 12345678 --pin 87654321 &&
		openssl pkey -in witness/operator.key -passin file:phrase -out plain.pem &&
		softhsm2-util --import plain.pem --token haiki --label witness --id 01 --pin 87654321
}
if ! command -v softhsm2-util >/dev/null; then
	skip "a key on a token signs" "softhsm2 is not installed"
else
	check "a token is made" token
	export PKCS11_MODULE_PATH=/usr/lib/softhsm/libsofthsm2.so
	echo 87654321 >pin
	echo 11111111 >wrong
	on_token=(--key "pkcs11:token=haiki;object=witness;type=private" --cert witness/operator.crt)
	exits 5 "not without its PIN" "$haiki" cosign records/ssd.json --role witness \
		"${on_token[@]}" "${ca[@]}"
	exits 5 "not with a wrong PIN" "$haiki" cosign records/ssd.json --role witness \
		"${on_token[@]}" --passphrase-file wrong "${ca[@]}"
	exits 0 "a key on a token signs" "$haiki" cosign records/ssd.json --role witness \
		"${on_token[@]}" --passphrase-file pin "${ca[@]}"
	exits 0 "and its signature is as good" "$haiki" verify records/ssd.json "${ca[@]}" --json
	json "as any" '.[0].signers | length == 2 and all(.valid and .trusted and .named)'
fi

# --- close ---
# A photograph: a PNG of noise.
photograph() {
	python3 - "$1" <<'PY'
import os, struct, sys, zlib
def chunk(name, data):
    return (struct.pack(">I", len(data)) + name + data +
            struct.pack(">I", zlib.crc32(name + data)))
w, h = 400, 300
rows = b"".join(b"\0" + os.urandom(3 * w) for _ in range(h))
with open(sys.argv[1], "wb") as f:
    f.write(b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
PY
}
photograph "IMG 0001.PNG"
head -c 5000 /dev/urandom >noise.jpg
close=(--destroyed 細断 --date 2024-02-29)
exits 2 "close wants a method" "$haiki" close records/destroy.json --date 2024-02-29
exits 2 "close wants a date" "$haiki" close records/destroy.json --destroyed x
exits 2 "a date that doesn't exist" "$haiki" close records/destroy.json \
	--destroyed x --date 2023-02-29 "${own[@]}" "${ca[@]}"
exits 2 "a date to come" "$haiki" close records/destroy.json --destroyed x \
	--date 2999-01-01 "${own[@]}" "${ca[@]}"
exits 2 "a picture that isn't there" "$haiki" close records/destroy.json \
	"${close[@]}" --photo none.jpg "${own[@]}" "${ca[@]}"
exits 2 "a picture that is none" "$haiki" close records/destroy.json \
	"${close[@]}" --photo "IMG 0001.PNG" noise.jpg "${own[@]}" "${ca[@]}"
check "and nothing is written" test ! -e records/destroy.followup-1.photo1.PNG
exits 2 "a hand-over to nobody" "$haiki" close records/destroy.json \
	"${close[@]}" --receipt-no 5 "${own[@]}" "${ca[@]}"
exits 3 "the case is still open" "$haiki" verify records/destroy.json "${ca[@]}"
exits 0 "a hand-over is recorded" "$haiki" close records/witness.json \
	--handover 業者 --date 2024-02-28 --receipt-no 受領1号 "${own[@]}" "${ca[@]}"
exits 0 "and shown with the case" "$haiki" verify records/witness.json "${ca[@]}" --json
json "to whom" '.[0] | .handed_over_to == "業者" and .handed_over_on == "2024-02-28" and .destroyed_on == null'
exits 0 "the destruction is recorded" "$haiki" close records/destroy.json \
	"${close[@]}" --photo "IMG 0001.PNG" --completion-certificate 第42号 \
	--contractor 業者 "${own[@]}" "${ca[@]}"
says "beside the record" "records/destroy.followup-1.json"
exits 0 "the case is closed" "$haiki" verify records/destroy.json "${ca[@]}" --json
json "says so" '.[0] | .closed and .destroyed_on == "2024-02-29"'
exits 0 "the follow-up is a record itself" "$haiki" verify \
	records/destroy.followup-1.json "${ca[@]}" --json
json "of another kind" '.[0].record_type == "destruction"'
check "it has a PDF" test -s records/destroy.followup-1.pdf
exits 0 "pdfsig accepts" pdfsig -nocert records/destroy.followup-1.pdf
says "its signature" "Signature is Valid"
exits 0 "the PDF by itself" "$haiki" verify records/destroy.followup-1.pdf "${ca[@]}" --json
json "is what its record gives" '[.[0].problems[].id] | all(startswith("pdf-") | not)'
exits 0 "openssl cms accepts it" "${cms[@]}" -in records/destroy.followup-1.json.p7s \
	-content records/destroy.followup-1.json
exits 0 "a failed drive is destroyed" "$haiki" close records/failed.json \
	"${close[@]}" "${own[@]}" "${ca[@]}"
exits 0 "which closes its case" "$haiki" verify records/failed.json "${ca[@]}"
exits 0 "signed by the folder's own key" "$haiki" close records/interrupted.json \
	"${close[@]}" "${ca[@]}"
exits 1 "which nobody trusts" "$haiki" verify records/interrupted.json "${ca[@]}"
cat keys/ca.crt records/stick.crt >both.crt
exits 0 "unless told to" "$haiki" verify records/interrupted.json --ca both.crt
exits 2 "a follow-up isn't followed up" "$haiki" close records/destroy.followup-1.json \
	"${close[@]}" "${own[@]}" "${ca[@]}"
cat >validate.py <<'PY'
import glob, json, sys
import jsonschema
kinds = {"certificate": ["good", "ssd", "failed", "interrupted", "witness"],
         "followup": ["destroy.followup-1", "failed.followup-1",
                      "witness.followup-1"]}
for kind, names in kinds.items():
    rules = json.load(open(f"{sys.argv[1]}/certs/{kind}.schema.json", encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(rules)
    for name in names:
        record = json.load(open(f"records/{name}.json", encoding="utf-8"))
        jsonschema.Draft202012Validator(rules).validate(record)
PY
exits 0 "records fit the published schemas" python3 validate.py "$root"

# --- ledger ---
exits 0 "the ledger is in order" "$haiki" ledger check records
says "and counts eleven" "11 records"
exits 0 "its head" "$haiki" ledger head records
head=$(cat out)
if [ "${#head}" -le 80 ] && [ "$(wc -l <out)" -eq 1 ]; then
	ok "fits a line"
else
	not_ok "fits a line" "$head"
fi
exits 0 "is confirmed later" "$haiki" ledger check --ledger records/ledger.jsonl --head "$head"
cp -r records cut && sed -i '$d' cut/ledger.jsonl
exits 0 "a missing end alone is not seen" "$haiki" ledger check cut
exits 1 "but with the head it is" "$haiki" ledger check cut --head "$head"
exits 2 "a head must be one" "$haiki" ledger check records --head abc
cp -r records gap && sed -i 3d gap/ledger.jsonl
exits 1 "a missing line is seen" "$haiki" ledger check gap
says "at its place" "line 3"
exits 1 "and spoils the head" "$haiki" ledger head gap
cp -r records edit && sed -i 's/"serial":"loop7"/"serial":"loop8"/' edit/ledger.jsonl
exits 1 "an edited line is seen" "$haiki" ledger check edit
exits 1 "by verify too" "$haiki" verify edit/good.json "${ca[@]}"
cp -r records swap && cp swap/ssd.json swap/good.json
exits 1 "an exchanged record is seen" "$haiki" ledger check swap
exits 0 "the ledger as a table" "$haiki" ledger show --out records
exits 0 "the register for Excel" "$haiki" ledger export records --lang ja
says "has the policy's columns" "廃棄又は消去年月日"
equal "begins with a BOM" "$(head -c 3 out | od -An -tx1 | tr -d ' ')" efbbbf
equal "has CRLF" "$(grep -c $'\r$' out)" 12
exits 0 "the register as JSON" "$haiki" ledger export records --json
json "has every record" 'length == 11 and all(.serial and .date and .certificate_id)'
exits 2 "a ledger that isn't there" "$haiki" ledger show alone
exits 2 "a word that isn't known" "$haiki" ledger burn
finish
