#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A server that takes files by HTTPS PUT from those whose certificate it knows.

    put_server.py FOLDER CERT KEY CLIENT-CA [ADDRESS [PORT]]

Writes its port to FOLDER.port. FOLDER.mode, read at each request, makes it
behave: lines of "redirect URL", "status N", "times N" (so often, then well
again), "blind" (shows nothing), "folders" (folders must be made first), "lost"
(takes a file and breaks off). What was asked goes to FOLDER.log.
"""
import http.server
import os
import ssl
import sys

folder, cert, key, authority = sys.argv[1:5]
address = sys.argv[5] if len(sys.argv) > 5 else "127.0.0.1"
port = int(sys.argv[6]) if len(sys.argv) > 6 else 0
count = 0


def mode():
    try:
        with open(folder + ".mode", encoding="utf-8") as f:
            return dict((line + " ").split(" ", 1) for line in
                        f.read().splitlines())
    except FileNotFoundError:
        return {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):
        pass

    def answer(self, status, body=b"", **headers):
        with open(folder + ".log", "a", encoding="utf-8") as f:
            f.write(f"{self.command} {self.path} {status}\n")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def misbehaves(self):
        global count
        how = mode()
        if "times" in how:
            count += 1
            if count > int(how["times"]):
                return False
        if "redirect" in how:
            self.answer(307, Location=how["redirect"].strip() + self.path)
        elif "status" in how:
            self.answer(int(how["status"]))
        else:
            return False
        return True

    def place(self):
        return os.path.join(folder, self.path.lstrip("/"))

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.misbehaves():
            return
        place = self.place()
        if not os.path.isdir(os.path.dirname(place)):
            if "folders" in mode():
                self.answer(409)
                return
            os.makedirs(os.path.dirname(place))
        there = os.path.exists(place)
        if there and self.headers.get("If-None-Match") == "*":
            self.answer(412)
            return
        with open(place, "wb") as f:
            f.write(body)
        if "lost" in mode():
            self.close_connection = True
            return
        self.answer(204 if there else 201)

    def do_GET(self):
        if "blind" in mode():
            self.answer(403)
        elif os.path.isfile(self.place()):
            with open(self.place(), "rb") as f:
                self.answer(200, f.read())
        else:
            self.answer(404)

    def do_MKCOL(self):
        if not os.path.isdir(self.place()):
            os.makedirs(self.place())
        self.answer(201)

    def do_HEAD(self):
        if not self.misbehaves():
            self.answer(200)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)
context.load_verify_locations(authority)
context.verify_mode = ssl.CERT_REQUIRED
server = http.server.ThreadingHTTPServer((address, port), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True,
                                    do_handshake_on_connect=False)
with open(folder + ".port.new", "w", encoding="utf-8") as f:
    print(server.server_address[1], file=f)
os.rename(folder + ".port.new", folder + ".port")
server.serve_forever()
