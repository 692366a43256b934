# SPDX-License-Identifier: Apache-2.0
"""Sixty-four drives at once, through the command; see many_test.sh."""
import glob
import json
import os
import subprocess
import sys
import time

haiki, build, scratch = sys.argv[1:4]
os.chdir(scratch)
RULES = ["--policy", "fukuoka", "--class", "kimitsu3", "--operator", "福岡太郎"]
MIB = 1024 * 1024
cases = []


def check(what, why):
    """`why`: what is wrong, a list; empty if nothing is."""
    cases.append(not why)
    print(f"{'not ok' if why else 'ok'} {len(cases)} - {what}")
    for line in why[:20]:
        print(f"# {line}")
    sys.stdout.flush()


def events(text):
    return [json.loads(line) for line in text.splitlines()]


# --- every kind with every trouble ----------------------------------------------

KINDS = {
    "hddsan": {"kind": "ata-hdd", "sanitize": ["overwrite"]},
    "hddsec": {"kind": "ata-hdd", "sanitize": []},
    "hddold": {"kind": "ata-hdd", "sanitize": [], "security": "none"},
    "ssd": {"kind": "ata-ssd", "sanitize": ["block", "crypto"]},
    "sashdd": {"kind": "sas-hdd"},
    "sasssd": {"kind": "sas-ssd", "sanitize": ["block"]},
    "nvme": {"kind": "nvme", "sanitize": ["block"]},
    "stick": {"kind": "usb-stick"},
}
# What must come of it: None is only to be told truly.
TROUBLES = {
    "fine": ({}, "conforming"),
    "slow": ({"slow_mib_s": 1}, "conforming"),
    "pulled": ({"vanishes_at": 700}, "interrupted"),
    "hung": ({"hangs": "after-erase"}, None),
    "stalls": ({"hangs": "on-erase"}, None),
    "worn": ({"unwritable": [[200, 16], [1000, 8], [3000, 1]]}, None),
    "dead": ({"unwritable": [[0, 4096]]}, "nonconforming"),
    "lies": ({"erases": "nothing", "ignores_writes": [[0, 4096]]},
             "nonconforming"),
}


# These are written for minutes, until they are told to hurry.
LAST = ("slow-hddold", "slow-stick")


def write_set(troubled):
    drives = []
    for trouble, (faults, _) in TROUBLES.items():
        for kind, config in KINDS.items():
            drives.append({"serial": f"{trouble}-{kind}",
                           "size_mib": 128 if f"{trouble}-{kind}" in LAST
                           else 2,
                           "erase_ms": 300, **config,
                           **({"faults": faults} if troubled else {})})
    with open("set.json", "w", encoding="utf-8") as f:
        json.dump({"drives": drives}, f)
    return [d["serial"] for d in drives]


def record_of(serial):
    files = glob.glob(f"matrix/{serial}-*Z*.json")
    if not files:
        return None
    with open(files[0], encoding="utf-8") as f:
        return json.load(f)


def scan():
    """Sectors that still hold old data, by drive and zone."""
    done = subprocess.run([f"{build}/tests/simulate/lab", "scan", "set.json"],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def untrue(serials):
    """Records that claim what isn't so."""
    left, wrong = scan(), []
    for serial in serials:
        record = record_of(serial)
        for claim in record["claims"] if record else ():
            markers = left[serial][claim["zone"]]["markers"]
            if claim["state"] in ("covered", "absent") and markers:
                wrong.append(f"{serial}: {claim['zone']} is "
                             f"{claim['state']}, {markers} sectors are left")
        if record and record["result"] == "conforming" and \
                left[serial]["host"]["markers"]:
            wrong.append(f"{serial}: conforming, and data is left")
    return wrong


def follow(process, serials):
    """The events; the last drives hurry once all others have ended, which only
    happens if none waits for them."""
    told, waits = [], set(serials) - set(LAST)
    for line in process.stdout:
        event = json.loads(line)
        told.append(event)
        if event["event"] != "done" or event["serial"] not in waits:
            continue
        waits.remove(event["serial"])
        if not waits:
            for serial in LAST:
                with open(f"set.json.d/{serial}.hurry", "wb"):
                    pass
    return told


def matrix():
    serials = write_set(True)
    began = time.monotonic()
    with open("said", "w+", encoding="utf-8") as said:
        process = subprocess.Popen(
            [haiki, "erase", "--simulate", "set.json", "--out", "matrix",
             "--progress", "json", *(f"sim:{s}" for s in serials), *RULES,
             *(a for s in serials for a in ("--confirm", s))],
            stdout=subprocess.PIPE, stderr=said, text=True,
            stdin=subprocess.DEVNULL)
        told = follow(process, serials)
        status = process.wait()
        said.seek(0)
        stderr = said.read()
    took = time.monotonic() - began
    ends = {e["serial"]: e for e in told if e["event"] == "done"}
    order = [e["serial"] for e in told if e["event"] == "done"]
    check("sixty-four drives run at once, each to an end",
          [] if len(ends) == 64 else [f"{len(ends)} ended", stderr[-500:]])
    check("the worst of them is the exit status",
          [] if status == 1 else [f"{status}"])
    check("each ends as it must", [
        f"{s}: {ends[s]['result']} ({ends[s]['message']})" for s in serials
        if TROUBLES[s.split("-")[0]][1] not in (None, ends[s]["result"])])
    check("nobody waits for another",
          [] if set(order[-len(LAST):]) == set(LAST) else [str(order)])
    lines = {s: sum(e["event"] == "progress" and e["serial"] == s
                    for e in told) for s in serials}
    check("nobody tells of its progress more than twice a second", [
        f"{s}: {n} lines in {took:.1f} s" for s, n in lines.items()
        if n > 2 * took + 3])
    check("but the slow ones do tell of it",
          [str(lines)] if min(lines[s] for s in LAST) < 2 else [])
    check("whoever has ended is certified", [
        s for s in serials if (record_of(s) is None) !=
        (ends[s]["result"] == "interrupted")])
    check("no record claims what isn't so", untrue(serials))
    print(f"# {took:.1f} s; " + ", ".join(
        f"{t}: " + "".join(ends[f"{t}-{k}"]["result"][0] for k in KINDS)
        for t in TROUBLES))
    # Plugged in again, with whatever troubled it mended.
    write_set(False)
    done = subprocess.run(
        [haiki, "resume", "--simulate", "set.json", "--out", "matrix"],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    check("those that were pulled out go on",
          [] if done.returncode == 0 else [done.stdout[-800:],
                                           done.stderr[-800:]])
    check("to good records", [
        s for s in serials if s.startswith("pulled-") and
        (record_of(s) or {"result": "none"})["result"] != "conforming"])
    check("which are true, too", untrue(serials))
    done = subprocess.run(
        [haiki, "verify", "matrix", "--json", "--ca", "matrix/stick.crt"],
        capture_output=True, text=True, check=False)
    judged = json.loads(done.stdout)
    check("all sixty-four are genuine", [] if len(judged) == 64 else
          [f"{len(judged)} records"])
    check("one by one", [f["file"] for f in judged if not f["genuine"]])


# --- what they cost ---------------------------------------------------------------

def attach(count, size):
    paths = []
    for i in range(count):
        # One of them lies where there is no room for what is written.
        image = f"small/disk{i}" if i == 7 else f"images/disk{i}"
        with open(image, "wb") as f:
            f.truncate(size)
        paths.append(subprocess.run(
            ["losetup", "--find", "--show", image], check=True,
            capture_output=True, text=True).stdout.strip())
    return paths


def skip(what, why):
    cases.append(True)
    print(f"ok {len(cases)} - {what} # SKIP {why}")


def loops():
    what = "sixty-four loop devices at once"
    os.makedirs("images")
    os.makedirs("small")
    if os.geteuid() or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", "small"],
            check=False).returncode:
        skip(what, "needs root")
        return
    paths = []
    try:
        try:
            paths = attach(64, 6 * MIB)
        except subprocess.CalledProcessError:
            skip(what, "needs 64 loop devices")
            return
        names = [os.path.basename(p) for p in paths]
        with open("events", "wb") as out, open("said", "wb") as err:
            pid = os.posix_spawn(
                haiki, [haiki, "erase", *paths, *RULES, "--out", "loops",
                        "--progress", "json", "--passes", "random,0x3c",
                        *(a for n in names for a in ("--confirm", n))],
                os.environ, file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, out.fileno(), 1),
                    (os.POSIX_SPAWN_DUP2, err.fileno(), 2)])
            _, status, usage = os.wait4(pid, 0)
        with open("events", encoding="utf-8") as f:
            ends = {e["serial"]: e["result"] for e in events(f.read())
                    if e["event"] == "done"}
        good = [n for i, n in enumerate(names) if i != 7]
        check(f"{what}, one of them failing", [
            f"{n}: {ends.get(n)}" for n in good
            if ends.get(n) != "conforming"])
        check("which is not taken for erased",
              [] if ends.get(names[7]) == "nonconforming" and
              os.waitstatus_to_exitcode(status) == 1 else
              [f"{ends.get(names[7])}, {status}"])
        bad = []
        for i in range(64):
            if i == 7:
                continue
            with open(f"images/disk{i}", "rb") as f:
                if f.read() != b"\x3c" * (6 * MIB):
                    bad.append(names[i])
        check("every byte of the others is what the last pass wrote", bad)
        each = usage.ru_maxrss / 1024 / 64
        print(f"# {usage.ru_maxrss / 1024:.0f} MiB at most, "
              f"{each:.1f} MiB a drive; processor "
              f"{usage.ru_utime + usage.ru_stime:.1f} s")
        check("with no more than 16 MiB a drive",
              [] if each <= 16 else [f"{each:.1f} MiB"])
    finally:
        for path in paths:
            subprocess.run(["losetup", "-d", path], check=False)
        subprocess.run(["umount", "small"], check=False)


matrix()
loops()
print(f"1..{len(cases)}")
sys.exit(not all(cases))
