#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The console's font: GNU Unifont's Japanese glyphs as BDF, for bdftobogl.

    unifont.py SCALE <unifont_jp.hex >font.bdf

A character that a terminal counts as one column gets a glyph of one column,
and one of two gets two: where Unifont draws it wider, it's squeezed.
"""
import sys
import unicodedata

HEIGHT = 16
# What no screen of ours shows: Hangul, Yi, private use and the like.
LEFT_OUT = [(0x0530, 0x1CFF), (0x2800, 0x2E7F), (0x3130, 0x318F),
            (0xA000, 0xF8FF), (0xFFFE, 0x10FFFF)]

# Japanese text writes the wave dash as U+FF5E, which Unifont draws as a tilde
# at the top.
DRAWN_AS = {0xFF5E: 0x301C}


def wanted(code):
    return not (code < 0x20 or 0x7F <= code < 0xA0 or any(
        first <= code <= last for first, last in LEFT_OUT))


def spread(bits, width, times):
    """Every bit `times` times."""
    result = 0
    for i in range(width - 1, -1, -1):
        for _ in range(times):
            result = result << 1 | (bits >> i & 1)
    return result


def squeeze(bits):
    result = 0
    for i in range(14, -2, -2):
        result = result << 1 | (1 if bits >> i & 3 else 0)
    return result


def glyph(code, rows):
    """Its rows at the width that terminals count."""
    width = len(rows) // HEIGHT * 4
    rows = [int(rows[i:i + width // 4], 16)
            for i in range(0, len(rows), width // 4)]
    wide = unicodedata.east_asian_width(chr(code)) in "WF"
    if width == 16 and not wide:
        rows = [squeeze(bits) for bits in rows]
    elif width == 8 and wide:
        rows = [spread(bits, 8, 2) for bits in rows]
    return rows, 16 if wide else 8


def main():
    scale = int(sys.argv[1])
    drawn = {}
    for line in sys.stdin:
        code, rows = line.strip().split(":")
        drawn[int(code, 16)] = rows
    for code, other in DRAWN_AS.items():
        if code in drawn:
            drawn[code] = drawn.get(other, drawn[code])
    chars = [(code, *glyph(code, rows)) for code, rows in drawn.items()
             if wanted(code)]
    high = HEIGHT * scale
    ascent = 14 * scale
    print("STARTFONT 2.1\nFONT -gnu-unifont-medium-r-normal--"
          f"{high}-{high * 10}-72-72-c-{8 * scale * 10}-iso10646-1\n"
          f"SIZE {high} 72 72\nFONTBOUNDINGBOX {16 * scale} {high} 0 "
          f"{ascent - high}\nSTARTPROPERTIES 2\nFONT_ASCENT {ascent}\n"
          f"FONT_DESCENT {high - ascent}\nENDPROPERTIES\nCHARS {len(chars)}")
    for code, rows, width in chars:
        print(f"STARTCHAR U+{code:04X}\nENCODING {code}\n"
              f"SWIDTH 500 0\nDWIDTH {width * scale} 0\n"
              f"BBX {width * scale} {high} 0 {ascent - high}\nBITMAP")
        for bits in rows:
            text = f"{spread(bits, width, scale):0{width * scale // 4}X}"
            print("\n".join([text] * scale))
        print("ENDCHAR")
    print("ENDFONT")


main()
