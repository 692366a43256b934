#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The power fails, through real kernels: at every step of each method, and at
any moment.

    power.py plan DIR            what each machine gets: GUEST.json (practice
                                 drives) and GUEST.jobs, lines "SERIAL METHOD"
    power.py lost DIR GUEST      how many drives still wait for their cut
    power.py mend DIR GUEST      the power is good from now on
    power.py judge DIR           compares the records that the machines mailed
                                 home (GUEST.out/) with what the lab counts on
                                 the media (GUEST.scan) and what the drives
                                 remember (GUEST.json.d/); prints TAP
"""
import glob
import json
import os
import re
import sys

from matrix import lies, load

MOMENTS = ("before", "middle", "after")

# method, practice drive, how many commands of it change the drive's state, and
# what it must reach once it was resumed: C conforming, N not (the method is no
# measure of the class).
SCSI_A = (
    ("ata-security-erase-enhanced",
     {"kind": "ata-hdd", "sanitize": [], "hpa_sectors": 128,
      "dco_sectors": 128}, 5, "C"),
    ("ata-sanitize-block",
     {"kind": "ata-ssd", "security": "none", "sanitize": ["block"]}, 1, "C"),
    ("ata-sanitize-crypto",
     {"kind": "ata-ssd", "security": "none", "sanitize": ["crypto"],
      "encrypts": True}, 1, "C"),
    ("ata-sanitize-overwrite",
     {"kind": "ata-hdd", "security": "none", "max_address": "none"}, 1, "C"),
)
SCSI_B = (
    ("ata-security-erase",
     {"kind": "ata-hdd", "security": "normal", "sanitize": [],
      "max_address": "none"}, 3, "N"),
    ("scsi-sanitize-block",
     {"kind": "sas-ssd", "sanitize": ["block"]}, 1, "C"),
    ("scsi-sanitize-crypto",
     {"kind": "sas-ssd", "sanitize": ["crypto"]}, 1, "C"),
    ("scsi-sanitize-overwrite", {"kind": "sas-hdd"}, 1, "C"),
    ("scsi-format", {"kind": "sas-hdd", "sanitize": []}, 1, "N"),
)
NVME = (
    ("nvme-sanitize-block", {"kind": "nvme", "sanitize": ["block"]}, 1, "C"),
    ("nvme-sanitize-crypto",
     {"kind": "nvme", "sanitize": ["crypto"], "encrypts": True}, 1, "C"),
    ("nvme-sanitize-overwrite",
     {"kind": "nvme", "sanitize": ["overwrite"]}, 1, "C"),
    ("nvme-format-crypto",
     {"kind": "nvme", "sanitize": [], "encrypts": True}, 1, "C"),
    ("nvme-format-user",
     {"kind": "nvme", "sanitize": [], "format": ["user"]}, 1, "N"),
    ("opal-psid-revert",
     {"kind": "nvme", "sanitize": [], "format": [], "encrypts": True,
      "opal": True, "psid": "LABPSID0123456789"}, 1, "C"),
)
OVERWRITE = ("overwrite", {"kind": "ata-hdd", "security": "none",
                           "max_address": "none", "sanitize": []}, 0, "C")
OVERWRITE_NVME = ("overwrite", {"kind": "nvme", "sanitize": [],
                                "format": []}, 0, "C")
# Writes up to here are markers; what follows is the pass.
MARKERS = 256


def cuts(methods, writes):
    out = []
    for method, drive, commands, good in methods:
        for n in range(1, commands + 1):
            for moment in MOMENTS:
                out.append((method, drive, good, f"command {n}, {moment}",
                            {"power_cut_at": n, "power_cut_when": moment}))
    method, drive, _, good = writes
    for n in (1, MARKERS // 2, MARKERS):
        out.append((method, drive, good, f"marker {n}",
                    {"power_cut_at_write": n, "power_cut_when": "after"}))
    for moment in MOMENTS:
        out.append((method, drive, good, f"pass, {moment}",
                    {"power_cut_at_write": MARKERS + 1,
                     "power_cut_when": moment}))
    return out


def any_moment():
    """Drives that need so different a time that one moment finds each of them
    at something else."""
    kinds = [*SCSI_A, *SCSI_B, OVERWRITE]
    return [(method, {**drive, "erase_ms": 500 + 700 * i}, good,
             f"moment {i + 1}", {})
            for i in range(2)
            for method, drive, _, good in kinds]


def guests():
    """Name -> list of (serial, method, drive, good, where it was cut).
    POWER="nvme" takes only machines whose name matches."""
    out = {}
    for name, points in (("scsi_a", cuts(SCSI_A, OVERWRITE)),
                         ("scsi_b", cuts(SCSI_B, OVERWRITE)),
                         ("nvme", cuts(NVME, OVERWRITE_NVME)),
                         ("scsi_any", any_moment())):
        if not re.search(os.environ.get("POWER", ""), name):
            continue
        out[name] = [
            (f"P{name[-1].upper()}{i:02}", method,
             {"erase_ms": 300, **drive, "faults": faults}, good, where)
            for i, (method, drive, good, where, faults) in enumerate(points)]
    return out


def write_set(where, name, drives):
    with open(f"{where}/{name}.json", "w", encoding="ascii") as f:
        json.dump({"drives": drives}, f)


def drive_of(point, mended=False):
    serial, _, drive, _, _ = point
    drive = {"serial": serial, "sectors": 1024, **drive}
    if mended:
        drive["faults"] = {}
    return drive


def plan(where):
    for name, points in guests().items():
        write_set(where, name, [drive_of(p) for p in points])
        with open(f"{where}/{name}.jobs", "w", encoding="ascii") as f:
            for serial, method, *_ in points:
                f.write(f"{serial} {method}\n")
        print(name)


def mend(where, name):
    write_set(where, name, [drive_of(p, True) for p in guests()[name]])


def lost(where, name):
    waiting = begun = 0
    points = guests()[name]
    for serial, _, drive, _, _ in points:
        state = load(f"{where}/{name}.json.d/{serial}.state") or {}
        waiting += bool(drive["faults"]) and not state.get("power_lost")
        begun += state.get("commands", 0) > 0 or \
            state.get("writes", 0) > MARKERS
    if name == "scsi_any":    # the moment: half of them erase or have erased
        waiting = max(0, len(points) // 2 - begun)
    print(waiting)


def judge_point(point, where, zones, state):
    serial, _, _, good, _ = point
    records = sorted(glob.glob(f"{where}/{serial}-*Z.json"),
                     key=os.path.getmtime)
    wrong = []
    if not records:
        return ["there is no record"]
    for path in records:
        try:
            record = load(path)
        except ValueError:
            return [f"{os.path.basename(path)} is not whole"]
        wrong += [f"{os.path.basename(path)}: {lie}"
                  for lie in lies(record, zones)]
    if (record["result"] == "conforming") != (good == "C"):
        wrong.append(f"the record says {record['result']}")
    for key in ("password_set", "locked"):
        if state[key]:
            wrong.append(f"the drive is left with {key}")
    if glob.glob(f"{where}/journal/{serial}-*.journal"):
        wrong.append("its journal is left")
    return wrong


def judge(where):
    case = points = repaired = 0
    rows = []
    for name, list_of in guests().items():
        scan = load(f"{where}/{name}.scan") or {}
        troubles, methods = {}, {}
        for point in list_of:
            serial, method, _, _, at = point
            state = load(f"{where}/{name}.json.d/{serial}.state")
            if serial not in scan or not state:
                wrong = ["the lab does not know this drive"]
            else:
                wrong = judge_point(point, f"{where}/{name}.out",
                                    scan[serial], state)
            points += 1
            repaired += not wrong
            count = methods.setdefault(method, [0, 0])
            count[0] += 1
            count[1] += not wrong
            if wrong:
                troubles[serial, method, at] = wrong
        for method, (all_of, good) in methods.items():
            case += 1
            print(f"{'ok' if all_of == good else 'not ok'} {case} - power "
                  f"fails during {method}: resume repairs it ({name})")
            rows.append(f"#= {method:28} {good:3} of {all_of:3} points"
                        + (", at one moment" if name == "scsi_any" else ""))
            for (serial, of, at), wrong in troubles.items():
                if of == method:
                    print(f"#   {serial}, {at}:")
                    for line in wrong:
                        print(f"#     {line}")
        text = "".join(open(f, encoding="utf-8").read() for f in
                       glob.glob(f"{where}/{name}.out/trouble"))
        case += 1
        print(f"{'not ok' if text else 'ok'} {case} - every drive can be read, "
              f"every record verified ({name})")
        for line in text.splitlines():
            print(f"#   {line}")
    print(f"1..{case}")
    print("#= Cuts of the power behind a real kernel, repaired by haiki resume:")
    print("\n".join(rows))
    print(f"#= {points} points, {repaired} repaired")


if __name__ == "__main__":
    {"plan": plan, "lost": lost, "mend": mend,
     "judge": judge}[sys.argv[1]](*sys.argv[2:])
