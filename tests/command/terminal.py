# SPDX-License-Identifier: Apache-2.0
"""A person at an 80 x 24 terminal, for tests of what haiki asks there.

Knows the few control sequences that haiki's line mode uses; anything else, and
text that runs over the right edge, is a fault.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
import unicodedata

ROWS, COLUMNS = 24, 80


def width(char):
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


class Screen:
    """What stands on the terminal, and what has scrolled off above."""

    def __init__(self):
        self.lines, self.row, self.column = [""], 0, 0
        self.faults = []

    def top(self):
        return max(0, len(self.lines) - ROWS)

    def put(self, char):
        if self.column + width(char) > COLUMNS:
            self.faults.append(f"over the edge: {self.lines[self.row]!r}")
            self.newline()
        line, at = "", 0
        for old in self.lines[self.row]:
            if at + width(old) > self.column:
                break
            line += old
            at += width(old)
        self.lines[self.row] = line + " " * (self.column - at) + char
        self.column += width(char)

    def newline(self):
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append("")
        self.column = 0

    def control(self, sequence):
        up = re.fullmatch(r"\x1b\[(\d*)A", sequence)
        if up:
            to = self.row - int(up.group(1) or 1)
            if to < self.top():
                self.faults.append("up beyond the top")
            self.row = max(self.top(), to)
        elif sequence == "\x1b[J":
            # Only ever used at the beginning of a line.
            if self.column:
                self.faults.append("erased in the middle of a line")
            self.lines = self.lines[:self.row] + [""]
        elif not re.fullmatch(r"\x1b\[[\d;]*m", sequence):  # colours
            self.faults.append(f"unknown sequence {sequence!r}")

    def feed(self, text):
        for part in re.split(r"(\x1b\[[0-9;?]*[A-Za-z]|[\r\n])", text):
            if part == "\r":
                self.column = 0
            elif part == "\n":
                self.newline()
            elif part.startswith("\x1b"):
                self.control(part)
            else:
                for char in part:
                    self.put(char)

    def text(self):
        return "\n".join(self.lines)


class Person:
    def __init__(self, *argv, env=None):
        self.screen, self.raw, self.at = Screen(), b"", 0
        self.pending = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # As at a login, however these tests were begun.
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
                signal.signal(number, signal.SIG_DFL)
            size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            os.execvpe(argv[0], argv, {**os.environ, **(env or {})})
        self.status = None

    def read(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        if not data:
            return None
        self.raw += data
        self.pending += data
        # A character or a sequence may come in two pieces.
        cut = re.search(rb"(\x1b(\[[0-9;?]*)?|[\xc0-\xff][\x80-\xbf]{0,2})$",
                        self.pending)
        whole = self.pending
        if cut and len(self.pending) - cut.start() < 8:
            try:
                self.pending[cut.start():].decode()
                partial = self.pending[cut.start():].startswith(b"\x1b")
            except UnicodeDecodeError:
                partial = True
            if partial:
                whole = self.pending[:cut.start()]
        self.pending = self.pending[len(whole):]
        self.screen.feed(whole.decode())
        return True

    def sees(self, pattern, seconds=120):
        """Waits for text that wasn't waited for before."""
        end = time.monotonic() + seconds
        while True:
            text = self.raw.decode(errors="replace")
            # Lines are broken to fit the screen.
            flat = re.sub(r"\s+", " ", text[self.at:])
            if re.search(pattern, flat) or re.search(
                    pattern, re.sub(r"\s+", "", text[self.at:])):
                self.at = len(text)
                return True
            left = end - time.monotonic()
            if left <= 0 or self.read(min(left, 0.2)) is None:
                return False

    def types(self, text):
        os.write(self.fd, text.encode())

    def interrupts(self):
        os.write(self.fd, b"\x03")

    def leaves(self, seconds=120):
        """The exit status, once the program has ended by itself."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.read(0.2) is None:
                break
        else:
            os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        self.status = os.waitstatus_to_exitcode(status)
        return self.status


class Report:
    """TAP."""

    def __init__(self):
        self.cases = self.failed = 0

    def check(self, what, good, person=None):
        self.cases += 1
        print(f"{'ok' if good else 'not ok'} {self.cases} - {what}")
        if not good:
            self.failed += 1
            shown = person.screen.text() if person else ""
            for line in shown.split("\n")[-40:]:
                print(f"# {line}")
        sys.stdout.flush()
        return good

    def equal(self, what, got, wanted, person=None):
        if not self.check(what, got == wanted, person):
            print(f"# got: {got!r}\n# wanted: {wanted!r}")

    def clean(self, what, person):
        self.equal(what, person.screen.faults, [], person)

    def finish(self):
        print(f"1..{self.cases}")
        sys.exit(1 if self.failed else 0)
