#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The ledger: its head as text, as QR code and signed; what an older head finds;
# the register, and many sticks' ledgers in one.
# shellcheck disable=SC2154  # set by tap.sh
. "$(dirname "$0")/../tap.sh"
cd "$scratch" || exit 1
export LC_ALL=C.UTF-8
unset LANGUAGE
echo "correct horse battery" >phrase
pass=(--passphrase-file phrase)
ca=(--ca keys/ca.crt)

"$haiki" keygen --name "山田 太郎" --org 福岡県 --out keys --ca "${pass[@]}" >/dev/null
"$haiki" keygen --name "鈴木 花子" --org 福岡県 --out witness --issuer keys \
	--issuer-passphrase-file phrase "${pass[@]}" >/dev/null
"$haiki" keygen --name "他人 次郎" --org 他県 --out other --ca "${pass[@]}" >/dev/null
check "records are issued" env HAIKI_PACKAGE="$scratch" \
	"$build/tests/certificate/package_test"
mv records one
check "by another stick, too" env HAIKI_PACKAGE="$scratch" \
	"$build/tests/certificate/package_test"
mv records two
by_witness=(--sign --key witness/operator.key --cert witness/operator.crt "${pass[@]}")

# --- what it shows ----------------------------------------------------------------

exits 0 "the records are shown" "$haiki" ledger show one
says "with the results" '^    1 .* conforming$'
equal "training, and nothing else, is marked" \
	"$(grep -cE '^ +[0-9]+\*' out) $(jq -s 'map(select(.simulated)) | length' one/ledger.jsonl)" \
	"1 1"
says "and explained" '^\* made on a practice drive'

# --- the head --------------------------------------------------------------------

exits 0 "the head is one line" "$haiki" ledger head one
head=$(cat out)
equal "of text" "$(wc -l <out) $(grep -cE '^[0-9a-f]{32}:7:[0-9a-f]{32}$' out)" "1 1"
exits 0 "and a QR code" "$haiki" ledger head one --qr
cp out qr
says "dark on light in a file" '^ +█▀▀▀▀▀█'
check "not wider than 80 columns" test "$(wc -L <qr)" -le 80
check "which a camera reads" python3 - <<'EOF'
rows = open("qr", encoding="utf-8").read().split("\n")[1:-1]
halves = {" ": (0, 0), "▄": (0, 1), "▀": (1, 0), "█": (1, 1)}
lines = []
for row in rows:
    for half in (0, 1):
        lines += [" ".join(str(halves[c][half]) for c in row
                           for _ in range(4))] * 4
open("qr.pbm", "w").write(f"P1\n{4 * len(rows[0])} {len(lines)}\n" +
                          "\n".join(lines) + "\n")
EOF
equal "as the same text" "$(zbarimg -q --raw qr.pbm)" "$head"
script -qec "$haiki ledger head one" /dev/null </dev/null >terminal
check "a terminal gets it unasked, with its own colours" grep -q $'\033\[30;47m' terminal

# --- signed ----------------------------------------------------------------------

exits 0 "a witness signs the head" "$haiki" ledger head one "${by_witness[@]}"
says "and is told to keep it elsewhere" "elsewhere"
h=one/ledger.head-000007.json
check "as canonical JSON" jq -e '.record_type == "ledger-head" and .head.sequence == 7' $h
check "that fits its schema" python3 - "$OLDPWD" <<'EOF'
import json, sys, jsonschema
schema = json.load(open(f"{sys.argv[1]}/certs/ledger-head.schema.json"))
record = json.load(open("one/ledger.head-000007.json"))
jsonschema.Draft202012Validator(schema).validate(record)
EOF
check "OpenSSL accepts it" openssl cms -verify -binary -cades -inform DER \
	-CAfile keys/ca.crt -out /dev/null -in $h.p7s -content $h
exits 0 "haiki verify, too" "$haiki" verify $h "${ca[@]}"
says "GOOD" "^GOOD"
exits 0 "somebody else signs the same" "$haiki" ledger head one --sign \
	--role operator --key keys/operator.key --cert keys/operator.crt "${pass[@]}"
check "in a file of his own" test -s one/ledger.head-000007-2.json.p7s
exits 2 "not in a role that there isn't" "$haiki" ledger head one \
	"${by_witness[@]}" --role stick
exits 2 "nor without a key" "$haiki" ledger head one --sign
exits 1 "a folder is judged with its heads" "$haiki" verify one "${ca[@]}"
says "which are counted apart" "signed heads of ledgers +2$"

cp -r one cut && sed -i '$d' cut/ledger.jsonl
exits 1 "a signed head shows that the end is missing" "$haiki" verify \
	cut/ledger.head-000007.json "${ca[@]}"
says "where" "ends at number 6, but had 7 lines"
cp -r one other-end
cp two/ledger.jsonl other-end/ledger.jsonl
exits 0 "another stick's ledger is not checked" "$haiki" verify \
	other-end/ledger.head-000007.json "${ca[@]}"
says "which is said" "another one"
cp -r one forged && sed -i 's/"sequence":7/"sequence":6/' forged/ledger.head-000007.json
exits 1 "an altered head is not genuine" "$haiki" verify \
	forged/ledger.head-000007.json "${ca[@]}"
says "and called so" "^NOT GENUINE"
mkdir alone && cp $h $h.p7s alone
exits 3 "a head without its ledger says nothing about it" "$haiki" verify \
	alone/ledger.head-000007.json "${ca[@]}"

# --- older heads -----------------------------------------------------------------

exits 0 "an older head is confirmed" "$haiki" ledger check one --head "$head"
exits 0 "a signed one, too" "$haiki" ledger check one --head $h "${ca[@]}"
exits 1 "if whoever signed it is trusted" "$haiki" ledger check one --head $h \
	--ca other/ca.crt
exits 1 "a forged one proves nothing" "$haiki" ledger check one \
	--head forged/ledger.head-000007.json "${ca[@]}"
exits 0 "a missing end alone is not seen" "$haiki" ledger check cut
exits 1 "with the text it is" "$haiki" ledger check cut --head "$head"
exits 1 "with the signed one, too" "$haiki" ledger check cut --head $h "${ca[@]}"
says "at its place" "line 7"
{ "$haiki" ledger head one; "$haiki" ledger head two; } >heads
exits 1 "with a file of heads" "$haiki" ledger check cut --head heads
exits 0 "each for its own ledger" "$haiki" ledger check one two --head heads
exits 1 "a head of none of them" "$haiki" ledger check two --head "$head"
exits 2 "what is no head" "$haiki" ledger check one --head nonsense
"$haiki" ledger check one two --json >both.json
check "JSON has both" jq -e 'length == 2 and all(.problems == [])' both.json

# --- the register ----------------------------------------------------------------

exits 0 "columns of one's own" "$haiki" ledger export one --lang ja \
	--columns 'date,operator=氏名,serial,method,result,=備考'
cp out register.out
check "in a spreadsheet" python3 - <<'EOF'
import csv
raw = open("register.out", "rb").read()
assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") == raw.count(b"\n")
rows = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
assert rows[0] == ["廃棄又は消去年月日", "氏名", "シリアル番号", "方法", "結果", "備考"], rows[0]
assert rows[1] == ["2023-11-14", "山田 太郎", "loop7", "ソフトウェアによる上書き消去",
                   "適合", ""], rows[1]
assert len(rows) == 8
EOF
exits 0 "in the policy's own words" "$haiki" ledger export one --lang ja \
	--columns record_type,policy,class
says "for an official" '"消去","福岡県情報セキュリティ対策基準","'
exits 0 "or in English" "$haiki" ledger export one --lang en \
	--columns policy,class
says "for others" 'Fukuoka Prefecture'
exits 2 "columns that there aren't" "$haiki" ledger export one --columns date,price
says "with those that there are" "stick_id"

# --- many sticks -----------------------------------------------------------------

mkdir -p sticks/a sticks/b
cp one/ledger.jsonl sticks/a/ledger.jsonl
cp two/ledger.jsonl sticks/b/ledger.jsonl
cp cut/ledger.jsonl early.jsonl
exits 0 "many ledgers in one register" "$haiki" ledger merge sticks early.jsonl \
	--out register
equal "which keeps each" "$(cd register && printf "%s\n" * | sort)" "$(cd sticks && {
	for f in */ledger.jsonl; do
		echo "chain-$(head -n 1 "$f" | jq -r .stick_id).jsonl"
	done
	echo register.csv; } | sort)"
check "byte for byte" cmp "register/chain-$(head -n 1 one/ledger.jsonl | jq -r .stick_id).jsonl" one/ledger.jsonl
equal "and lists all" "$(grep -c 2023-11-14 register/register.csv)" 14
exits 0 "each chain can still be checked" "$haiki" ledger check register --head heads
cp one/ledger.jsonl before
"$haiki" close one/failed.json --destroyed 細断 --date 2024-02-29 \
	--key keys/operator.key --cert keys/operator.crt "${pass[@]}" "${ca[@]}" >/dev/null
exits 0 "what came since is added" "$haiki" ledger merge one --out register
equal "to what was there" "$(grep -cE '2023-11-14|2024-02-29' register/register.csv)" 15
exits 0 "a stick that is behind takes nothing away" "$haiki" ledger merge \
	early.jsonl --out register
equal "from the register" "$(grep -cE '2023-11-14|2024-02-29' register/register.csv)" 15

mkdir fork && cp one/*.json one/*.p7s one/*.jsonl fork
cp before fork/ledger.jsonl
rm -f fork/*followup*
"$haiki" close fork/interrupted.json --destroyed 細断 --date 2024-03-01 \
	--key keys/operator.key --cert keys/operator.crt "${pass[@]}" "${ca[@]}" >/dev/null
"$haiki" close fork/witness.json --handover 福岡リサイクル --date 2024-03-02 \
	--key keys/operator.key --cert keys/operator.crt "${pass[@]}" "${ca[@]}" >/dev/null
exits 0 "destruction and hand-over are registered" "$haiki" ledger export fork \
	--columns method,result --lang ja
says "in the operator's words" '^"細断","破壊済み"'
says "and in Japanese" '^"引渡し","引渡し済み"'
exits 1 "a ledger that went on in two places is a forgery" "$haiki" ledger \
	merge fork --out register
says "from where on" "line 8"
says "and says so" "forged"
check "the register keeps what it had" cmp "register/chain-$(head -n 1 one/ledger.jsonl | jq -r .stick_id).jsonl" one/ledger.jsonl
sed 's/"serial":"loop7"/"serial":"loop8"/' two/ledger.jsonl >edited.jsonl
exits 1 "a damaged ledger is not taken in" "$haiki" ledger merge edited.jsonl two --json
cp out merged.json
check "but its sound copy is" jq -e '(.ledgers | length == 1) and (.problems[0].file == "edited.jsonl")' merged.json
exits 2 "a register named by --out, beside its ledger, is not lost" "$haiki" \
	ledger export one --out register.csv
says "but told how to be written" "> FILE"
exits 2 "a merger of nothing" "$haiki" ledger merge --out register
finish
