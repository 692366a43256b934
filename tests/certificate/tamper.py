# SPDX-License-Identifier: Apache-2.0
"""What haiki and stock programs say about tampered records, side by side.

tamper.py HAIKI PDFA.PY CASES: in a directory with good/, keys/ and forgers'
records, as tampering.sh makes it. Prints a table and TAP after CASES cases.
tamper.py make DIR: puts what can be read at all in folders of DIR instead.
"""
import concurrent.futures
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import zlib

MAKE = sys.argv[1] == "make"
HAIKI, PDFA, FIRST = sys.argv[1:4] if not MAKE else ("", "", "0")
ROOT = os.getcwd()
BASE = glob.glob("good/PRACTICE-SSD-2-*Z.json")[0][len("good/"):-len(".json")]
OTHER = glob.glob("good/PRACTICE-SAS-4-*Z.json")[0][:-len(".json")]
PARTS = {"json": ".json", "p7s": ".json.p7s", "pdf": ".pdf",
         "transcript": ".transcript.jsonl"}


class Package:
    """A copy of the good record in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        os.mkdir(folder)
        for part in (*PARTS, "ledger"):
            shutil.copy(os.path.join("good", os.path.basename(
                self.path(part))), self.path(part))

    def path(self, part):
        return os.path.join(self.folder, "ledger.jsonl" if part == "ledger"
                            else BASE + PARTS[part])

    def read(self, part):
        return open(self.path(part), "rb").read()

    def write(self, part, data):
        assert not os.path.exists(self.path(part)) or \
            data != self.read(part), "nothing was changed"
        with open(self.path(part), "wb") as file:
            file.write(data)


# --- ways to tamper, each a function of the package ---------------------------

def change(part, function):
    return lambda p: p.write(part, function(p.read(part)))


def flip_at(data, at):
    at = at % len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def flip(part, at):
    return change(part, lambda data: flip_at(data, at))


def after(part, marker, offset=0, last=False):
    """A bit of the byte that follows the marker."""
    def alter(data):
        at = data.rindex(marker) if last else data.index(marker)
        return flip_at(data, at + len(marker) + offset)
    return change(part, alter)


def replace(part, old, new):
    def alter(data):
        assert old in data, old
        return data.replace(old, new, 1)
    return change(part, alter)


def append(part, more):
    return change(part, lambda data: data + more)


def cut(part, length):
    return change(part, lambda data: data[:length])


def take(part, path):
    return lambda p: p.write(part, open(path, "rb").read())


def remove(part):
    return lambda p: os.remove(p.path(part))


def also(*ways):
    def alter(p):
        for way in ways:
            way(p)
    return alter


def loop(part):
    def alter(p):
        os.remove(p.path(part))
        os.symlink(os.path.basename(p.path(part)), p.path(part))
    return alter


def huge(part):
    def alter(p):
        os.truncate(p.path(part), 48 << 20)
    return alter


def rewrite(part, **style):
    return change(part, lambda data: json.dumps(
        json.loads(data), ensure_ascii=False, **style).encode())


def lines(function):
    def alter(data):
        seen = data.splitlines(keepends=True)
        function(seen)
        return b"".join(seen)
    return change("ledger", alter)


def swap(seen):
    seen[0], seen[1] = seen[1], seen[0]


def renamed_as_other(p):
    """It takes the place and the name of another drive's record."""
    name = os.path.basename(OTHER)
    for part, end in PARTS.items():
        os.rename(p.path(part), os.path.join(p.folder, name + end))
    p.path = lambda part, path=p.path: path(part).replace(BASE, name)


def forged(forger):
    def alter(p):
        source = glob.glob(f"{forger}.out/*Z.json")[0][:-len(".json")]
        for part, end in PARTS.items():
            p.write(part, open(source + end, "rb").read())
            os.rename(p.path(part), os.path.join(
                p.folder, os.path.basename(source) + end))
        p.write("ledger", open(f"{forger}.out/ledger.jsonl", "rb").read())
        name = os.path.basename(source)
        p.path = lambda part, path=p.path: path(part).replace(BASE, name)
    return alter


def signed_by(who, digest="sha256"):
    """The record is left as it is, and signed anew with openssl."""
    def alter(p):
        os.remove(p.path("p7s"))
        run("openssl", "cms", "-sign", "-binary", "-cades", "-md", digest,
            "-outform", "DER", "-nosmimecap", "-in", p.path("json"),
            "-out", p.path("p7s"), "-signer", f"{who}/operator.crt",
            "-inkey", f"{who}/operator.key", "-passin", "file:phrase",
            check=True)
    return alter


def operator_alone(p):
    """The signature as it was before the witness's: the PDF has it."""
    folder = os.path.basename(p.folder) + ".attached"
    os.mkdir(folder)
    run("pdfdetach", "-saveall", "-o", folder, p.path("pdf"), check=True)
    p.write("p7s", open(glob.glob(folder + "/*.p7s")[0], "rb").read())


# --- and in PDFs ----------------------------------------------------------------

def body(pdf, number):
    """An object's place: of its newest version."""
    return list(re.finditer(rb"\n%d 0 obj\b(.*?)\bendobj" % number, pdf,
                            re.S))[-1]


def find(pdf, pattern):
    return int(re.search(rb"\n(\d+) 0 obj\s*<<[^>]*?" + pattern, pdf)[1])


def first_page(pdf):
    return find(pdf, rb"/Type/Page/")


def content_of_page(pdf):
    page = body(pdf, first_page(pdf))[1]
    return int(re.search(rb"/Contents (\d+) 0 R", page)[1])


def stream(pdf, number):
    found = body(pdf, number)
    data = re.search(rb"stream\r?\n(.*?)\r?\nendstream", found[1], re.S)
    return found.start(1) + data.start(1), data[1]


def flip_stream(number_of):
    def alter(pdf):
        start, data = stream(pdf, number_of(pdf))
        return flip_at(pdf, start + len(data) // 2)
    return change("pdf", alter)


def increment(pdf, objects):
    """A further revision with these objects, as any editor appends one."""
    before = int(pdf[pdf.rindex(b"startxref") + 9:].split()[0])
    trailer = re.findall(rb"trailer\s*<<(.*?)>>\s*startxref", pdf, re.S)[-1]
    size = int(re.search(rb"/Size (\d+)", trailer)[1])
    trailer = re.sub(rb"/(Size|Prev) \d+", b"", trailer)
    out, table = pdf, b""
    for number in sorted(objects):
        table += b"%d 1\n%010d 00000 n\r\n" % (number, len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    size = max([size] + [number + 1 for number in objects])
    return out + b"xref\n%strailer\n<</Size %d/Prev %d %s>>\n" % (
        table, size, before, trailer) + b"startxref\n%d\n%%%%EOF\n" % len(out)


def new_number(pdf):
    return max(map(int, re.findall(rb"/Size (\d+)", pdf)))


def page_added(pdf):
    number = new_number(pdf)
    tree = find(pdf, rb"/Type/Pages")
    pages = body(pdf, tree)[1].strip()
    count = int(re.search(rb"/Count (\d+)", pages)[1])
    pages = pages.replace(b"/Count %d" % count, b"/Count %d" % (count + 1))
    pages = re.sub(rb"(/Kids ?\[[^]]*)\]", rb"\1 %d 0 R]" % number, pages)
    return increment(pdf, {tree: pages, number:
        b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]"
        b"/Resources<<>>>>" % tree})


def page_overwritten(pdf):
    """Another text on the page, by a revision after the last signature."""
    number = content_of_page(pdf)
    data = zlib.compress(changed_text(pdf, number))
    return increment(pdf, {number:
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream"
        % (len(data), data)})


def changed_text(pdf, number):
    _, data = stream(pdf, number)
    if b"FlateDecode" in body(pdf, number)[1][:200]:
        data = zlib.decompress(data)
    shown = re.search(rb"<([0-9A-F]{8,})> ?Tj", data)
    return data[:shown.start(1)] + shown[1][4:] + shown[1][:4] + \
        data[shown.end(1):]


def note_pasted(pdf):
    """An annotation that says something else, over the page."""
    page, number = first_page(pdf), new_number(pdf)
    return increment(pdf, {
        page: re.sub(rb"/Annots\[", b"/Annots[%d 0 R " % number,
                     body(pdf, page)[1].strip()),
        number: b"<</Type/Annot/Subtype/FreeText/Rect[50 700 500 800]"
                b"/Contents(OK)/DA(/Helv 20 Tf 0 g)/F 4>>"})


def attachment_of(pdf):
    return find(pdf, rb"/Type/EmbeddedFile/Subtype/application#2Fjson")


def attachment_overwritten(pdf):
    data = open(OTHER + ".json", "rb").read()
    return increment(pdf, {attachment_of(pdf):
        b"<</Type/EmbeddedFile/Subtype/application#2Fjson/Length %d"
        b"/Params<</Size %d/ModDate(D:20260101000000Z)>>>>stream\n%s\n"
        b"endstream" % (len(data), len(data), data)})


def by_qpdf(*arguments):
    """qpdf makes a new file of it; IN and OUT stand for the files."""
    def alter(p):
        out = os.path.basename(p.folder) + ".new"
        names = {"IN": p.path("pdf"), "OUT": out}
        run("qpdf", *(names.get(a, a) for a in arguments))
        p.write("pdf", open(out, "rb").read())
    return alter


def attachment_by_qpdf(p):
    name = run("qpdf", "--list-attachments", p.path("pdf"))[1].split(" ")[0]
    by_qpdf("IN", "--add-attachment", OTHER + ".json", f"--key={name}",
            f"--filename={name}", "--mimetype=application/json", "--replace",
            "--", "OUT")(p)


def revision(pdf, count):
    """The file as it was: its first revisions."""
    ends = [m.end() for m in re.finditer(rb"%%EOF\n", pdf)]
    return pdf[:ends[count - 1]]


def other_value(pdf):
    """The last digit of the last signature, where its DER ends."""
    start = pdf.rindex(b"/Contents<") + 10
    length = 4 + int(pdf[start + 4:start + 8], 16)
    at = start + 2 * length - 1
    return pdf[:at] + (b"1" if pdf[at:at + 1] == b"0" else b"0") + \
        pdf[at + 1:]


def padded(pdf):
    return flip_at(pdf, pdf.index(b">", pdf.rindex(b"/Contents<")) - 1)


def without_contents(pdf):
    start = pdf.rindex(b"/Contents<") + 10
    end = pdf.index(b">", start)
    return pdf[:start] + b"0" * (end - start) + pdf[end:]


def exchanged_contents(pdf):
    """The operator's signature where the witness's is."""
    first = re.search(rb"/Contents<([0-9a-f]+)>", pdf)
    start = pdf.rindex(b"/Contents<") + 10
    return pdf[:start] + first[1] + pdf[start + len(first[1]):]


def wider_gap(pdf):
    """/ByteRange leaves out more than the signature."""
    found = list(re.finditer(rb"/ByteRange\[0 (\d+)", pdf))[-1]
    return pdf[:found.start(1)] + b"%d" % (int(found[1]) - 9) + \
        pdf[found.end(1):]


# What can't be opened is judged at all by nobody.
UNREAD = None

# kind, how, the problem that must say so; or the note, where something is gone
# that a record can do without: it is told, and nothing more is claimed.
KINDS = [
    ("json: a value", replace("json", b'"result":"conforming"',
                              b'"result":"duty"'), "signature-invalid"),
    ("json: a digit of the serial", after("json", b'"serial":"PRACTICE-SSD-'),
     "signature-invalid"),
    ("json: its first byte", flip("json", 0), "not-a-record"),
    ("json: its last byte", flip("json", -1), "not-a-record"),
    ("json: a key more", replace("json", b'{', b'{"aaa":1,'),
     "schema-violated"),
    ("json: a key twice", replace("json", b'"result":',
                                  b'"result":"duty","result":'),
     "not-a-record"),
    ("json: indented", rewrite("json", indent=1), "form-not-canonical"),
    ("json: blanks", rewrite("json"), "form-not-canonical"),
    ("json: newline at its end", append("json", b"\n"), "form-not-canonical"),
    ("json: another drive's", take("json", OTHER + ".json"),
     "signature-invalid"),
    ("json: cut short", cut("json", -30), "not-a-record"),
    ("json: empty", cut("json", 0), "not-a-record"),
    ("json: huge", huge("json"), "not-a-record"),
    ("json: a loop of links", loop("json"), UNREAD),
    ("name: another drive's", renamed_as_other, "file-name"),

    ("p7s: its first byte", flip("p7s", 0), "signature-damaged"),
    ("p7s: a certificate's name", after("p7s", "福岡県".encode(), -3),
     "signature-damaged"),
    ("p7s: the message digest",
     after("p7s", bytes.fromhex("06092a864886f70d010904"), 6),
     "signature-invalid"),
    ("p7s: the signing time",
     after("p7s", bytes.fromhex("06092a864886f70d010905"), 5),
     "signature-invalid"),
    ("p7s: its last byte", flip("p7s", -1), "signature-invalid"),
    ("p7s: a byte more", append("p7s", b"\0"), "signature-damaged"),
    ("p7s: cut short", cut("p7s", -40), "signature-damaged"),
    ("p7s: empty", cut("p7s", 0), "signature-damaged"),
    ("p7s: huge", huge("p7s"), "signature-damaged"),
    ("p7s: gone", remove("p7s"), "signature-missing"),
    ("p7s: a loop of links", loop("p7s"), "signature-damaged"),
    ("p7s: of another record", take("p7s", OTHER + ".json.p7s"),
     "signature-invalid"),
    ("p7s: the witness dropped", operator_alone, "pdf-signer-differs"),
    ("p7s: the same, and no PDF", also(operator_alone, remove("pdf")),
     "note:signature-not-there"),
    ("p7s: only the witness", signed_by("witness"), "signature-damaged"),
    ("p7s: over SHA-1", signed_by("keys", "sha1"), "signature-damaged"),
    ("p7s: by a weak key", signed_by("weak"), "signature-damaged"),
    ("signer: namesake, other CA", forged("namesake"), "signer-unknown"),
    ("signer: a server's certificate", forged("server"), "signer-unknown"),
    ("signer: certificate expired", forged("expired"), "signer-unknown"),
    ("signer: certificate by SHA-1", forged("sha1"), "signer-unknown"),

    ("pdf: its header", flip("pdf", 7), "pdf-damaged"),
    ("pdf: a page's text", flip_stream(content_of_page), "pdf-altered"),
    ("pdf: the attached record", flip_stream(attachment_of), "pdf-damaged"),
    ("pdf: its metadata", replace("pdf", b"<pdfaid:part>3",
                                  b"<pdfaid:part>1"), "pdf-altered"),
    ("pdf: a page's size", replace("pdf", b"595.28", b"595.29"),
     "pdf-altered"),
    ("pdf: table of objects", after("pdf", b"\nxref\n0 ", 30),
     "pdf-altered"),
    ("pdf: the first trailer", after("pdf", b"trailer", 3), "pdf-altered"),
    ("pdf: the last trailer", after("pdf", b"/Prev ", last=True),
     "pdf-signature-invalid"),
    ("pdf: startxref", after("pdf", b"startxref\n", last=True),
     "pdf-signature-invalid"),
    ("pdf: a signature's value", change("pdf", other_value),
     "pdf-signature-invalid"),
    ("pdf: a signature's padding", change("pdf", padded), "pdf-appended"),
    ("pdf: no signature's value", change("pdf", without_contents),
     "pdf-appended"),
    ("pdf: the operator's value twice", change("pdf", exchanged_contents),
     "pdf-signature-invalid"),
    ("pdf: /ByteRange", after("pdf", b"/ByteRange[0 ", last=True),
     "pdf-appended"),
    ("pdf: a wider gap", change("pdf", wider_gap), "pdf-appended"),
    ("pdf: a signature's date", after("pdf", b"/M(D:20", last=True),
     "pdf-signature-invalid"),
    ("pdf: a byte after its end", append("pdf", b"x"), "pdf-appended"),
    ("pdf: cut short", cut("pdf", -20), "pdf-appended"),
    ("pdf: page by a revision", change("pdf", page_added), "pdf-appended"),
    ("pdf: text by a revision", change("pdf", page_overwritten),
     "pdf-appended"),
    ("pdf: a note by a revision", change("pdf", note_pasted),
     "pdf-appended"),
    ("pdf: attachment by a revision", change("pdf", attachment_overwritten),
     "pdf-appended"),
    ("pdf: a page appended", by_qpdf("IN", "--pages", ".", "1-z", ".", "1",
                                     "--", "OUT"), "pdf-damaged"),
    ("pdf: text changed, rebuilt",
     also(change("pdf", page_overwritten), by_qpdf("IN", "OUT")),
     "pdf-damaged"),
    ("pdf: attachment by qpdf", attachment_by_qpdf, "pdf-damaged"),
    ("pdf: signatures cut off", change("pdf", lambda pdf: revision(pdf, 1)),
     "pdf-unsigned"),
    ("pdf: the witness's cut off", change("pdf", lambda pdf: revision(pdf, 2)),
     "note:pdf-signature-outstanding"),
    ("pdf: gone", remove("pdf"), "note:pdf-missing"),
    ("pdf: of another record", take("pdf", OTHER + ".pdf"), "pdf-differs"),
    ("pdf: empty", cut("pdf", 0), "pdf-damaged"),
    ("pdf: huge", huge("pdf"), "pdf-damaged"),
    ("pdf: a loop of links", loop("pdf"), "pdf-damaged"),

    ("transcript: a byte", flip("transcript", 100), "transcript-altered"),
    ("transcript: other drive's", take("transcript", OTHER +
                                       ".transcript.jsonl"),
     "transcript-altered"),
    ("transcript: its end gone", change("transcript", lambda data: data[
        :data.rindex(b"\n", 0, -1) + 1]), "transcript-altered"),
    ("transcript: empty", cut("transcript", 0), "transcript-altered"),
    ("transcript: gone", remove("transcript"), "transcript-missing"),
    ("transcript: a loop of links", loop("transcript"),
     "transcript-unreadable"),

    ("ledger: a line edited", lines(lambda seen: seen.__setitem__(
        0, seen[0].replace(b"PRACTICE-SAS-4", b"PRACTICE-SAS-5"))),
     "ledger-damaged"),
    ("ledger: its own line edited", lines(lambda seen: seen.__setitem__(
        1, seen[1].replace(b"PRACTICE-SSD-2", b"PRACTICE-SSD-3"))),
     "ledger-damaged"),
    ("ledger: its stick exchanged", change("ledger", lambda data: re.sub(
        rb'"stick_id":"[0-9a-f]{4}', b'"stick_id":"0000', data)),
     "ledger-damaged"),
    ("ledger: a line deleted", lines(lambda seen: seen.pop(0)),
     "ledger-damaged"),
    ("ledger: its own line deleted", lines(lambda seen: seen.pop(1)),
     "ledger-damaged"),
    ("ledger: lines reordered", lines(swap), "ledger-damaged"),
    ("ledger: a line replayed", lines(lambda seen: seen.insert(1, seen[0])),
     "ledger-damaged"),
    ("ledger: cut before its line", lines(lambda seen: seen.__delitem__(
        slice(1, 3))), "ledger-pending"),
    ("ledger: cut in its line", lines(lambda seen: (
        seen.pop(), seen.__setitem__(1, seen[1][:60]))), "ledger-pending"),
    ("ledger: empty", cut("ledger", 0), "ledger-missing"),
    ("ledger: of another stick", take("ledger", "namesake.out/ledger.jsonl"),
     "note:ledger-not-checked"),
    ("ledger: gone", remove("ledger"), "note:ledger-not-checked"),
    ("ledger: a loop of links", loop("ledger"), "ledger-unreadable"),
]


# --- what each program says -------------------------------------------------------

def run(*command, check=False):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                          timeout=50, check=check)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def haiki(p, *options):
    done = subprocess.run([HAIKI, "verify", p.path("json"), "--ca",
                           "keys/ca.crt", "--json", *options],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=50)
    try:
        return done.returncode, json.loads(done.stdout)[0]
    except (ValueError, IndexError):
        return done.returncode, {"verdict": "unread", "problems": [
            {"id": "unread", "text": done.stderr.decode()}]}


def openssl(p):
    status, _ = run("openssl", "cms", "-verify", "-binary", "-cades",
                    "-inform", "DER", "-CAfile", "keys/ca.crt", "-out",
                    "/dev/null", "-in", p.path("p7s"), "-content",
                    p.path("json"))
    return "bad" if status else "good"


def pdfsig(path):
    """It exits 0 whatever it finds: its words count."""
    _, words = run("pdfsig", "-nocert", path)
    valid = words.count("Signature is Valid")
    if "Signature Validation:" not in words:
        return "unsigned" if "Signature Field" in words else "unread"
    if valid < words.count("Signature Validation:"):
        return "invalid"
    whole = words.count("Total document signed")
    return "good" if whole == 1 else "not-whole"


def qpdf(path):
    status, words = run("qpdf", "--check", path)
    return "bad" if status == 2 else "warns" if status else "good"


def pdfa(path):
    return "bad" if run(sys.executable, PDFA, path)[0] else "good"


seen_papers, lock = {}, threading.Lock()


def paper(p):
    """The three about PDFs, once for the same bytes."""
    if not os.path.lexists(p.path("pdf")):
        return "-", "-", "-"
    try:
        if os.path.getsize(p.path("pdf")) > 40 << 20:
            return "unread", "unread", "unread"
        key = hashlib.sha256(p.read("pdf")).digest()
    except OSError:
        return "unread", "unread", "unread"
    if key not in seen_papers:
        path = p.path("pdf")
        found = pdfsig(path), qpdf(path), pdfa(path)
        with lock:
            seen_papers[key] = found
    return seen_papers[key]


# --- what must hold ----------------------------------------------------------------

# How each family of problems has to call what is wrong: by word, or by the
# name of the file that it is about.
WORDS = {"pdf": r"PDF|\.pdf\b", "ledger": "ledger",
         "transcript": "transcript", "signature": r"signature|\.json\.p7s\b",
         "signer": "not trusted: ", "form": "canonical|form|bytes",
         "file": "name", "not": r"record|\.json\b",
         "schema": "shape of a record"}
ABOUT_RECORD = {"signature", "signer", "form", "not", "schema", "file",
                "unread"}


def family(problem):
    return problem["id"].split("-")[0]


def english(report):
    """What is said in English to people who asked for Japanese. (What other
    programs said stands behind ours, in parentheses.)"""
    for found in report["problems"] + report.get("notes", []):
        text = re.sub(r"（[^（）]*）|\([^()]*\)|haiki [a-z]+|\S*[/.]\S*", "",
                      found["text"])
        if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}|: ?[a-z]{3,}", text):
            yield f"in Japanese: {found['text']}"


def objections(wanted, said, ssl, papers):
    status, report = said
    problems = report["problems"]
    ids = [problem["id"] for problem in problems]
    if wanted == "good":
        if (status, report["verdict"], ids) != (3, "training", []):
            yield f"haiki says {report['verdict']} {ids}"
        if (ssl, *papers) != ("good",) * 4:
            yield f"others say {ssl} {papers}"
        return
    if wanted and wanted.startswith("note:"):
        notes = [note["id"] for note in report["notes"]]
        if status != 3 or ids or wanted[5:] not in notes:
            yield f"exit status {status}, {ids}, notes {notes}"
        if ssl != "good" or set(papers) - {"good", "-"}:
            yield f"only a note, and others say {ssl} {papers}"
        return
    if status != (2 if wanted is UNREAD else 1):
        yield f"exit status {status}, {report['verdict']} {ids}"
    if wanted and wanted not in ids:
        yield f"no {wanted}, but {ids}"
    if wanted is UNREAD and "cannot" not in problems[0]["text"]:
        yield f"no word about it: {problems}"
    for problem in problems:
        if problem["id"] == wanted and not \
                re.search(WORDS[family(problem)], problem["text"]):
            yield f"{wanted} says: {problem['text']}"
    families = {family(problem) for problem in problems}
    if ssl != "good" and not families & ABOUT_RECORD:
        yield f"openssl objects, haiki says {ids}"
    if set(papers) - {"good", "-"} and "pdf" not in families and \
            not families & {"not", "schema", "unread"}:
        yield f"programs for PDF object, haiki says {ids}"


def judge(case):
    number, (kind, how, wanted) = case
    p = Package(f"case-{number}")
    try:
        how(p)
        said, ssl, papers = haiki(p), openssl(p), paper(p)
        local = haiki(p, "--lang", "ja")[1]
    except Exception as error:  # a kind that could not be made is a failure
        return kind, ("-",) * 5, [f"{type(error).__name__}: {error}"]
    row = (f"{said[1]['verdict']} ({said[0]})", ssl, *papers)
    found = [*objections(wanted, said, ssl, papers), *english(local)]
    shutil.rmtree(p.folder)
    return kind, row, found


def make(folder):
    os.mkdir(folder)
    for number, (kind, how, wanted) in enumerate(KINDS):
        if wanted is UNREAD or "loop of links" in kind:
            continue
        name = re.sub(r"\W+", "-", kind)
        how(Package(os.path.join(folder, f"{number:03}-{name}")))


def main():
    cases = list(enumerate([("(none)", lambda p: None, "good")] + KINDS))
    first = judge(cases[0])
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = [first] + list(pool.map(judge, cases[1:]))
    print("# kind | haiki | openssl | pdfsig | qpdf | pdfa")
    for kind, row, _ in results:
        print("#", " | ".join((f"{kind:31}", *row)))
    for number, (kind, _, found) in enumerate(results, int(FIRST) + 1):
        print(f"{'not ok' if found else 'ok'} {number} - {kind}")
        for text in found:
            print("#", text)


if MAKE:
    make(sys.argv[2])
else:
    main()
