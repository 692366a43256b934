#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Signed PDFs as other programs see them: pdfsig, openssl and qpdf.
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

for tool in pdfsig qpdf openssl python3; do
	if ! command -v "$tool" >/dev/null; then
		echo "ok 1 - signed PDFs # SKIP $tool is not installed"
		echo "1..1"
		exit 0
	fi
done

# pdfsig exits 0 whatever it finds: its words count.
says() { pdfsig -nocert "$1" 2>&1 | tee /dev/stderr | grep -c "$2" | grep -qx "$3"; }
says_not() { ! pdfsig -nocert "$1" 2>&1 | grep -q "$2"; }

is "PDFs are signed" "$build/tests/certificate/pdf/sign_test" export "$work"
for count in 1 3; do
	pdf=$work/signed$count.pdf
	is "$count: pdfsig finds every signature valid" \
		says "$pdf" 'Signature is Valid' $count
	is "$count: pdfsig names the form" \
		says "$pdf" 'ETSI.CAdES.detached' $count
	is "$count: the last one covers the whole file" \
		says "$pdf" 'Total document signed' 1
	is "$count: qpdf finds nothing wrong" qpdf --check "$pdf"
	is "$count: it is still PDF/A-3b" python3 "$here/pdfa.py" "$pdf"
	is "$count: its signatures can be taken out" \
		python3 "$here/contents.py" "$pdf" "$work/out"
	is "$count: openssl verifies the operator's under the CA" \
		openssl cms -verify -binary -cades -inform DER \
		-in "$work/out.0.p7s" -content "$work/out.0.content" \
		-CAfile "$work/ca.crt" -out /dev/null
done
is "the names signed are on the page" bash -c \
	"pdftotext '$work/signed1.pdf' - | grep -q 電子署名"
is "the operator's name prints with its rare kanji" bash -c \
	"[ \$(pdftotext '$work/signed1.pdf' - | grep -c '𠮷田 槗之介') -ge 1 ]"

# A byte of the first revision, and one that is appended.
cp "$work/signed3.pdf" "$work/bad.pdf"
printf 'X' | dd of="$work/bad.pdf" bs=1 seek=60000 conv=notrunc 2>/dev/null
is "pdfsig finds a changed byte, too" says "$work/bad.pdf" \
	'Signature is Valid' 0
cp "$work/signed3.pdf" "$work/long.pdf"
printf '%% more\n' >>"$work/long.pdf"
is "pdfsig sees that more was appended" says_not "$work/long.pdf" \
	'Total document signed'
echo "1..$n"
