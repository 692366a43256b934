#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Acts on a machine of QEMU's: its keyboard, its screen, its plugs.

    qmp.py SOCKET key QCODE...      presses keys, "shift-q" and the like too
    qmp.py SOCKET type TEXT         types letters, digits and a few signs
    qmp.py SOCKET shot FILE         a picture of the screen (PNG)
    qmp.py SOCKET unplug ID         and waits until it's gone
    qmp.py SOCKET plug DRIVER NAME=VALUE...
    qmp.py SOCKET limit GROUP BYTES slows writing down, 0: not
"""
import json
import socket
import sys
import time

# Where the letters of the screen's language and of QEMU's keys differ; the
# Japanese keyboard has them at the same places as the English one.
SIGNS = {" ": "spc", "-": "minus", ".": "dot", "/": "slash", ",": "comma"}


class Machine:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(120)
        self.socket.connect(path)
        self.lines = self.socket.makefile()
        self.events = []
        self.read()
        self.do("qmp_capabilities")

    def read(self):
        line = self.lines.readline()
        if not line:
            raise SystemExit("the machine is gone")
        return json.loads(line)

    def do(self, command, **arguments):
        self.socket.sendall(json.dumps({
            "execute": command, "arguments": arguments}).encode() + b"\n")
        while True:
            answer = self.read()
            if "event" in answer:
                self.events.append(answer["event"])
            elif "error" in answer:
                raise SystemExit(answer["error"]["desc"])
            else:
                return answer["return"]

    def wait(self, event):
        while event not in self.events:
            answer = self.read()
            self.events.append(answer.get("event"))

    def press(self, keys):
        self.do("send-key", keys=[{"type": "qcode", "data": key}
                                  for key in keys.split("-")],
                **{"hold-time": 40})
        # A keyboard remembers some five keys, which a guest that just now
        # gets no processor doesn't fetch.
        time.sleep(0.12)


def qcode(letter):
    if letter.isupper():
        return "shift-" + letter.lower()
    return SIGNS.get(letter, letter)


def main(path, action, *words):
    machine = Machine(path)
    if action == "key":
        for word in words:
            machine.press(word)
    elif action == "type":
        for letter in words[0]:
            machine.press(qcode(letter))
    elif action == "shot":
        machine.do("screendump", filename=words[0], format="png")
    elif action == "unplug":
        machine.do("device_del", id=words[0])
        machine.wait("DEVICE_DELETED")
    elif action == "plug":
        machine.do("device_add", driver=words[0],
                   **dict(word.split("=", 1) for word in words[1:]))
    elif action == "limit":
        machine.do("qom-set", path="/objects/" + words[0], property="limits",
                   value={"bps-write": int(words[1])})
    else:
        raise SystemExit(__doc__)


main(*sys.argv[1:])
