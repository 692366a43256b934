#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Renderings as other programs see them: their structure, fonts, text and
# attachments.
set -u
build=${BUILD:-build}
here=$(dirname "$0")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
n=0

is() {
	n=$((n + 1))
	if "${@:2}" >"$work/log" 2>&1; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		head -n 20 "$work/log" | sed 's/^/# /'
	fi
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

for tool in qpdf pdftotext pdfinfo pdffonts pdfdetach; do
	if ! command -v "$tool" >/dev/null; then
		skip "renderings" "$tool is not installed"
		echo "1..$n"
		exit 0
	fi
done

clean() { qpdf --check "$1" && ! qpdf --check "$1" 2>&1 | grep -i warn; }

embedded() {
	pdffonts "$1" | tail -n +3 >"$work/fonts" &&
		[ -s "$work/fonts" ] && awk '{ if ($(NF-4) != "yes" || $(NF-3) != "yes" ||
			$(NF-2) != "yes") exit 1 }' "$work/fonts"
}

attached() {
	local out
	out=$(mktemp -d "$work/XXXXXX")
	pdfdetach -saveall -o "$out" "$1" || return 1
	cmp "$out"/*.json "$2" && cmp "$out"/*.json.p7s "$3" &&
		[ "$(ls "$out" | wc -l)" -eq 2 ]
}

is "records are rendered" \
	"$build/tests/certificate/pdf/document_test" export "$work"
for json in "$work"/*.json; do
	name=$(basename "$json" .json)
	for lang in ja en; do
		pdf=$work/$name.$lang.pdf
		is "$name $lang: qpdf finds nothing wrong" clean "$pdf"
		is "$name $lang: every font is embedded, a subset, with text" \
			embedded "$pdf"
		is "$name $lang: attachments are byte for byte the record" \
			attached "$pdf" "$json" "$json.p7s"
		is "$name $lang: structure is that of PDF/A-3b" \
			python3 "$here/pdfa.py" "$pdf"
		is "$name $lang: no text lies over another, or off the page" \
			python3 "$here/overlaps.py" "$pdf"
		pdftotext -raw "$pdf" "$work/text.txt"
		is "$name $lang: the text holds every field" \
			python3 "$here/fields.py" "$json" "$work/text.txt" \
			"$lang" "$work/$name.words"
	done
done

# What the program itself writes has its Japanese (phrases.c).
is_japanese() {
	! pdftotext -raw "$work/$1.pdf" - | grep -E \
		'(blocks? (were|was|are)|does not|is unknown|ended as|accepts|was earned|not proven|not reported|[0-9] sectors)'
}
for name in overwrite block-erase failure interrupted followup; do
	is "$name: sentences are Japanese" is_japanese "$name.ja"
done

pictures() { pdfimages -list "$work/$1.pdf" | grep -c ' jpeg '; }
follow_signatures() { pdftotext -layout "$work/followup.$1.pdf" - | grep -E "$2"; }
is "a follow-up's witness is named where she signs" \
	follow_signatures ja '実施者.*立会者 *鈴木 花子 .*許可者 *記載なし'
is "in English, too" \
	follow_signatures en 'Operator.*Witness *鈴木 花子 .*Approver *not given'
is "the pictures of a follow-up are shown" [ "$(pictures followup.ja)" = 2 ]

title() { pdfinfo "$work/$1.pdf" | grep -q "^Title: *$2"; }
on_every_page() {
	local pages p
	pages=$(pdfinfo "$work/$1.pdf" | awk '/^Pages/ { print $2 }')
	for p in $(seq "$pages"); do
		pdftotext -f "$p" -l "$p" "$work/$1.pdf" - | tr -d ' \n' |
			grep -q "$2" || return 1
	done
}
nowhere() { ! pdftotext "$work/$1.pdf" - | tr -d ' \n' | grep -q "$2"; }

is "a failure has another title" title failure.ja "記憶装置データ消去 不適合記録"
is "不適合 stands on every page" on_every_page failure.ja 不適合
is "中断 stands on every page" on_every_page interrupted.ja 消去中断
is "訓練 stands on every page" on_every_page overwrite.ja 訓練TRAINING
is "page numbers stand on every page" on_every_page failure.ja ページ
is "a real record says nothing of training" nowhere block-erase.ja 訓練
is "it says what it isn't" on_every_page failure.ja 自己発行の消去記録
is "nor is it ADEC's" on_every_page block-erase.en notanADECcertificate

if command -v pdftoppm >/dev/null && command -v python3 >/dev/null; then
	pdftoppm -r 60 -gray "$work/failure.ja.pdf" "$work/failure"
	is "a failure is black on the edge of every page" \
		python3 "$here/edge.py" "$work"/failure-*.pgm
fi

qr() {
	pdftoppm -r 150 -f 1 -l 1 -gray "$work/failure.ja.pdf" "$work/qr" &&
		zbarimg -q "$work"/qr-*.pgm 2>/dev/null |
		grep -qx "QR-Code:sha256:$(sha256sum <"$work/failure.json" |
			cut -d ' ' -f 1)"
}
if command -v zbarimg >/dev/null; then
	is "the QR code holds the record's SHA-256" qr
else
	skip "the QR code holds the record's SHA-256" "zbarimg is not installed"
fi

# PDFBox knows PDF/A-1b. Told that ours is one, it may object to what came
# with later parts, attachments and fonts without CIDSet, and to nothing else.
jars=
for jar in preflight pdfbox2 fontbox2 xmpbox commons-logging commons-io \
	javax.activation jaxb-api; do
	[ -r "/usr/share/java/$jar.jar" ] && jars=$jars:/usr/share/java/$jar.jar
done
preflight() {
	sed 's/%PDF-1.7/%PDF-1.4/; s/<pdfaid:part>3/<pdfaid:part>1/;
		s#/Version/1.7#/Version/1.4#' "$1" >"$work/a1.pdf"
	java -cp "$jars" org.apache.pdfbox.preflight.Validator_A1b \
		"$work/a1.pdf" >"$work/preflight" 2>&1
	cat "$work/preflight"
	grep -q 'not a valid PDF/A-1b' "$work/preflight" &&
		! grep -E '^[0-9.]+ :' "$work/preflight" |
		grep -vE 'EmbeddedFile entry|CIDSet entry'
}
if command -v java >/dev/null && [ "$jars" != "${jars#*preflight}" ]; then
	is "PDFBox finds nothing that PDF/A-3 forbids" \
		preflight "$work/failure.ja.pdf"
else
	skip "PDFBox finds nothing that PDF/A-3 forbids" "PDFBox is not installed"
fi
echo "1..$n"
