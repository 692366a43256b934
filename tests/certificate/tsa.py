#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A time stamping authority for tests, honest or not, on a port of its own.

    tsa.py DIR PORT-FILE

DIR has tsa.crt, tsa.key, chain.pem, expired.crt and openssl.cnf; the port is
written into PORT-FILE. What is asked for tells how it answers: /good,
/expired (its certificate), /imprint and /nonce (of another question),
/rejected, /garbage, /huge, /slow, /missing (404), /moved (to /good), /endless
(moved to itself). It ends when its standard input does.
"""
import http.server
import os
import subprocess
import sys
import tempfile
import threading
import time

folder, port_file = sys.argv[1:3]


def openssl(*arguments):
    return subprocess.run(["openssl", "ts", *arguments], capture_output=True,
                          check=False).returncode == 0


def reply(query, section):
    with tempfile.TemporaryDirectory() as work:
        asked, answer = os.path.join(work, "q"), os.path.join(work, "r")
        with open(asked, "wb") as f:
            f.write(query)
        # -reply exits 1 when it refuses, and writes why.
        openssl("-reply", "-config", os.path.join(folder, "openssl.cnf"),
                "-section", section, "-queryfile", asked, "-out", answer)
        with open(answer, "rb") as f:
            return f.read()


def other_query(*arguments):
    with tempfile.TemporaryDirectory() as work:
        name = os.path.join(work, "q")
        openssl("-query", "-sha256", "-cert", "-out", name, *arguments)
        with open(name, "rb") as f:
            return f.read()


def digest_of(query):
    # SEQUENCE { 1, SEQUENCE { algorithm, OCTET STRING of 32 } ...
    at = query.index(b"\x04\x20")
    return query[at + 2:at + 34].hex()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def send(self, status, body=b"", location=None):
        self.send_response(status)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        query = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Content-Type") != "application/timestamp-query":
            return self.send(415)
        path = self.path.strip("/")
        if path == "good":
            return self.send(200, reply(query, "tsa"))
        if path == "expired":
            return self.send(200, reply(query, "tsa_expired"))
        if path == "rejected":
            return self.send(200, reply(query, "tsa_refuses"))
        if path == "imprint":
            return self.send(200, reply(other_query("-digest", "00" * 32), "tsa"))
        if path == "nonce":
            return self.send(200, reply(
                other_query("-digest", digest_of(query)), "tsa"))
        if path == "garbage":
            return self.send(200, b"<html>welcome</html>")
        if path == "huge":
            return self.send(200, b"\x30" * (1 << 20))
        if path == "slow":
            time.sleep(30)
            return None
        if path == "moved":
            return self.send(307, location="/good")
        if path == "endless":
            return self.send(307, location="/endless")
        return self.send(404)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *arguments):
        pass


server = Server(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
with open(port_file + ".new", "w", encoding="ascii") as f:
    f.write(str(server.server_address[1]))
os.rename(port_file + ".new", port_file)
sys.stdin.read()
