#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The auditor's command: what it says to good records and to every kind of
# tampering, with OpenSSL as the second opinion about signatures; folders,
# their summary, and the reports for programs, spreadsheets and paper.
# shellcheck disable=SC2154  # set by tap.sh
. "$(dirname "$0")/../tap.sh"
cd "$scratch" || exit 1
export LC_ALL=C.UTF-8
unset LANGUAGE
echo "correct horse battery" >phrase
pass=(--passphrase-file phrase)
ca=(--ca keys/ca.crt)

quietly() { "$@" >/dev/null 2>&1; }
"$haiki" keygen --name "山田 太郎" --org 福岡県 --out keys --ca "${pass[@]}" >/dev/null
"$haiki" keygen --name "鈴木 花子" --org 福岡県 --out witness --issuer keys \
	--issuer-passphrase-file phrase "${pass[@]}" >/dev/null
# The same name, by an authority of one's own.
"$haiki" keygen --name "山田 太郎" --org 福岡県 --out other --ca "${pass[@]}" >/dev/null
check "records are issued" env HAIKI_PACKAGE="$scratch" HAIKI_PACKAGE_PDF=yes \
	"$build/tests/certificate/package_test"
check "the witness signs one" "$haiki" cosign records/witness.json \
	--role witness --key witness/operator.key --cert witness/operator.crt \
	"${pass[@]}" "${ca[@]}" --yes
mv records sound

# --- one kind of tampering after the other -------------------------------------

cat >edit.py <<'EOF'
# edit.py FILE HOW...: changes a file in place.
import json, sys
path, how, *args = sys.argv[1:]
data = bytearray(open(path, "rb").read())
if how == "replace":           # OLD NEW: the first one
    old, new = args[0].encode(), args[1].encode()
    assert old in data, old
    data = data.replace(old, new, 1)
elif how == "flip":            # AT, negative: from the end
    data[int(args[0])] ^= 1
elif how == "cut":             # to a length, negative: from the end
    data = data[:int(args[0])]
elif how == "append":
    data += args[0].encode().decode("unicode_escape").encode("latin-1")
elif how == "prepend":
    data = args[0].encode().decode("unicode_escape").encode("latin-1") + data
elif how == "indent":
    data = json.dumps(json.loads(data), indent=1, ensure_ascii=False).encode()
elif how == "reorder":
    tree = json.loads(data)
    data = json.dumps(dict(reversed(list(tree.items()))),
                      separators=(",", ":"), ensure_ascii=False).encode()
elif how == "swap-lines":
    lines = data.split(b"\n")
    lines[0], lines[1] = lines[1], lines[0]
    data = b"\n".join(lines)
elif how == "drop-line":
    lines = data.split(b"\n")
    del lines[int(args[0])]
    data = b"\n".join(lines)
elif how == "repeat-line":
    lines = data.split(b"\n")
    lines.insert(1, lines[0])
    data = b"\n".join(lines)
elif how == "at-marker":       # the byte after MARKER plus OFFSET
    at = data.index(args[0].encode()) + int(args[1])
    data[at] ^= 1
elif how == "last-marker":
    at = data.rindex(args[0].encode()) + int(args[1])
    data[at] ^= 1
else:
    sys.exit("how?")
open(path, "wb").write(data)
EOF
edit() { python3 edit.py "$@"; }

openssl_says() { # RECORD
	quietly openssl cms -verify -binary -cades -inform DER \
		-CAfile keys/ca.crt -out /dev/null \
		-in "$1.json.p7s" -content "$1.json"
}

fresh() { rm -rf at && cp -r sound at; }

# tampered DESCRIPTION OPENSSL PROBLEM RECORD COMMAND...: OPENSSL is what
# OpenSSL says to the signature: good, bad, or any where it can't see it or
# differs (unsigned parts of the CMS).
tampered() {
	local what=$1 opinion=$2 problem=$3 record=$4 said=bad
	shift 4
	fresh
	if ! "$@" 2>err; then
		not_ok "$what" "could not be done: $*" "$(head -n 3 err)"
		return
	fi
	openssl_says "at/$record" && said=good
	"$haiki" verify "at/$record.json" "${ca[@]}" --json >out 2>err
	if [ $? -ne 1 ]; then
		not_ok "$what" "not found: $(jq -c '.[0]|[.verdict,.problems]' out)"
	elif ! jq -e --arg id "$problem" '.[0].problems | any(.id == $id)' \
		out >/dev/null; then
		not_ok "$what" "no $problem: $(jq -c '.[0].problems' out)"
	elif [ "$opinion" != any ] && [ "$said" != "$opinion" ]; then
		not_ok "$what" "OpenSSL says $said"
	else
		ok "$what"
	fi
}

fresh
exits 0 "the sound record is good" "$haiki" verify at/good.json "${ca[@]}"
exits 0 "so is the witnessed one" "$haiki" verify at/witness.json "${ca[@]}"
check "OpenSSL agrees" openssl_says at/good
check "about both" openssl_says at/witness

j=at/good.json p=at/good.json.p7s t=at/good.transcript.jsonl
l=at/ledger.jsonl d=at/good.pdf

# The record
tampered "another result" bad signature-invalid good \
	edit $j replace '"result":"conforming"' '"result":"duty"'
tampered "another day" bad signature-invalid good \
	edit $j replace '2023-11-14' '2023-11-15'
tampered "another asset number" bad signature-invalid good \
	edit $j replace R7-0123 R7-0124
tampered "another class" bad signature-invalid good \
	edit $j replace '"id":"kimitsu3"' '"id":"kimitsu2"'
tampered "a newline at the end" bad form-not-canonical good \
	edit $j append '\n'
tampered "blanks between members" bad form-not-canonical good edit $j indent
tampered "members in another order" bad form-not-canonical good \
	edit $j reorder
tampered "a byte order mark" bad not-a-record good \
	edit $j prepend '\xef\xbb\xbf'
tampered "a member twice" bad not-a-record good \
	edit $j replace '"result":' '"result":"duty","result":'
tampered "cut short" bad not-a-record good edit $j cut -20
tampered "empty" bad not-a-record good edit $j cut 0
tampered "a member more" bad schema-violated good \
	edit $j replace '"result":' '"remark":"ok","result":'
tampered "the record of another drive" bad signature-invalid good \
	cp at/ssd.json $j

# The signature
tampered "the signature's first byte" bad signature-damaged good \
	edit $p flip 0
tampered "its content type" bad signature-damaged good edit $p flip 14
tampered "a byte of the certificate" bad signature-damaged good \
	edit $p at-marker 福岡県 0
tampered "its last byte" bad signature-invalid good edit $p flip -1
tampered "the signing time" bad signature-invalid good \
	edit $p at-marker "$(printf '2\x36112')" 4
tampered "the signature cut short" bad signature-damaged good \
	edit $p cut -40
tampered "a byte after the signature" any signature-damaged good \
	edit $p append '\0'
tampered "no signature" bad signature-missing good rm $p
tampered "an empty signature" bad signature-damaged good edit $p cut 0
tampered "the signature of another record" bad signature-invalid good \
	cp at/ssd.json.p7s $p
forge() { # RECORD KEYS: signs it again
	openssl cms -sign -binary -cades -md sha256 -outform DER -nosmimecap \
		-in "at/$1.json" -out "at/$1.json.p7s" -signer "$2/operator.crt" \
		-inkey "$2/operator.key" -passin file:phrase
}
tampered "signed by a namesake of another authority" bad signature-damaged \
	good forge good other
tampered "signed by somebody else of this authority" good signature-damaged \
	good forge good witness
drop_witness() { # the operator's signature alone, as it was
	quietly pdfdetach -saveall -o extracted at/witness.pdf
	for f in extracted/*.p7s; do cp "$f" at/witness.json.p7s; done
}
mkdir extracted
tampered "the witness's signature taken out" good pdf-signer-differs witness \
	drop_witness

# The transcript
tampered "a byte of the transcript" good transcript-altered good \
	edit $t flip 1
tampered "a line more in the transcript" good transcript-altered good \
	edit $t append '{}\n'
tampered "no transcript" good transcript-missing good rm $t
other_transcript() { edit at/ssd.transcript.jsonl append '{"b":1}\n' && cp at/ssd.transcript.jsonl $t; }
tampered "the transcript of another drive" good transcript-altered good \
	other_transcript

# The ledger
tampered "a line of the ledger edited" good ledger-damaged good \
	edit $l replace R7-0123 R7-0124
tampered "a line of the ledger gone" good ledger-damaged ssd \
	edit $l drop-line 0
tampered "lines of the ledger swapped" good ledger-damaged ssd \
	edit $l swap-lines
tampered "a line of the ledger repeated" good ledger-damaged ssd \
	edit $l repeat-line
tampered "the ledger's end gone" good ledger-missing interrupted \
	bash -c "head -n 3 $l >l && mv l $l"
tampered "an empty ledger" good ledger-missing ssd edit $l cut 0

# The PDF
tampered "a byte of the PDF's pages" good pdf-altered good \
	edit $d at-marker '/Type/Page' 40
tampered "a byte of the PDF's signature" good pdf-appended good \
	edit $d last-marker '/Contents<' 30
tampered "the time in the PDF's signature" good pdf-signature-invalid good \
	edit $d last-marker '/M(D:' 18
tampered "a byte after the PDF" good pdf-appended good edit $d append 'x'
tampered "the PDF cut short" good pdf-appended good edit $d cut -30
tampered "the PDF of another record" good pdf-differs good \
	cp at/ssd.pdf $d
another_page() { qpdf --empty --pages $d 1-z $d 1 -- new.pdf && mv new.pdf $d; }
tampered "a page more in the PDF" good pdf-damaged good another_page
swap_attachment() {
	qpdf --remove-attachment="$(qpdf --list-attachments $d | head -n 1 | sed 's/ -> .*//')" $d new.pdf && mv new.pdf $d
}
tampered "an attachment taken out of the PDF" good pdf-damaged good \
	swap_attachment
rewrite() { qpdf --object-streams=generate $d new.pdf && mv new.pdf $d; }
tampered "the PDF written again" good pdf-damaged good rewrite
unsign() { python3 - <<'EOF'
data = open("at/good.pdf", "rb").read()
open("at/good.pdf", "wb").write(data[:data.index(b"%%EOF\n") + 6])
EOF
}
tampered "the PDF's signature cut off" good pdf-unsigned good unsign
tampered "no PDF, but rubbish" good pdf-damaged good edit $d cut 100

# --- a PDF by itself -------------------------------------------------------------

mkdir mail
cp sound/good.pdf "mail/from the contractor.pdf"
exits 3 "a PDF by itself is genuine and not complete" "$haiki" verify \
	"mail/from the contractor.pdf" "${ca[@]}"
says "because its transcript isn't there" "transcript"
equal "and doesn't call the case closed" "$(grep -c '^  case ' out)" 0
equal "not even for programs" "$("$haiki" verify mail "${ca[@]}" --json |
	jq -c '.[0]|[.genuine, .complete, .sufficient, .closed]')" \
	'[true,false,true,false]'
exits 3 "it is found in a folder, too" "$haiki" verify mail "${ca[@]}"
edit "mail/from the contractor.pdf" at-marker '/Type/Page' 40
exits 1 "altered pages are not genuine" "$haiki" verify mail "${ca[@]}"
says "and called so" "NOT GENUINE"
equal "without the result that it claims" "$(grep -c '^  result ' out)" 0
exits 0 "PDFs can be left unread" "$haiki" verify at/witness.json "${ca[@]}" --no-pdf

# --- folders ---------------------------------------------------------------------

fresh
mkdir at/sub
cp at/good.* at/sub
cp at/good.json at/forged.json
edit at/forged.json replace R7-0123 R7-9999
cp at/good.json.p7s at/forged.json.p7s
cp at/good.transcript.jsonl at/forged.transcript.jsonl
rm at/failed.json at/training.json.p7s
echo '{"a":' >at/broken.json
echo x >>at/interrupted.transcript.jsonl
exits 1 "a folder with all kinds of records" "$haiki" verify at "${ca[@]}"
cp out folder.txt
says "counts the good ones" "^  GOOD +4$"
says "the forged ones" "^  NOT GENUINE +2$"
says "the insufficient ones" "^  NOT ENOUGH +2$"
says "the open duties" "physical destruction +3$"
says "the cases" "cases +6 \(3 closed, 3 open\)"
says "what the ledger doesn't have" "missing from the ledger +1$"
says "copies" "copies of other records +1$"
says "drives that come twice" "drives with several records +1$"
says "which they are" "S4EVNX0M123456"
says "each with its file" "2023-11-14 duty remains +at/destroy.json"
says "what to do" "Do not accept these records"
says "records that are gone" "lists failed.json"
says "signatures that remained" "signature, but no record"
says "what to do about the folder" "^  INCOMPLETE +Something that belongs"
equal "no case is closed whose record is not in order" \
	"$("$haiki" verify at "${ca[@]}" --json |
	jq -c 'map(select(.closed) | .verdict) | unique')" '["good"]'
echo '{"drives": [{"kind": "usb-stick", "serial": "P1", "size_mib": 1}]}' >practice.json
exits 1 "a practice drive is not erased well enough" "$haiki" erase sim:P1 \
	--simulate practice.json --policy fukuoka --class kimitsu2 \
	--operator "山田 太郎" --confirm P1 --out practice
exits 1 "which its record proves" "$haiki" verify practice --ca practice/stick.crt
says "with the same verdict" "^NOT ENOUGH"
says "and is training all the same" "^  TRAINING +made on a practice drive"

cp -r sound remains
rm -r remains/[!gl]*
exits 1 "a folder whose records are good, and some are gone" \
	"$haiki" verify remains "${ca[@]}"
says "tells what to do, too" "^  INCOMPLETE +Something that belongs"

for jobs in 1 2 7; do
	"$haiki" verify at "${ca[@]}" --jobs $jobs >again.txt
	"$haiki" verify at "${ca[@]}" --jobs $jobs --json >"json-$jobs"
	equal "the same with --jobs $jobs" "$(cat again.txt)" "$(cat folder.txt)"
done
equal "JSON does not depend on it, either" "$(cat json-7)" "$(cat json-1)"
exits 2 "no job at all" "$haiki" verify at --jobs 0

# Each with its ledger, of which only some are kept in memory.
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	cp -r sound "many-$i"
done
"$haiki" verify many-* "${ca[@]}" --jobs 3 --json >many.json 2>/dev/null
all=$(ls many-*/*.json | wc -l)
equal "a dozen folders, each with its ledger" \
	"$(jq '[.[] | select(.genuine)] | length' many.json)" "$all"

# --- JSON ------------------------------------------------------------------------

says_json() { # DESCRIPTION FILTER
	if jq -e "$2" json-1 >/dev/null 2>&1; then ok "$1"; else
		not_ok "$1" "$2" "$(head -n 40 json-1)"; fi
}
says_json "JSON has every record and finding" 'length == 12'
says_json "with the keys of the contract" 'all(has("file") and has("genuine")
	and has("signers") and has("complete") and has("sufficient")
	and has("duties") and has("training") and has("problems"))'
says_json "and a verdict" '[.[].verdict] | index("not-genuine") and index("good")'
says_json "copies are noted" 'any(.[].notes[]; .id == "record-copied")'
says_json "drives that come twice are noted" 'any(.[].notes[]; .id == "drive-repeated")'

# --- CSV -------------------------------------------------------------------------

cp -r at evil
quietly "$haiki" verify evil "${ca[@]}" --csv report.csv
check "CSV for a spreadsheet" python3 - <<'EOF'
import csv
raw = open("report.csv", "rb").read()
assert raw.startswith(b"\xef\xbb\xbf"), "no byte order mark"
assert raw.count(b"\r\n") == raw.count(b"\n"), "not CRLF"
rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
assert len(rows) == 12, len(rows)
by = {r["file"]: r for r in rows}
assert by["evil/good.json"]["verdict"] == "GOOD"
assert by["evil/good.json"]["class in words"] == "Confidentiality 3"
assert "山田 太郎" in by["evil/good.json"]["signed by"]
assert by["evil/destroy.json"]["open duties"].startswith("physical destruction")
assert by["evil/forged.json"]["exit code"] == "1"
assert "signature-invalid" in by["evil/forged.json"]["problem ids"]
EOF
quietly "$haiki" verify evil "${ca[@]}" --csv japanese.csv --lang ja
check "with Japanese headings" grep -q '^.\{0,3\}"ファイル","判定","真正"' japanese.csv

# --- HTML ------------------------------------------------------------------------

mkdir 'evil/<script>alert(1)<'
cp at/forged.json 'evil/<script>alert(1)</"x'"'"' onload=.json'
cp at/forged.json.p7s 'evil/<script>alert(1)</"x'"'"' onload=.json.p7s'
edit 'evil/<script>alert(1)</"x'"'"' onload=.json' replace R7-9999 '<img>&'
cp at/forged.json "$(printf 'evil/\xff\xfe.json')"
quietly "$haiki" verify evil "${ca[@]}" --html report.html --lang ja
check "HTML that nothing gets into" python3 - <<'EOF'
import base64, hashlib, html.parser, re
text = open("report.html", encoding="utf-8").read()
class Page(html.parser.HTMLParser):
    tags, attributes, texts = set(), set(), []
    open_tags = []
    void = {"meta", "br"}
    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.void:
            self.open_tags.append(tag)
    def handle_endtag(self, tag):
        assert self.open_tags.pop() == tag, tag
    def handle_data(self, data):
        self.texts.append(data)
page = Page()
page.feed(text)
assert not page.open_tags, page.open_tags
assert not page.tags & {"script", "img", "link", "iframe", "form", "a"}, page.tags
assert page.attributes <= {"lang", "charset", "http-equiv", "content", "name",
                           "class", "rowspan"}, page.attributes
words = " ".join(page.texts)
for word in ("<script>alert(1)<", "<img>&", "R7-9999", "山田 太郎",
             "消去・廃棄記録の検査報告書", "S4EVNX0M123456", "特定個人情報",
             "受け入れられない記録があります"):
    assert word in words, word
policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
style = re.search(r"<style>(.*?)</style>", text, re.S)[1]
digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
assert "default-src 'none'" in policy and f"'sha256-{digest}'" in policy, policy
assert "unsafe" not in policy
EOF
quietly "$haiki" verify sound "${ca[@]}" --html report.html --lang en
check "and in English" grep -q "Audit of records of disposal" report.html
exits 5 "a report that can't be written" "$haiki" verify sound/good.json \
	"${ca[@]}" --html none/report.html
equal "leaves nothing behind" "$(find . -name '*.html.*' -o -name '*.csv.*')" ""

# --- what is no record -----------------------------------------------------------

mkdir empty
exits 2 "an empty folder" "$haiki" verify empty "${ca[@]}"
: >empty/ledger.jsonl
exits 2 "a folder with an empty ledger" "$haiki" verify empty "${ca[@]}"
exits 2 "a file that isn't there" "$haiki" verify none.json "${ca[@]}"
exits 2 "no file at all" "$haiki" verify "${ca[@]}"
finish
