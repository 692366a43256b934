#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every kind of tampering beside what stock programs say: openssl cms, pdfsig,
# qpdf and a checker of PDF/A. Where one of them objects, so must we.
# shellcheck disable=SC2154  # set by tap.sh
. "$(dirname "$0")/../tap.sh"
here=$(cd "$(dirname "$0")" && pwd)
root=$PWD
cd "$scratch" || exit 1
export LC_ALL=C.UTF-8
unset LANGUAGE

for tool in openssl pdfsig qpdf python3; do
	if ! command -v "$tool" >/dev/null; then
		skip "tampered records" "$tool is not installed"
		finish
		exit 0
	fi
done

. "$here/tampering.sh"
python3 "$here/tamper.py" "$haiki" "$here/pdf/pdfa.py" "$cases" >table
cat table
cases=$(grep -cE '^(not )?ok ' table | { read -r n; echo $((cases + n)); })
finish
