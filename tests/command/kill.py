# SPDX-License-Identifier: Apache-2.0
"""kill -9 and power cuts at random points; see kill_test.sh.

    kill.py HAIKI LAB SCRATCH [POINTS]

So many of each. The points come from a fixed seed (HAIKI_SEED=N for another).
"""
import concurrent.futures
import glob
import hashlib
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

haiki, lab, scratch = sys.argv[1:4]
POINTS = int(sys.argv[4]) if len(sys.argv) > 4 else 100
SEED = int(os.environ.get("HAIKI_SEED", "20261121"))
WORKERS = 2
MIB = 1024 * 1024
SIZE = 32 * MIB + 512 * 5
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

    def let_go(self):
        """Waits for what the kernel still does for a process that died."""
        end = time.monotonic() + 60
        while True:
            try:
                os.close(os.open(self.path, os.O_RDONLY | os.O_EXCL))
                return
            except OSError:
                if time.monotonic() > end:
                    raise
            time.sleep(0.01)

    def detach(self):
        subprocess.run(["losetup", "-d", self.path], check=False)


class Worker:
    """One folder of records, and a device that is erased over and over."""
    more = []                     # arguments of every command

    def __init__(self, number, root):
        self.directory = os.path.join(root, f"worker-{number}")
        self.out = os.path.join(self.directory, "records")
        os.makedirs(self.out)
        self.random = random.Random(SEED * 1000 + number)
        self.killed = {"before anything": 0, "at work": 0, "when done": 0}
        self.must_tell = 0        # records, of an interruption
        self.wrong = []

    def start(self, *arguments):
        return subprocess.Popen(
            [haiki, *arguments, *self.more, "--out", self.out,
             "--progress", "none"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE)

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

    def fail(self, what):
        self.wrong.append(what)

    def count(self, before):
        """Where it was when it died; `before`: records."""
        if self.journals():
            self.killed["at work"] += 1
            self.must_tell += self.is_begun() and \
                len(self.records()) == before
        elif len(self.records()) > before:
            self.killed["when done"] += 1
        else:
            self.killed["before anything"] += 1

    def finish(self, where, before):
        """What the operator does next, and what must come of it."""
        for _ in range(2):
            process = self.resume() if self.journals() else \
                self.erase() if len(self.records()) == before else None
            if not process:
                break
            _, said = process.communicate()
            if process.returncode:
                self.fail(f"{where}: status {process.returncode}: "
                          f"{said.decode(errors='replace')[-300:]}")
        if not self.is_covered():
            self.fail(f"{where}: the medium is not covered")
        if len(self.records()) != before + 1 or self.journals():
            self.fail(f"{where}: {len(self.records()) - before} records, "
                      f"{len(self.journals())} journals")


class Killed(Worker):
    """The process dies: kill -9."""

    def __init__(self, number, root):
        super().__init__(number, root)
        self.device = Device(self.directory)

    def close(self):
        self.device.detach()

    def erase(self):
        name = os.path.basename(self.device.path)
        return self.start("erase", self.device.path, *RULES, "--confirm", name)

    def is_covered(self):
        return self.device.is_covered()

    def kill(self, process, seconds):
        """True if it was still there."""
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
        self.device.let_go()
        return process.returncode == -signal.SIGKILL

    def begin(self):
        """An erase that has begun: its journal is there, or it has ended."""
        process = self.erase()
        while process.poll() is None and not self.journals():
            time.sleep(0.002)
        return process

    def run_once(self, number, lasts):
        """One erase that is killed, and once in three the resume, too."""
        before = len(self.records())
        self.device.refill()
        # One in eight comes before anything, or soon after.
        process = self.erase() if number % 8 == 0 else self.begin()
        at = self.random.uniform(0, lasts)
        where = f"run {number}, killed after {at * 1000:.0f} ms"
        hit = self.kill(process, at)
        if hit:
            self.count(before)
        while self.journals() and self.random.random() < 0.33:
            again = self.random.uniform(0, lasts)
            where += f", resumed and killed after {again * 1000:.0f} ms"
            self.kill(self.resume(), again)
        self.finish(where, before)
        return hit

    def work(self, points):
        lasts = []
        for _ in range(3):
            self.device.refill()
            process = self.begin()
            began = time.monotonic()
            process.communicate()
            lasts.append(time.monotonic() - began)
        if process.returncode or not self.device.is_covered():
            self.fail(f"not killed at all: status {process.returncode}")
        last, hits = sorted(lasts)[1], 0
        for i in range(4 * points):
            hit = self.run_once(i, last)
            hits += hit
            # The machine has become faster since.
            if not hit:
                last *= 0.8
            if hits == points:
                break
        if hits < points:
            self.fail(f"only {hits} of {points} came in time")
        return round(last, 3)


class Unpowered(Worker):
    """The power fails: the drive loses what it hadn't flushed, and the process
    dies with it. A practice drive whose cache can't be turned off."""
    size_mib = 12

    def __init__(self, number, root):
        super().__init__(number, root)
        self.set = os.path.join(self.directory, "set.json")
        self.more = ["--simulate", self.set]

    def close(self):
        pass

    def erase(self):
        return self.start("erase", "sim:U", *RULES, "--method", "overwrite",
                          "--confirm", "U")

    def lab(self, *arguments):
        return subprocess.run(
            [lab, arguments[0], self.set, "U", *arguments[1:]], check=True,
            capture_output=True, text=True).stdout

    def is_covered(self):
        wanted = hashlib.sha256(bytes([LAST]) * (self.size_mib * MIB))
        return self.lab("sum", str(self.size_mib)).strip() == \
            wanted.hexdigest()

    def writes(self):
        return json.loads(self.lab("state"))["writes"]

    def plug_in(self, **faults):
        """The power is back, and may fail again."""
        with open(self.set, "w", encoding="utf-8") as f:
            json.dump({"drives": [{
                "serial": "U", "kind": "ata-hdd", "size_mib": self.size_mib,
                "sanitize": [], "security": "none",
                "faults": {"cache_stays": True, **faults}}]}, f)

    @staticmethod
    def cut(process):
        process.communicate()
        return process.returncode == -signal.SIGKILL

    def anew(self):
        shutil.rmtree(self.set + ".d", ignore_errors=True)

    def fails_at(self, write):
        when = self.random.choice(["before", "middle", "after"])
        self.plug_in(power_cut_at_write=write, power_cut_machine=True,
                     power_cut_when=when)
        return f"power lost {when} write {write}"

    def run_once(self, number, writes):
        before = len(self.records())
        self.anew()
        # One in five where the markers are written, else in the passes.
        first = writes - 5 * self.size_mib
        write = self.random.randint(1, first) if number % 5 == 0 else \
            self.random.randint(first, writes)
        where = f"run {number}, " + self.fails_at(write)
        hit = self.cut(self.erase())
        if hit:
            self.count(before)
        while self.journals() and self.random.random() < 0.33:
            write = self.writes() + self.random.randint(1, 60)
            where += ", resumed, " + self.fails_at(write)
            self.cut(self.resume())
        self.plug_in()
        self.finish(where, before)
        return hit

    def work(self, points):
        self.plug_in()
        process = self.erase()
        process.communicate()
        writes = self.writes()
        if process.returncode or not self.is_covered():
            self.fail(f"not cut at all: status {process.returncode}")
        hits = sum(self.run_once(i, writes) for i in range(points))
        if hits < points:
            self.fail(f"only {hits} of {points} came in time")
        return writes


def share(kind, points, root, base):
    """So many points by as many workers as there are processors."""
    workers = []
    try:
        for i in range(WORKERS):
            workers.append(kind(base + i, root))
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            parts = [points // WORKERS + (i < points % WORKERS)
                     for i in range(WORKERS)]
            print(f"# {kind.__name__}: an erase takes about",
                  list(pool.map(lambda w, n: w.work(n), workers, parts)))
    finally:
        for w in workers:
            w.close()
    return workers


def judge(name, workers, cases):
    killed = {k: sum(w.killed[k] for w in workers)
              for k in workers[0].killed}
    print(f"# seed {SEED}, {name}: {killed}")
    cases.append((f"{POINTS} {name} end with every byte covered, and one "
                  "record each", [x for w in workers for x in w.wrong]))
    cases.append(("most of them were hit at work",
                  [] if killed["at work"] * 2 >= POINTS else [str(killed)]))
    bad = []
    told = 0
    for w in workers:
        done = subprocess.run(
            [haiki, "verify", w.out, "--ca", os.path.join(w.out, "stick.crt")],
            capture_output=True, text=True, check=False)
        # Records of practice drives are genuine, and never enough.
        if done.returncode != (3 if w.more else 0):
            bad.append(done.stdout[-800:] + done.stderr[-400:])
        for path in w.records():
            with open(path, encoding="utf-8") as f:
                told += len(json.load(f)["interruptions"]) > 0
    cases.append(("haiki verify finds all of their records good", bad))
    must = sum(w.must_tell for w in workers)
    cases.append(("which tell of their interruptions",
                  [] if told >= must else [f"only {told} of {must} do"]))


def main():
    root = tempfile.mkdtemp(prefix="haiki-kill-", dir="/dev/shm"
                            if os.path.isdir("/dev/shm") else scratch)
    cases = []
    try:
        judge("power cuts", share(Unpowered, POINTS, root, 10), cases)
        judge("killed erases", share(Killed, POINTS, root, 0), cases)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    for i, (what, why) in enumerate(cases, 1):
        print(f"{'not ok' if why else 'ok'} {i} - {what}")
        for line in "\n".join(why[:10]).split("\n") if why else ():
            print(f"# {line}")
    print(f"1..{len(cases)}")
    sys.exit(any(why for _, why in cases))


main()
