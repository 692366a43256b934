# SPDX-License-Identifier: Apache-2.0
"""kill -9 at random points; see kill_test.sh.

    kill.py HAIKI SCRATCH [KILLS]

The points come from a fixed seed (HAIKI_SEED=N for another).
"""
import concurrent.futures
import glob
import json
import mmap
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

haiki, scratch = sys.argv[1:3]
KILLS = int(sys.argv[3]) if len(sys.argv) > 3 else 100
SEED = int(os.environ.get("HAIKI_SEED", "20261121"))
WORKERS = 2
SIZE = 64 * 1024 * 1024 + 512 * 5
SECRET = b"HAIKI-TEST-SECRET-0123456789\n"
# What is left in the end is neither zeros nor the stream's noise.
PASSES, LAST = "random,0xaa,complement,random,0x5c", 0x5C
RULES = ["--policy", "fukuoka", "--class", "kimitsu3", "--operator", "福岡太郎",
         "--purpose", "lease-return", "--verify", "quick", "--passes", PASSES]


class Device:
    """A loop device over a file in memory."""

    def __init__(self, directory):
        self.file = os.path.join(directory, "disk")
        with open(self.file, "wb") as f:
            f.write((SECRET * (SIZE // len(SECRET) + 1))[:SIZE])
        self.path = subprocess.run(
            ["losetup", "--find", "--show", self.file], check=True,
            capture_output=True, text=True).stdout.strip()

    def refill(self):
        with open(self.file, "r+b") as f:
            f.write((SECRET * (SIZE // len(SECRET) + 1))[:SIZE])
        # What the kernel has cached of the device isn't there any more.
        subprocess.run(["blockdev", "--flushbufs", self.path], check=True)

    def is_covered(self):
        with open(self.file, "rb") as f, \
                mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as m:
            step = 1 << 20
            return all(m[i:i + step].count(LAST) == min(step, SIZE - i)
                       for i in range(0, SIZE, step))

    def detach(self):
        subprocess.run(["losetup", "-d", self.path], check=False)


class Worker:
    def __init__(self, number, root):
        self.directory = os.path.join(root, f"worker-{number}")
        self.out = os.path.join(self.directory, "records")
        os.makedirs(self.out)
        self.device = Device(self.directory)
        self.random = random.Random(SEED * 1000 + number)
        self.killed = {"before anything": 0, "at work": 0, "when done": 0}
        self.must_tell = 0        # records, of an interruption
        self.wrong = []

    def start(self, *arguments):
        return subprocess.Popen(
            [haiki, *arguments, "--out", self.out, "--progress", "none"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE)

    def erase(self):
        name = os.path.basename(self.device.path)
        return self.start("erase", self.device.path, *RULES, "--confirm", name)

    def resume(self):
        return self.start("resume")

    def journals(self):
        return glob.glob(os.path.join(self.out, "journal", "*.journal"))

    def records(self):
        return glob.glob(os.path.join(self.out, "*Z*.json"))

    def is_begun(self):
        """Whether the journal already says what it is about."""
        return any(b'"key":"facts"' in open(j, "rb").read()
                   for j in self.journals())

    def kill(self, process, seconds):
        """True if it was still there."""
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
        return process.returncode == -signal.SIGKILL

    def fail(self, what):
        self.wrong.append(what)

    def run_once(self, number, lasts):
        """One erase that is killed, and once in three the resume, too."""
        before = len(self.records())
        self.device.refill()
        at = self.random.uniform(0, lasts)
        where = f"run {number}, killed after {at * 1000:.0f} ms"
        began = time.monotonic()
        hit = self.kill(self.erase(), at)
        if hit:
            if self.journals():
                self.killed["at work"] += 1
                self.must_tell += self.is_begun() and \
                    len(self.records()) == before
            elif len(self.records()) > before:
                self.killed["when done"] += 1
            else:
                self.killed["before anything"] += 1
        took = time.monotonic() - began
        while self.journals() and self.random.random() < 0.33:
            again = self.random.uniform(0, lasts)
            where += f", resumed and killed after {again * 1000:.0f} ms"
            self.kill(self.resume(), again)
        for _ in range(2):
            process = self.resume() if self.journals() else \
                self.erase() if len(self.records()) == before else None
            if not process:
                break
            _, said = process.communicate()
            if process.returncode:
                self.fail(f"{where}: status {process.returncode}: "
                          f"{said.decode(errors='replace')[-300:]}")
        if not self.device.is_covered():
            self.fail(f"{where}: the medium is not covered")
        if len(self.records()) != before + 1 or self.journals():
            self.fail(f"{where}: {len(self.records()) - before} records, "
                      f"{len(self.journals())} journals")
        return hit, took

    def work(self, kills):
        lasts = []
        for _ in range(3):
            self.device.refill()
            began = time.monotonic()
            process = self.erase()
            process.communicate()
            lasts.append(time.monotonic() - began)
            time.sleep(1.1 - min(1, lasts[-1]))  # a record a second
        if process.returncode or not self.device.is_covered():
            self.fail(f"not killed at all: status {process.returncode}")
        last, hits = sorted(lasts)[1], 0
        for i in range(3 * kills):
            hit, took = self.run_once(i, last)
            hits += hit
            # The machine is faster or slower than it was.
            if not hit:
                last = 0.7 * last + 0.3 * took
            if hits == kills:
                break
        if hits < kills:
            self.fail(f"only {hits} of {kills} came in time")
        return last


def main():
    root = tempfile.mkdtemp(prefix="haiki-kill-", dir="/dev/shm"
                            if os.path.isdir("/dev/shm") else scratch)
    workers = []
    cases = []
    try:
        workers = [Worker(i, root) for i in range(WORKERS)]
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            share = [KILLS // WORKERS + (i < KILLS % WORKERS)
                     for i in range(WORKERS)]
            lasts = list(pool.map(lambda w, n: w.work(n), workers, share))
        killed = {k: sum(w.killed[k] for w in workers)
                  for k in workers[0].killed}
        print(f"# seed {SEED}, one erase about {lasts[0] * 1000:.0f} ms, killed: "
              f"{killed}")
        wrong = [x for w in workers for x in w.wrong]
        cases.append((f"{KILLS} killed erases end with every byte covered, "
                      "and one record each", wrong))
        cases.append(("most of them were killed at work",
                      [] if killed["at work"] * 2 >= KILLS else [str(killed)]))
        bad = []
        told = 0
        for w in workers:
            done = subprocess.run(
                [haiki, "verify", w.out, "--ca",
                 os.path.join(w.out, "stick.crt")],
                capture_output=True, text=True, check=False)
            if done.returncode:
                bad.append(done.stdout[-800:] + done.stderr[-400:])
            for path in w.records():
                with open(path, encoding="utf-8") as f:
                    told += len(json.load(f)["interruptions"]) > 0
        cases.append(("haiki verify finds all of their records good", bad))
        must = sum(w.must_tell for w in workers)
        cases.append(("which tell of their interruptions", []
                      if told >= must else [f"only {told} of {must} do"]))
    finally:
        for w in workers:
            w.device.detach()
        shutil.rmtree(root, ignore_errors=True)
    for i, (what, why) in enumerate(cases, 1):
        print(f"{'not ok' if why else 'ok'} {i} - {what}")
        for line in "\n".join(why[:10]).split("\n") if why else ():
            print(f"# {line}")
    print(f"1..{len(cases)}")
    sys.exit(any(why for _, why in cases))


main()
