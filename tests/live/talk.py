#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Says lines to a unix socket of QEMU's: its monitor, or a serial port.

    talk.py SOCKET LINE...
"""
import socket
import sys
import time

with socket.socket(socket.AF_UNIX) as s:
    s.settimeout(10)
    s.connect(sys.argv[1])
    for line in sys.argv[2:]:
        s.sendall(line.encode() + b"\n")
        time.sleep(0.2)
        s.settimeout(0.5)
        try:
            while s.recv(65536):
                pass
        except TimeoutError:
            pass
