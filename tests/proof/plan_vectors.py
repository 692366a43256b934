#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The sampling plan drawn again, from the words in src/proof/plan.h alone.

Prints the plan of one medium, a line a sample (offset and length in bytes),
as an auditor would do with a certificate's plan, seed, size and block:

    plan_vectors.py quick|standard|full SEED-HEX SIZE-BYTES BLOCK-BYTES

Without arguments it prints the digests that plan_test.c compares with.
"""
import hashlib
import sys

LABEL = b"haiki sample 1"


class Numbers:
    def __init__(self, seed, stratum):
        self.seed, self.stratum, self.next = seed, stratum, 0

    def below(self, m):
        while True:
            message = (LABEL + self.seed + self.stratum.to_bytes(8, "big")
                       + self.next.to_bytes(8, "big"))
            self.next += 1
            x = int.from_bytes(hashlib.sha256(message).digest()[:8], "big")
            if x < 2**64 - 2**64 % m:
                return x % m


def draw(plan, seed, size, block):
    """Samples as (first block, blocks), and points, in blocks."""
    n = size // block
    everything = plan == "full" or n // 1000 < 64
    strata = min(n, 1000 if plan == "quick" else 2000)
    samples, points = set(), {0, n - 1}
    for i in range(strata):
        start, stop = i * n // strata, (i + 1) * n // strata
        length = stop - start
        if everything:
            width = length
        elif plan == "quick":
            width = 1
        else:
            sub = i // 2
            width = -(-((sub + 1) * n // 1000 - sub * n // 1000) // 20)
        numbers = Numbers(seed, i)
        starts = length - width + 1
        s = numbers.below(starts)
        t = numbers.below(length)
        samples.add((start + s, width))
        points.add(start + (s * length + t) // starts)
    if everything:
        return [(0, n)], sorted(points)
    samples = sorted(samples)
    if samples[0][0] > 0:
        samples.insert(0, (0, 1))
    if sum(samples[-1]) < n:
        samples.append((n - 1, 1))
    return samples, sorted(points)


def lines(plan, seed, size, block):
    samples, points = draw(plan, seed, size, block)
    return ("".join(f"{a * block} {b * block}\n" for a, b in samples),
            "".join(f"{p}\n" for p in points))


VECTORS = [(plan, size, block)
           for size, block in ((1000204886016, 512), (18000207937536, 4096),
                               (64 * 1024 * 1024, 512), (65536 * 1000, 512),
                               (1000003 * 512, 512), (512, 512), (512 * 7, 512),
                               (2**63 - 512, 512), (1537 * 512, 512),
                               (999936, 512), (262144000, 4096))
           for plan in ("quick", "standard", "full")]

if __name__ == "__main__":
    if len(sys.argv) == 5:
        sys.stdout.write(lines(sys.argv[1], bytes.fromhex(sys.argv[2]),
                               int(sys.argv[3]), int(sys.argv[4]))[0])
        sys.exit()
    seed = bytes(range(32))
    for plan, size, block in VECTORS:
        digests = [hashlib.sha256(text.encode()).hexdigest()[:32]
                   for text in lines(plan, seed, size, block)]
        print(f'\t{{ HAIKI_PLAN_{plan.upper()}, {size}u, {block},\n'
              f'\t  "{digests[0]}",\n\t  "{digests[1]}" }},')
