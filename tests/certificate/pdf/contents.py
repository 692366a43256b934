# SPDX-License-Identifier: Apache-2.0
"""Takes the signatures out of a PDF: FILE.pdf OUT writes OUT.N.content (the
bytes that signature N covers) and OUT.N.p7s."""
import re
import sys

raw = open(sys.argv[1], "rb").read()
ranges = re.findall(rb"/ByteRange\[0 (\d+) (\d+) (\d+)\]", raw)
for n, (start, end, rest) in enumerate(ranges):
    start, end, rest = int(start), int(end), int(rest)
    der = bytes.fromhex(raw[start + 1:end - 1].decode())
    with open(f"{sys.argv[2]}.{n}.content", "wb") as f:
        f.write(raw[:start] + raw[end:end + rest])
    # One element, whatever zeros are behind it.
    length = int.from_bytes(der[2:2 + (der[1] & 127)], "big") + 2 + (der[1] & 127)
    with open(f"{sys.argv[2]}.{n}.p7s", "wb") as f:
        f.write(der[:length])
last = ranges[-1]
assert int(last[1]) + int(last[2]) == len(raw), "the last doesn't cover all"
