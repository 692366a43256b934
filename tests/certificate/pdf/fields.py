# SPDX-License-Identifier: Apache-2.0
"""Every value of a record stands in the text of its rendering.

fields.py RECORD.json TEXT ja|en RECORD.words
"""
import json
import re
import sys

record = json.load(open(sys.argv[1], encoding="utf-8"))
text = open(sys.argv[2], encoding="utf-8").read()
english = sys.argv[3] == "en"
# Lines break anywhere; page furniture may stand between two parts of a text.
squeezed = re.sub(r"\s", "", text)

# What each text is called in [Japanese, English]: words.c and phrases.c.
called = json.load(open(sys.argv[4], encoding="utf-8"))

# Curves and pictures; of two languages the other; what only programs call it,
# beside what it's called here; of a pass, whether it has a pattern beside it.
OTHER = re.compile(r"\.pace\.|\.thumbnail$|\.duties\[\d+\]\.id$"
                   r"|\.passes\[\d+\]\.kind$"
                   + (r"|\.duties\[\d+\]\.text$" if english else
                      r"|\.duties\[\d+\]\.text_en$|\.policy\.name_en$"
                      r"|\.method\.measure_en$|\.bound\.text$"))
STATES = {"fulfilled": ("［済］", "[done]"), "outstanding": ("［未］", "[open]")}
SUBSTITUTE = ("代用名", "Asubstitute")
missing = []


def shown(value):
    names = [pair[english] for pair in called.get(value, [])]
    return any(re.sub(r"\s", "", name) in squeezed
               for name in names or [value])


def time_shown(value):
    date, clock = value[:10], value[11:19]
    if english:
        return date in text and clock in text
    year, month, day = (int(n) for n in date.split("-"))
    return f"{year}年" in squeezed and f"{month}月{day}日{clock}" in squeezed


def look(path, value):
    if isinstance(value, dict):
        if path.endswith(".bound") and value["ppm"] == 0:
            value = {"text": value["text"]}    # nothing is left to chance
        for key, inner in value.items():
            look(f"{path}.{key}", inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            look(f"{path}[{index}]", inner)
    elif OTHER.search(path) or value is None or isinstance(value, bool):
        return
    elif re.search(r"\.duties\[\d+\]\.state$", path):
        if STATES[value][english] not in squeezed:
            missing.append((path, value))
    elif path.endswith(".serial_source") and value in ("kernel-name", "port"):
        if SUBSTITUTE[english] not in squeezed:
            missing.append((path, value))
    elif path.endswith(".confidence_permille"):
        if f"{value / 10:g}%" not in squeezed:
            missing.append((path, value))
    elif isinstance(value, int):
        if f"{value:,}" not in text and str(value) not in text:
            missing.append((path, value))
    elif re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]+(Z|[+-]\d\d:\d\d)", value):
        if not time_shown(value):
            missing.append((path, value))
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        year, month, day = (int(n) for n in value.split("-"))
        if not shown(value) and (english or f"{year}年" not in squeezed or
                                 f"{month}月{day}日" not in squeezed):
            missing.append((path, value))
    elif re.fullmatch(r"\d+", value):
        if not shown(value) and f"{int(value):,}" not in text:
            missing.append((path, value))
    elif not shown(value):
        missing.append((path, value))


look("", record)
for path, value in missing:
    print(f"{path}: {value!r} is not in the text")
sys.exit(bool(missing))
