# SPDX-License-Identifier: Apache-2.0
"""Every picture (PGM) has a black bar near its right edge, from top to end."""
import sys

for name in sys.argv[1:]:
    with open(name, "rb") as f:
        magic, size, depth, pixels = f.read().split(b"\n", 3)
    width, height = (int(n) for n in size.split())
    column = width - round(width * 20 / 595)
    dark = sum(pixels[y * width + column] < 64 for y in range(height))
    assert dark == height, f"{name}: {dark} of {height} are dark"
