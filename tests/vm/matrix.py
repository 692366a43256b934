#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kind of drive x class x fault, through real kernels.

    matrix.py plan DIR    what each guest gets: GUEST.json (practice drives)
                          and GUEST.jobs (for erase_all in guest/lib.sh); a
                          fault in one class only, by turns; every other one
                          on the second kind of a family, and every fourth on
                          kinds that differ little from another, for the time
                          it takes; with MATRIX_ALL=1 all of them;
                          MATRIX="stuck|hangs" takes only cells whose kind
                          and fault ("ata-ssd / stuck") match
    matrix.py judge DIR   compares what the guests mailed home (GUEST.out/)
                          with what the lab counts on the media (GUEST.scan);
                          prints TAP and the matrix

A cell is one drive and one `haiki erase` of it. Whatever it is, no zone that
its record claims may still hold old data, and every way to end needs its
paper: see judge_cell().
"""
import glob
import json
import os
import re
import sys

CLASSES = ("kimitsu1", "kimitsu3")
VOUCHER = '"the head of the IT department"'
# One practice file holds as many.
DRIVES_A_GUEST = 60

# name, practice drive, what it is (the faults below ask for that), and what a
# good one must reach in each class: C conforming, N not.
KINDS = (
    ("ata-hdd", {"kind": "ata-hdd", "hpa_sectors": 128, "dco_sectors": 128,
                 "remapped": 2},
     "scsi full ata dco self sanitize freeze security cache", "CC"),
    ("ata-ssd", {"kind": "ata-ssd", "sanitize": ["block", "crypto"],
                 "encrypts": True},
     "scsi full ata self sanitize freeze security spare cache", "CC"),
    ("sas-hdd", {"kind": "sas-hdd", "remapped": 2},
     "scsi full sense self sanitize protect cache", "CC"),
    ("sas-ssd", {"kind": "sas-ssd", "sanitize": ["block", "crypto"]},
     "scsi full sense self sanitize protect spare cache", "CC"),
    ("nvme", {"kind": "nvme", "sanitize": ["block", "crypto"],
              "encrypts": True},
     "nvme full self sanitize log protect firmware spare", "CC"),
    ("nvme format", {"kind": "nvme", "sanitize": [], "encrypts": True,
                     "format": ["crypto", "user"]},
     "nvme full self protect firmware spare", "CC"),
    ("sat12 bridge", {"kind": "ata-hdd", "bridge": "sat12",
                      "hpa_sectors": 128},
     "scsi full bridge cache", "CC"),
    ("usb-stick", {"kind": "usb-stick"}, "scsi full sense protect cache", "NC"),
    # What differs from the above: VARIANTS.
    ("ata-hdd old", {"kind": "ata-hdd", "sanitize": [], "hpa_sectors": 128},
     "scsi dco self security", "CC"),
    ("ata-ssd old", {"kind": "ata-ssd", "sanitize": [], "amac_sectors": 128},
     "scsi self security", "NC"),
    ("nvme 2 ns", {"kind": "nvme", "sanitize": ["block"],
                   "namespaces": [{"sectors": 256}]},
     "nvme self log firmware spare", "CC"),
    ("dumb bridge", {"kind": "ata-hdd", "bridge": "dumb"},
     "scsi cache", "NC"),
    ("raid volume", {"kind": "ata-hdd", "bridge": "raid", "vendor": "LSI",
                     "model": "MegaRAID"}, "scsi none", "rr"),
)

VARIANTS = 8
# What SSDs alone have to do with is theirs all the same.
SECOND = ("ata-ssd", "sas-ssd", "nvme format")

# name, the drive's faults (or what else makes it one), what a drive must be
# for it to mean anything, and seconds until haiki is asked to stop.
# Those that never end by themselves; the others are only kept from lasting for
# ever, however slow the machine is.
PATIENT, SOON = 3600, 40
FAULTS = (
    ("none", {}, "", PATIENT),
    ("lies: nothing", {"erases": "nothing"}, "self", PATIENT),
    ("lies: host only", {"erases": "host-only"}, "self", PATIENT),
    ("lies: half", {"erases": "half"}, "self", PATIENT),
    ("lies: not spare", {"erases": "all-but-spare"}, "spare self", PATIENT),
    ("fails half-way", {"fails_at": 500}, "self", PATIENT),
    ("stuck", {"stuck_at": 300}, "sanitize", SOON),
    ("hangs on erase", {"hangs": "on-erase"}, "self", SOON),
    ("hangs after", {"hangs": "after-erase"}, "self", SOON),
    ("frozen", {"frozen": True}, "security", PATIENT),
    ("frozen for good", {"frozen_always": True}, "security", PATIENT),
    ("locked", {"password": "nobody knows"}, "security", PATIENT),
    ("locked, all barred", {"password": "nobody knows",
                            "locked_bars_sanitize": True},
     "security", PATIENT),
    ("attempts used up", {"count_expired": True}, "security", PATIENT),
    ("keeps password", {"keeps_password": True}, "security", PATIENT),
    ("sanitize frozen", {"sanitize_frozen": True}, "freeze", PATIENT),
    ("sanitize running", {"sanitize_running": True, "erase_ms": 20000},
     "sanitize", PATIENT),
    ("sanitize failed", {"sanitize_failed": True}, "sanitize", PATIENT),
    ("failed, restricted", {"sanitize_failed": True,
                            "sanitize_restricted": True},
     "sanitize", PATIENT),
    ("write protected", {"write_protected": True}, "protect", PATIENT),
    ("firmware pending", {"firmware_pending": True}, "firmware", PATIENT),
    ("log stale", {"sanitize_log": "stale"}, "log", PATIENT),
    ("log zero", {"sanitize_log": "zero"}, "log", PATIENT),
    ("log ffff", {"sanitize_log": "ffff"}, "log", PATIENT),
    ("unreadable", {"unreadable": [[100, 8]]}, "full", PATIENT),
    ("unwritable", {"unwritable": [[100, 8]]}, "full", PATIENT),
    ("ignores writes", {"ignores_writes": [[0, 1024]]}, "full", PATIENT),
    ("remaps on write", {"unwritable": [[100, 8]], "remaps_on_write": True},
     "full", PATIENT),
    ("drops cache", {"drops_cache": True}, "cache", PATIENT),
    ("bad checksum", {"bad_checksum": True}, "ata", PATIENT),
    ("zero registers", {"zero_registers": True}, "ata|bridge", PATIENT),
    ("no registers", {"no_registers": True}, "ata|bridge", PATIENT),
    ("zero count", {"zero_count": True}, "ata|bridge", PATIENT),
    ("fixed sense", {"fixed_sense": True}, "ata|bridge|sense", PATIENT),
    ("error but runs", {"error_but_runs": True}, "sanitize", PATIENT),
    ("no smart", {"no_smart": True}, "ata", PATIENT),
    ("dco needs cycle", {"dco_needs_cycle": True}, "dco", PATIENT),
    ("power lost", {"power_cut_at_write": 20}, "full", PATIENT),
    ("power lost, erase", {"power_cut_at": 1}, "self", PATIENT),
    ("vanishes", {"vanishes_at": 200}, "full", PATIENT),
    ("serial changes", {"serial_changes_to": "OTHER",
                        "serial_changes_after": 30}, "full", PATIENT),
    ("shrinks", {"shrinks_by": 256, "shrinks_after": 60}, "full", PATIENT),
)

# Lies that no host can see, and that are not ours then: these drives have no
# mode pages to turn the cache off by, serve reads from it and confirm every
# flush. Their word is what the standards rest on. The matrix shows them.
UNDETECTABLE = {("usb-stick", "drops cache"), ("dumb bridge", "drops cache")}


def means_something(needs, kind_is):
    has = set(kind_is.split())
    if "none" in has:
        return not needs
    return all(any(one in has for one in need.split("|"))
               for need in needs.split())


def is_its_turn(k, f, c):
    """Each fault comes once in every family: the first kind has them all."""
    every = 4 if k >= VARIANTS else 2 if KINDS[k][0] in SECOND else 1
    return (k + f) % every == 0 and ((k + f) // every + c) % len(CLASSES) == 0


def make_cells():
    cells = []
    for k, (kind, drive, kind_is, good) in enumerate(KINDS):
        for f, (fault, what, needs, seconds) in enumerate(FAULTS):
            if not means_something(needs, kind_is) or not re.search(
                    os.environ.get("MATRIX", ""), f"{kind} / {fault}"):
                continue
            for c, cls in enumerate(CLASSES):
                if "none" != fault != "lies: not spare" and \
                        not is_its_turn(k, f, c) and \
                        not os.environ.get("MATRIX_ALL"):
                    continue
                serial = f"M{k:02}{f:02}{c}"
                spec = {"serial": serial, "sectors": 1024, "erase_ms": 300,
                        **drive}
                faults = dict(what)
                for not_a_fault in ("password", "erase_ms"):
                    if not_a_fault in faults:
                        spec[not_a_fault] = faults.pop(not_a_fault)
                spec["faults"] = faults
                cells.append({
                    "serial": serial, "kind": kind, "fault": fault,
                    "class": cls, "drive": spec, "seconds": seconds,
                    "bus": "nvme" if "nvme" in kind_is else "scsi",
                    "good": good[c] if fault == "none" else None})
    return cells


def guests(cells):
    """Those that take long first, in each guest; every kind in every one."""
    out = {}
    for bus in ("nvme", "scsi"):
        mine = [c for c in cells if c["bus"] == bus]
        count = -(-len(mine) // DRIVES_A_GUEST)
        for g in range(count):
            out[f"{bus}{g}"] = sorted(mine[g::count],
                                      key=lambda c: c["seconds"])
    return out


def plan(where):
    for guest, cells in guests(make_cells()).items():
        with open(f"{where}/{guest}.json", "w", encoding="ascii") as f:
            json.dump({"drives": [c["drive"] for c in cells]}, f)
        with open(f"{where}/{guest}.jobs", "w", encoding="ascii") as f:
            for c in cells:
                f.write(f"{c['serial']} {c['seconds']} --class {c['class']} "
                        f"--encrypted-by {VOUCHER}\n")
        print(guest)


# --- judging -------------------------------------------------------------------

def load(path):
    try:
        with open(path, encoding="utf-8") as f:
            return json.load(f)
    except OSError:
        return None


# "Absent" there says that nothing is hidden any more: once such an area was
# opened it's part of what the host can address, and claimed with that or not.
OPENED = ("hpa", "dco", "amac")


def lies(record, zones):
    """Zones that the record claims, with old data in them."""
    states = {claim["zone"]: claim["state"] for claim in record["claims"]}
    opened = {z for z in OPENED if states["host"] != "covered"
              and states[z] == "absent"
              and record["hidden_before"][z + "_sectors"] != 0}
    return [f"{zone} {state}, {zones[zone]['markers']} old sectors there"
            for zone, state in states.items()
            if state in ("covered", "absent") and zone not in opened
            and zones[zone]["markers"]]


LETTERS = {"conforming": "C", "duty": "d", "nonconforming": "N"}
CODES = {"C": 0, "d": 3, "N": 1}


def judge_cell(cell, where, zones):
    """Its letter, and what is wrong with it, if anything."""
    rc = None
    if os.path.exists(f"{where}/rc"):
        with open(f"{where}/rc", encoding="ascii") as f:
            rc = int(f.read())
    records = sorted(glob.glob(f"{glob.escape(where)}/*Z.json"))
    record = load(records[-1]) if records else None
    wrong = []
    if rc is None:
        return "H", ["haiki never ended"]
    if record:
        letter = LETTERS.get(record["result"], "?")
        untrue = lies(record, zones)
        if untrue and (cell["kind"], cell["fault"]) in UNDETECTABLE:
            letter = "U"
        else:
            wrong += untrue
        if letter != "U" and CODES.get(letter) != rc:
            wrong.append(f"exit {rc} and a record that says {letter}")
    elif rc == 4:
        letter = "I"
        if not glob.glob(f"{glob.escape(where)}/journal/*.journal"):
            wrong.append("interrupted, and no journal to go on from")
    elif rc == 2:
        letter = "r"
        if zones["host"]["markers"] != zones["host"]["sectors"]:
            wrong.append("refused, and something was written")
    else:
        letter = "?"
        wrong.append(f"exit {rc} without a record")
    if cell["good"] and letter != cell["good"]:
        wrong.append(f"{letter}, where a good drive must reach {cell['good']}")
    return letter, wrong


def tail(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as f:
            return [line.rstrip() for line in f][-6:]
    except OSError:
        return []


def judge(where):
    letters, case, runs = {}, 0, 0
    troubles = {}
    for guest, cells in guests(make_cells()).items():
        scan = load(f"{where}/{guest}.scan") or {}
        for cell in cells:
            place = f"{where}/{guest}.out/{cell['serial']}"
            zones = scan.get(cell["serial"])
            if zones is None:
                letter, wrong = "?", ["the lab does not know this drive"]
            else:
                letter, wrong = judge_cell(cell, place, zones)
            key = (cell["kind"], cell["fault"], cell["class"])
            letters[key] = letter
            runs += letter != "H"
            if wrong:
                troubles[key] = wrong + tail(f"{place}/log")
    for kind, *_ in KINDS:
        for cls in CLASSES:
            case += 1
            bad = {k: v for k, v in troubles.items()
                   if k[0] == kind and k[2] == cls}
            print(f"{'not ok' if bad else 'ok'} {case} - {kind}, {cls}: "
                  "every fault ends in a true record")
            for (_, fault, _), wrong in bad.items():
                print(f"#   {fault}:")
                for line in wrong:
                    print(f"#     {line}")
    print("1..%d" % case)
    print_matrix(letters, runs)


def print_matrix(letters, runs):
    print("#= Verdicts of haiki erase behind a real kernel; in each cell: "
          + " ".join(CLASSES))
    print("#= C conforming  N nonconforming  I interrupted  r refused  "
          "d a duty remains")
    print("#= U untrue, and no host could know  . not for this kind or class")
    print("#= %-18s" % "" + "".join(f" {k + 1:2}" for k in range(len(KINDS))))
    for fault, *_ in FAULTS:
        row = ""
        for kind, *_ in KINDS:
            row += " " + "".join(letters.get((kind, fault, cls), ".")
                                 for cls in CLASSES)
        print(f"#= {fault:18}{row}")
    for k, (kind, *_) in enumerate(KINDS):
        print(f"#= {k + 1:2} {kind}")
    print(f"#= {runs} runs of haiki erase")


if __name__ == "__main__":
    {"plan": plan, "judge": judge}[sys.argv[1]](sys.argv[2])
