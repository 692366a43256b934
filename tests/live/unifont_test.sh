#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The console's font: each character as wide as terminals count it, and the wave
# dash of Japanese text in the middle of its line.
. "$(dirname "$0")/../tap.sh"
font=$(cd "$(dirname "$0")/../../src/live" && pwd)/unifont.py

if ! command -v python3 >/dev/null; then
	skip 'the font of the console' 'no python3'
	finish
	exit 0
fi
row() { printf "$1%.0s" {1..16}; }
{
	echo "0041:$(row 18)"     # A, narrow
	echo "03B1:$(row 0FF0)"   # alpha, drawn wide but counted narrow
	echo "301C:$(row 1234)"   # wave dash
	echo "30A2:$(row F00F)"   # a, wide
	echo "FF5E:$(row 8001)"   # full width tilde
} >"$scratch/hex"

# glyph CODE: its width and its first row.
glyph() {
	sed -n "/^STARTCHAR U+$1\$/,/^ENDCHAR/p" "$scratch/bdf" |
		awk '/^DWIDTH/ { w = $2 } row { print w, $1; exit }
			/^BITMAP/ { row = 1 }'
}
python3 "$font" 1 <"$scratch/hex" >"$scratch/bdf"
equal 'a narrow one stays as it is' "$(glyph 0041)" '8 18'
equal 'one that counts as narrow is squeezed' "$(glyph 03B1)" '8 3C'
equal 'a wide one stays as it is' "$(glyph 30A2)" '16 F00F'
equal 'the wave dash as Japanese text writes it' "$(glyph FF5E)" '16 1234'
equal 'and as Unicode means it' "$(glyph 301C)" '16 1234'
python3 "$font" 2 <"$scratch/hex" >"$scratch/bdf"
equal 'twice as large' "$(glyph 0041)" '16 03C0'
grep -v 301C "$scratch/hex" | python3 "$font" 1 >"$scratch/bdf"
equal 'without the other glyph it keeps its own' "$(glyph FF5E)" '16 8001'
finish
