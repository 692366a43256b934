# SPDX-License-Identifier: Apache-2.0
"""For page_test.sh: forged/NNN-what/ with one thing changed in each."""
import os
import re
import shutil
import subprocess

COUNT = 0


def read(name):
    with open(name, "rb") as f:
        return f.read()


def put(what, base="good", drop=(), source="records", **changed):
    """A record with its files, some of them other ones."""
    global COUNT
    COUNT += 1
    folder = f"forged/{COUNT:04d}-{what}"
    os.makedirs(folder)
    files = {"json": f"{base}.json", "p7s": f"{base}.json.p7s",
             "transcript": f"{base}.transcript.jsonl", "pdf": f"{base}.pdf",
             "ledger": "ledger.jsonl"}
    for key, name in files.items():
        if key in drop or not os.path.exists(f"{source}/{name}"):
            continue
        with open(f"{folder}/{name}", "wb") as f:
            f.write(changed.get(key) or read(f"{source}/{name}"))


def flip(data, at):
    data = bytearray(data)
    data[at] ^= 1 << (at % 8)
    return bytes(data)


def regions():
    """Each byte region of the record, its signature and its PDF."""
    json, p7s, pdf = (read(f"records/good.{end}")
                      for end in ("json", "json.p7s", "pdf"))
    for at in range(0, len(p7s), 11):
        put(f"p7s-{at}", drop=("pdf", "ledger"), p7s=flip(p7s, at))
    for at in range(0, len(json), 97):
        put(f"json-{at}", drop=("pdf", "ledger"), json=flip(json, at))
    for at in range(0, len(pdf), len(pdf) // 40):
        put(f"pdf-{at}", drop=("ledger",), pdf=flip(pdf, at))
    for at in (0, 1, len(p7s) // 2, len(p7s) - 1):
        put(f"p7s-cut-{at}", drop=("pdf", "ledger"), p7s=p7s[:at] or b"\0")
    put("p7s-more", drop=("pdf",), p7s=p7s + b"\0")
    put("pdf-cut", pdf=pdf[:len(pdf) // 2])
    put("pdf-more", pdf=pdf + b"\n")


def words():
    """A record whose words were changed, and written properly again."""
    text = read("records/failed.json").decode()
    put("result", "failed", json=text.replace(
        '"result":"nonconforming"', '"result":"conforming"').encode())
    text = read("records/good.json").decode()
    put("serial", json=text.replace("loop7", "loop8").encode())
    put("space", json=text.replace(":", ": ", 1).encode())
    put("newline", json=(text + "\n").encode())
    put("bom", json=b"\xef\xbb\xbf" + text.encode())
    put("twice", json=text.replace("{", '{"simulated":false,', 1).encode())
    put("real", json=re.sub(r'"rank":(\d)', r'"rank":\1.0', text).encode())
    put("big", json=re.sub(r'"rank":\d', '"rank":99999999999999999999',
                           text).encode())
    put("escape", json=text.replace("loop7", r"loop\u0037").encode())
    put("nul", json=text.replace("loop7", r"loop\u0000").encode())
    put("surrogate", json=text.replace("loop7", r"\ud800").encode())
    put("latin", json=text.encode().replace("山".encode(), b"\xb3"))
    put("nfd", json=text.replace("山田", "か\u3099").encode())
    put("extra", json=text.replace("{", '{"a":1,', 1).encode())
    put("missing", json=re.sub(r'"serial":"[^"]*",', "", text).encode())
    put("array", json=b"[]")
    put("empty", json=b" ")


def exchanged():
    """Whole files that belong to something else."""
    put("no-signature", drop=("p7s", "pdf"))
    put("no-transcript", drop=("transcript",))
    put("no-ledger", drop=("ledger",))
    put("other-signature", p7s=read("records/ssd.json.p7s"))
    put("other-transcript", transcript=b'{"other":"drive"}\n')
    put("other-pdf", pdf=read("records/destroy.pdf"))
    put("dropped-signer", "witness", p7s=read("before/witness.json.p7s"))
    put("dropped-paper-signer", "witness", pdf=read("before/witness.pdf"))
    put("dropped-both", "witness", source="before")
    put("stranger", p7s=signed_by_stranger())
    put("unsigned-pdf", pdf=first_revision(read("records/good.pdf")))
    put("appended-page", pdf=appended(read("records/good.pdf")))


def ledgers():
    lines = read("records/ledger.jsonl").splitlines(keepends=True)
    put("ledger-edited", ledger=b"".join(lines).replace(b"loop7", b"loop9"))
    put("ledger-cut", "witness", ledger=b"".join(lines[:2]))
    put("ledger-gap", "witness", ledger=b"".join(lines[:1] + lines[2:]))
    put("ledger-replayed", ledger=b"".join(lines[:1] * 2 + lines[1:]))
    put("ledger-reordered", ledger=b"".join(reversed(lines)))
    put("ledger-torn", ledger=b"".join(lines)[:-9])
    put("ledger-garbage", ledger=b"\0\xff" * 500)


def signed_by_stranger():
    """By a certificate of the same name from another authority."""
    shutil.copy("records/good.json", "copy.json")
    subprocess.run(["openssl", "cms", "-sign", "-binary", "-in", "copy.json",
                    "-signer", "stranger/operator.crt", "-inkey",
                    "stranger/operator.key", "-passin", "file:phrase",
                    "-outform", "DER", "-cades", "-md", "sha256", "-out",
                    "copy.p7s"], check=True)
    return read("copy.p7s")


def first_revision(pdf):
    return pdf[:pdf.index(b"%%EOF\n") + 6]


def appended(pdf):
    """A page more, in an update of its own."""
    start = int(re.findall(rb"startxref\n(\d+)", pdf)[-1])
    at = len(pdf)
    page = b"9999 0 obj\n<</Type/Page/MediaBox[0 0 595 842]>>\nendobj\n"
    return (pdf + page + b"xref\n9999 1\n%010d 00000 n \ntrailer\n<</Size 10000"
            b"/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (at, start,
                                                        at + len(page)))


for make in (regions, words, exchanged, ledgers):
    make()
print(COUNT)
