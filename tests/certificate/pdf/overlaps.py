# SPDX-License-Identifier: Apache-2.0
"""No word of a PDF lies over another one, or outside the page's margins.

overlaps.py FILE.pdf: by the boxes that pdftotext finds. The watermark of
training records is left out: it is meant to lie under the text.
"""
import re
import subprocess
import sys

WATERMARK_HEIGHT = 30
html = subprocess.run(["pdftotext", "-bbox", sys.argv[1], "-"],
                      stdout=subprocess.PIPE, check=True).stdout.decode(
                          "utf-8", "replace")   # of its own making, in <meta>
problems = []
words_seen = 0
for number, page in enumerate(html.split("<page ")[1:], 1):
    width, height = (float(n) for n in re.search(
        r'width="([\d.]+)" height="([\d.]+)"', page).groups())
    words = [(float(a), float(b), float(c), float(d), text)
             for a, b, c, d, text in re.findall(
                 r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" '
                 r'yMax="([-\d.]+)">(.*?)</word>', page)]
    words = [w for w in words if w[3] - w[1] < WATERMARK_HEIGHT]
    words_seen += len(words)
    for w in words:
        if w[0] < 50 or w[2] > width - 38 or w[1] < 20 or w[3] > height - 12:
            problems.append(f"page {number}: {w[4]} is off the page")
    for i, a in enumerate(words):
        for b in words[i + 1:]:
            across = min(a[2], b[2]) - max(a[0], b[0])
            # The boxes hold ascenders and descenders: lines touch.
            down = min(a[3], b[3]) - max(a[1], b[1])
            if across > 1 and down > 0.45 * min(a[3] - a[1], b[3] - b[1]):
                problems.append(f"page {number}: {a[4]} and {b[4]} overlap")
if not words_seen:
    problems.append("no text at all")
print("\n".join(problems[:20]))
sys.exit(bool(problems))
