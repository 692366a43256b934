#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plugs disks into a running machine and pulls them out again.

    hotplug.py make DIR    the disks' contents, and QEMU's -blockdev options
    hotplug.py plug DIR    follows the station's events (guest.events) and does
                           what an operator would do next, through QMP
    hotplug.py judge DIR   prints TAP: what the guest found (guest.tap), and
                           what is left on the disks
"""
import json
import os
import re
import socket
import sys
import time

MIB = 1024 * 1024
SECRET = b"HAIKI-TEST-SECRET-0123456789\n"
PATTERN = 0x5C
# Slow enough to be pulled out in the middle, on any machine.
SLOW = 1536 * 1024
PATIENCE = 200

# name: as what haiki knows it, size, bytes a second (0: as fast as it goes),
# QEMU's device. A USB bridge that passes no commands hides the serial number:
# then the port stands for it.
DISKS = {
    "calm": ("HOT-CALM", 6 * MIB, 0, {"driver": "scsi-hd", "bus": "scsi.0"}),
    "scsi": ("HOT-SCSI", 6 * MIB, SLOW, {"driver": "scsi-hd",
                                         "bus": "scsi.0"}),
    "usb": ("usb-2-1", 6 * MIB, SLOW, {"driver": "usb-storage", "port": "1",
                                              "bus": "usb.0"}),
    # Not on the list; with it the test ends.
    "end": ("HOT-END", 4 * MIB, 0, {"driver": "scsi-hd", "bus": "scsi.0"}),
}


def contents(size):
    return (SECRET * (size // len(SECRET) + 1))[:size]


def make(work):
    with open(f"{work}/nodes", "w", encoding="utf-8") as f:
        for name, (_, size, _, _) in DISKS.items():
            with open(f"{work}/{name}.img", "wb") as image:
                image.write(contents(size))
            f.write(json.dumps({
                "driver": "raw", "node-name": name,
                "file": {"driver": "file", "filename": f"{work}/{name}.img"},
            }) + "\n")


class Machine:
    """QEMU's monitor."""

    def __init__(self, work):
        self.work = work
        self.end = time.monotonic() + PATIENCE
        self.socket = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self.socket.connect(f"{work}/qmp")
                break
            except OSError:
                self.wait("QEMU listens")
        self.file = self.socket.makefile("rw", encoding="utf-8")
        self.deleted = set()
        json.loads(self.file.readline())
        self.run("qmp_capabilities")

    def wait(self, what):
        if time.monotonic() > self.end:
            raise TimeoutError(what)
        time.sleep(0.1)

    def answer(self):
        """The next answer; None: it was an event."""
        message = json.loads(self.file.readline())
        if message.get("event") == "DEVICE_DELETED":
            self.deleted.add(message["data"].get("device"))
        if "error" in message:
            raise RuntimeError(message["error"]["desc"])
        return message.get("return")

    def run(self, command, **arguments):
        self.file.write(json.dumps({"execute": command,
                                    "arguments": arguments}) + "\n")
        self.file.flush()
        while self.answer() is None:
            pass

    def plug(self, name):
        serial, _, slow, device = DISKS[name]
        if slow:
            self.run("object-add", **{
                "qom-type": "throttle-group", "id": f"{name}-slow",
                "limits": {"bps-write": slow, "bps-write-max": slow}})
            self.run("blockdev-add", **{
                "driver": "throttle", "node-name": f"{name}-slowly",
                "throttle-group": f"{name}-slow", "file": name})
        self.put(name, serial, f"{name}-slowly" if slow else name, device)

    def put(self, name, serial, node, device):
        self.run("device_add", id=f"disk-{name}", drive=node, serial=serial,
                 **device)
        print(f"plugged {name}", flush=True)

    def pull(self, name):
        self.deleted.discard(f"disk-{name}")
        self.run("device_del", id=f"disk-{name}")
        while f"disk-{name}" not in self.deleted:
            self.answer()
        print(f"pulled {name}", flush=True)

    def put_back(self, name):
        serial, _, _, device = DISKS[name]
        self.put(name, serial, f"{name}-slowly", device)


def events(work):
    try:
        with open(f"{work}/guest.events", encoding="utf-8",
                  errors="replace") as f:
            text = f.read()
    except FileNotFoundError:
        return []
    lines = []
    for line in text.replace("\r", "").split("\n")[:-1]:
        try:
            lines.append(json.loads(line))
        except ValueError:
            continue
    return lines


def is_of(event, serial):
    return event.get("serial") == serial


def await_event(machine, serial, kind, test=lambda event: True):
    while not any(is_of(e, serial) and e["event"] == kind and test(e)
                  for e in events(machine.work)):
        machine.wait(f"{kind} of {serial}")
    print(f"{serial}: {kind}", flush=True)


def plug(work):
    machine = Machine(work)
    # The disk that is there from the start: from now on others are new.
    while not any(e["event"] == "left-alone" for e in events(work)):
        machine.wait("the station begins")
    serials = {name: disk[0] for name, disk in DISKS.items()}
    pulled = ("scsi", "usb")
    for name in ("scsi", "usb", "calm"):
        machine.plug(name)
    for name in pulled:
        # Far enough for a checkpoint or two, and not done by far.
        await_event(machine, serials[name], "progress",
                    lambda e: e["phase"] == "erase" and e["bytes"] > 2 * MIB)
        machine.pull(name)
    for name in pulled:
        await_event(machine, serials[name], "interrupted")
        machine.put_back(name)
    # It may be another drive at that port by now: nobody goes on by itself.
    await_event(machine, serials["usb"], "left-alone")
    for name in ("calm", "scsi"):
        await_event(machine, serials[name], "take-out")
        machine.pull(name)
    for name in ("calm", "scsi"):
        await_event(machine, serials[name], "left")
    machine.plug("end")
    await_event(machine, serials["end"], "left-alone")


class Tap:
    def __init__(self):
        self.count = 0

    def case(self, what, why):
        self.count += 1
        print(f"{'not ok' if why else 'ok'} {self.count} - {what}")
        for line in why:
            print(f"# {line}")

    def take(self, text):
        """A guest's cases go on in our numbers."""
        for line in text.splitlines():
            found = re.match(r"(ok|not ok) \d+ (.*)", line)
            if found:
                self.count += 1
                print(f"{found[1]} {self.count} {found[2]}")
            elif line.startswith("#"):
                print(line)


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as f:
            return f.read().replace("\r", "")
    except FileNotFoundError:
        return ""


def judge(work):
    tap = Tap()
    told = events(work)
    log = read(f"{work}/plug.log").splitlines()
    last = [f"{e['event']} {e['serial']} {e.get('message')}"
            for e in told if e["event"] != "progress"][-30:]
    trouble = read(f"{work}/trouble").splitlines()
    tap.case("every drive could be plugged in and pulled out in its turn",
             [] if any(is_of(e, "HOT-END") and e["event"] == "left-alone"
                       for e in told) else log[-10:] + last + trouble)
    for name, (serial, size, _, _) in DISKS.items():
        with open(f"{work}/{name}.img", "rb") as f:
            now = f.read()
        if name == "end":
            tap.case(f"{serial}, which nobody had confirmed, is untouched",
                     [] if now == contents(size) else ["it was changed"])
            continue
        kinds = [e["event"] for e in told if is_of(e, serial)]
        tap.case(f"{serial}: its coming is announced",
                 [] if "begun" in kinds else kinds)
        ends = [e["result"] for e in told if is_of(e, serial) and
                e["event"] == "done"]
        wanted = {"calm": ["conforming"], "usb": ["interrupted"],
                  "scsi": ["interrupted", "conforming"]}[name]
        tap.case(f"{serial}: {', then '.join(wanted)}",
                 [] if ends == wanted else [str(ends)] + last)
        wrong = size - now.count(PATTERN)
        tap.case(f"{serial}: every byte is what the last pass wrote",
                 [f"{wrong} are not"] if wrong else [])
    guest = read(f"{work}/guest.tap")
    tap.case("the guest comes to its end",
             [] if re.search(r"^1\.\.", guest, re.M) else ["it doesn't"])
    tap.take(guest)
    print(f"1..{tap.count}")


if __name__ == "__main__":
    {"make": make, "plug": plug, "judge": judge}[sys.argv[1]](sys.argv[2])
