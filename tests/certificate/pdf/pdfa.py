# SPDX-License-Identifier: Apache-2.0
"""The structure of a PDF/A-3b file (ISO 19005-3), as far as ours uses PDF.

pdfa.py FILE.pdf: reads qpdf's JSON and says what a validator would refuse.
"""
import json
import re
import subprocess
import sys

path = sys.argv[1]
raw = open(path, "rb").read()
qdf = json.loads(subprocess.run(["qpdf", "--json=2", path],
                                stdout=subprocess.PIPE, check=True).stdout)
objects = {key[4:]: value for key, value in qdf["qpdf"][1].items()
           if key.startswith("obj:")}
trailer = qdf["qpdf"][1]["trailer"]["value"]
problems = []


def need(condition, text):
    if not condition:
        problems.append(text)


def get(reference):
    seen = objects[reference] if isinstance(reference, str) and \
        re.fullmatch(r"\d+ \d+ R", reference) else {"value": reference}
    return seen.get("value", seen.get("stream", {}).get("dict"))


def stream_bytes(reference):
    return subprocess.run(
        ["qpdf", f"--show-object={reference.split()[0]}",
         "--filtered-stream-data", path],
        stdout=subprocess.PIPE, check=True).stdout


# 6.1.2, 6.1.3: header and trailer
need(re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", raw), "header")
need("/Encrypt" not in trailer, "encrypted")
need(len(trailer.get("/ID", [])) == 2, "no file identifier")
need(raw.endswith(b"%%EOF\n"), "data after the end")
# 6.1.4: table of objects
need(re.search(rb"\nxref\n0 \d+\n0000000000 65535 f\r\n", raw), "table")

catalog = get(trailer["/Root"])
# 6.6.2: metadata
metadata = catalog["/Metadata"]
need("/Filter" not in get(metadata), "metadata are compressed")
xmp = stream_bytes(metadata).decode("utf-8")
need("<pdfaid:part>3</pdfaid:part>" in xmp, "no part")
need("<pdfaid:conformance>B</pdfaid:conformance>" in xmp, "no conformance")
need('begin="\ufeff"' in xmp, "packet header")
info = get(trailer["/Info"])


def info_text(key):
    # qpdf writes "u:..." before text
    return info[key][2:]


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


for key, tag in (("/Title", "rdf:li xml:lang=\"x-default\""),
                 ("/Producer", "pdf:Producer"),
                 ("/Creator", "xmp:CreatorTool")):
    need(f"<{tag}>{escaped(info_text(key))}<" in xmp, f"{key} differs in XMP")
date = re.match(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(Z|[+-]\d\d'\d\d')",
                info_text("/CreationDate"))
need(date, "date")
if date:
    g = date.groups()
    zone = g[6] if g[6] == "Z" else g[6][:3] + ":" + g[6][4:6]
    stamp = f"{g[0]}-{g[1]}-{g[2]}T{g[3]}:{g[4]}:{g[5]}{zone}"
    need(f"<xmp:CreateDate>{stamp}<" in xmp, "date differs in XMP")

# 6.2.2: output intent
intent = get(catalog["/OutputIntents"][0])
need(intent["/S"] == "/GTS_PDFA1", "intent")
profile = stream_bytes(intent["/DestOutputProfile"])
need(profile[36:40] == b"acsp" and profile[8] <= 4, "profile")
need(profile[16:20] == b"RGB " and
     get(intent["/DestOutputProfile"])["/N"] == 3, "profile's colours")

# 6.8: attachments
names = get(get(catalog["/Names"])["/EmbeddedFiles"])["/Names"]
need(names[::2] == sorted(names[::2]), "names are not in order")
need(sorted(names[1::2]) == sorted(catalog["/AF"]), "AF")
for reference in names[1::2]:
    spec = get(reference)
    need(spec["/Type"] == "/Filespec", "filespec")
    need(spec["/F"] and spec["/UF"] and spec["/Desc"], "filespec's names")
    need(spec["/AFRelationship"] in ("/Source", "/Supplement"), "relationship")
    file = get(get(spec["/EF"])["/F"])
    need(file["/Type"] == "/EmbeddedFile" and file["/Subtype"], "MIME type")
    need(file["/Params"]["/Size"] == len(stream_bytes(get(spec["/EF"])["/F"])),
         "size")
    need(file["/Params"]["/ModDate"], "date of the file")

# 6.3: annotations have an appearance, are printed and not hidden
pages = [get(kid) for kid in get(catalog["/Pages"])["/Kids"]]
fields = 0
for page in pages:
    for reference in page.get("/Annots", []):
        widget = get(reference)
        fields += 1
        need(widget["/Subtype"] == "/Widget" and widget["/FT"] == "/Sig",
             "annotation")
        need(widget["/F"] & 4 and not widget["/F"] & (1 | 2 | 32), "flags")
        need(list(get(widget["/AP"])) == ["/N"], "appearance")
        need("/A" not in widget and "/AA" not in widget, "action")
need(fields == 3, f"{fields} fields")
need("/NeedAppearances" not in get(catalog["/AcroForm"]), "NeedAppearances")
for key in ("/AA", "/OpenAction", "/OCProperties", "/Requirements"):
    need(key not in catalog, key)

# 6.2.10, 6.2.11: content and fonts
FORBIDDEN = {"/JavaScript", "/Launch", "/Sound", "/Movie", "/LZWDecode",
             "/Alternates", "/PS", "/TR", "/SMask"}
text = json.dumps(qdf["qpdf"][1], ensure_ascii=False)
for word in FORBIDDEN:
    need(f'"{word}"' not in text, word)
used = {}
for page in pages:
    content = stream_bytes(page["/Contents"]).decode("ascii")
    for font, hexed in re.findall(r"/(F\d) [\d.]+ Tf <([0-9A-F]*)>", content):
        used.setdefault("/" + font, set()).update(
            int(hexed[i:i + 4], 16) for i in range(0, len(hexed), 4))
    operators = set(re.findall(r"(?<![<\w/])[A-Za-z*]+(?![>\w])",
                               re.sub(r"<[0-9A-F]*>|/\w+", " ", content)))
    need(operators <= {"q", "Q", "BT", "ET", "Tf", "Td", "Tj", "Tm", "Tr",
                       "g", "G", "w", "re", "f", "S", "m", "l", "cm", "Do"},
         f"operators {operators}")
    shown = set(re.findall(r"(/P\d+) Do", content))
    pictures = get(get(page["/Resources"]).get("/XObject", {}))
    need(shown <= set(pictures), f"pictures {shown}")
    # 6.2.8: as they are, in a colour that the output intent explains.
    for name in shown:
        picture = get(pictures[name])
        need(picture["/Subtype"] == "/Image" and
             picture["/Filter"] == "/DCTDecode" and
             picture["/ColorSpace"] in ("/DeviceRGB", "/DeviceGray") and
             picture["/BitsPerComponent"] == 8 and
             "/Interpolate" not in picture, f"picture {name}")
fonts = get(get(pages[0]["/Resources"])["/Font"])
need(set(used) <= set(fonts), "fonts")
for name, reference in fonts.items():
    font = get(reference)
    need(font["/Encoding"] == "/Identity-H", "encoding")
    child = get(font["/DescendantFonts"][0])
    descriptor = get(child["/FontDescriptor"])
    need(child["/BaseFont"] == font["/BaseFont"] ==
         descriptor["/FontName"], "names of the font")
    need(re.match(r"/[A-Z]{6}\+", font["/BaseFont"]), "subset's tag")
    program = stream_bytes(descriptor["/FontFile2"])
    need(get(descriptor["/FontFile2"])["/Length1"] == len(program), "Length1")
    tables = {program[12 + 16 * i:16 + 16 * i]:
              (int.from_bytes(program[20 + 16 * i:24 + 16 * i], "big"),
               int.from_bytes(program[24 + 16 * i:28 + 16 * i], "big"))
              for i in range(int.from_bytes(program[4:6], "big"))}
    need({b"glyf", b"loca", b"head", b"hhea", b"hmtx", b"maxp"} <=
         set(tables), "tables of the font")

    def table(tag):
        start, length = tables[tag]
        return program[start:start + length]

    upem = int.from_bytes(table(b"head")[18:20], "big")
    metrics = int.from_bytes(table(b"hhea")[34:36], "big")
    glyphs = int.from_bytes(table(b"maxp")[4:6], "big")
    gids = stream_bytes(child["/CIDToGIDMap"])
    widths = child["/W"][1]
    need(child["/W"][0] == 1, "widths")
    unicode_map = stream_bytes(font["/ToUnicode"]).decode("ascii")
    mapped = {int(cid, 16) for cid in
              re.findall(r"^<([0-9A-F]{4})><[0-9A-F]+>$", unicode_map, re.M)}
    for cid in used.get(name, ()):
        gid = int.from_bytes(gids[2 * cid:2 * cid + 2], "big")
        need(0 < gid < glyphs, f"{name}: glyph of {cid}")
        index = min(gid, metrics - 1)
        advance = int.from_bytes(table(b"hmtx")[4 * index:4 * index + 2],
                                 "big") * 1000 / upem
        need(abs(advance - widths[cid - 1]) <= 1, f"{name}: width of {cid}")
        need(cid in mapped, f"{name}: text of {cid}")

for problem in problems:
    print(f"{path}: {problem}")
sys.exit(bool(problems))
