# SPDX-License-Identifier: Apache-2.0
"""Every value of a record stands in the text of its rendering.

fields.py RECORD.json TEXT ja|en
"""
import json
import re
import sys

record = json.load(open(sys.argv[1], encoding="utf-8"))
text = open(sys.argv[2], encoding="utf-8").read()
english = sys.argv[3] == "en"
# Lines break anywhere; page furniture may stand between two parts of a text.
squeezed = re.sub(r"\s", "", text)

# Shown as words (words.c), or as yes and no.
ENUMERATED = re.compile(
    r"\.(bus|kind|plan|expectation|outcome|state|treatment|basis|zone|role"
    r"|medium|serial_source|all_namespaces|encrypts_all|purpose)$"
    r"|^\.security_|^\.attempts\[\d+\]\.id$|^\.method\.id$")
WORDS = {
    "hdd": "Harddisk", "ssd": "Solid-statedrive", "covered": "covered",
    "not-covered": "NOTcovered", "absent": "absent",
    "succeeded": "succeeded", "failed": "failed",
    "full": "everythingisread", "host": "Userarea",
    "lease-return": "Returntothelessor", "spare": "Sparearea",
}
# English sentences have Japanese ones.
SENTENCE = re.compile(r"\.(why|error|algorithm|detail|source|text|text_en|measure_en"
                      r"|name_en|schedule_title)$|\.unknown\.|commands")
# Of two languages the page shows one, or says the same elsewhere.
OTHER = re.compile(r"\.policy\.name_en$|\.duties\[\d+\]\.text(_en)?$"
                   r"|\.bound\.text$|\.measure_en$|\.passes\[\d+\]\.kind$"
                   r"|\.evidence\.|\.attempts\[\d+\]\.verification\."
                   r"|\.duties\[\d+\]\.id$|\.errors\[\d+\]\.text$"
                   r"|\.passes\[\d+\]\.number$|\.attempts\[\d+\]\.number$"
                   r"|\.pace\.|\.thumbnail$"   # pictures
                   r"|confidence_permille|_omitted$|ppm$")
missing = []


def shown(value):
    return re.sub(r"\s", "", value) in squeezed


def time_shown(value):
    date, clock = value[:10], value[11:19]
    if english:
        return date in text and clock in text
    year, month, day = (int(n) for n in date.split("-"))
    return f"{year}年" in squeezed and f"{month}月{day}日{clock}" in squeezed


def look(path, value):
    if isinstance(value, dict):
        for key, inner in value.items():
            look(f"{path}.{key}", inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            look(f"{path}[{index}]", inner)
    elif OTHER.search(path) or value is None or isinstance(value, bool):
        return
    elif ENUMERATED.search(path):
        if english and value in WORDS and not shown(WORDS[value]):
            missing.append((path, value))
    elif SENTENCE.search(path):
        if english and not shown(value):
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
