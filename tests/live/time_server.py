#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tells the time by NTP (RFC 5905) on a port of its own: time_server.py FILE

The port is written to FILE.
"""
import os
import socket
import struct
import sys
import time


def stamp():
    now = time.time() + 2208988800
    return struct.pack("!II", int(now), int(now % 1 * 2**32))


with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.bind(("127.0.0.1", 0))
    with open(sys.argv[1] + ".new", "w", encoding="utf-8") as f:
        print(s.getsockname()[1], file=f)
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    while True:
        request, sender = s.recvfrom(1024)
        if len(request) < 48:
            continue
        received = stamp()
        version = request[0] >> 3 & 7
        s.sendto(struct.pack("!BBbb", version << 3 | 4, 2, 6, -20) +
                 struct.pack("!II4s", 0, 0, b"TEST") + received +
                 request[40:48] + received + stamp(), sender)
