# SPDX-License-Identifier: Apache-2.0
"""A person erases practice drives: asked for what is missing, mistyping,
interrupting, plugging drives in and pulling them out."""
import json
import os
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from terminal import Person, Report  # noqa: E402

haiki, scratch = sys.argv[1:3]
os.chdir(scratch)
report = Report()

# Questions to their end: what is typed before would stand in their midst.
WORDS = {
    "en": {"policy": "Policy", "class": "Class of the data",
           "operator": "Who erases",
           "confirm": "type the last 4 characters.*alone:",
           "alone": "left alone", "good": "CONFORMING: erased",
           "erasing": "erasing .*%", "what": "What is to be done", "on": "go on",
           "safely": "Stopping safely", "now": "Stopping\\.",
           "interrupted": "INTERRUPTED", "more": r"\.\.\. and \d+ more",
           "plugged": "was plugged in", "mistyped": "is not the end of",
           "out": "take it out", "pulled": "pulled out while",
           "resume": "to go on with its erase.*alone:",
           "passphrase": "Passphrase of",
           "ended": "station has ended", "unlisted": "not confirmed"},
    "ja": {"policy": "規程（fukuoka", "class": "データの分類",
           "operator": "実施者", "confirm": "末尾 ?4 ?文字を入力.*ん）?[:：]",
           "alone": "触れません", "good": "適合：", "erasing": "消去中.*%",
           "what": "どうしますか", "on": "続ける", "safely": "安全に停止します",
           "now": "停止します。後で", "interrupted": "中断：",
           "more": r"ほか ?\d+ ?台", "plugged": "接続されました",
           "mistyped": "一致しません", "out": "取り外してください",
           "pulled": "途中で取り外され",
           "resume": "消去を再開するには.*ん）?[:：]",
           "passphrase": "パスフレーズ", "ended": "ステーションを終了",
           "unlisted": "確認されません"},
}


def practice(*drives):
    """A set of practice drives; those whose name begins with "-" are
    unplugged at first."""
    for name in ("set.json", "set.json.d", "records"):
        if os.path.isdir(name):
            shutil.rmtree(name)
        elif os.path.exists(name):
            os.remove(name)
    os.mkdir("set.json.d")
    listed = []
    for serial, more in drives:
        if serial.startswith("-"):
            serial = serial[1:]
            pull(serial)
        listed.append({"kind": "ata-hdd", "size_mib": 2, "sanitize": [],
                       "security": "none", "serial": serial,
                       "contents": "GPT: ntfs \"業務データ\"", **more})
    with open("set.json", "w", encoding="utf-8") as f:
        json.dump({"drives": listed}, f)


def pull(serial):
    with open(f"set.json.d/{serial}.unplugged", "w", encoding="ascii"):
        pass


def plug(serial):
    os.remove(f"set.json.d/{serial}.unplugged")


def slow(size_mib):
    """Takes half a minute and more, until it is told to hurry."""
    return {"size_mib": size_mib, "faults": {"slow_mib_s": 2}}


def hurry(serial):
    with open(f"set.json.d/{serial}.hurry", "w", encoding="ascii"):
        pass


def records():
    return sorted(f for f in os.listdir("records") if f.endswith("Z.json")) \
        if os.path.isdir("records") else []


def person(lang, *arguments):
    return Person(haiki, *arguments, "--lang", lang,
                  env={"LC_ALL": "C.UTF-8", "TERM": "linux"})


def erase(lang, *arguments):
    return person(lang, "erase", "--simulate", "set.json", "--out", "records",
                  *arguments)


KNOWN = ("--policy", "fukuoka", "--class", "kimitsu3", "--operator", "福岡太郎")


def asks_for_what_is_missing(lang, w):
    practice(("SER-0001-WXYZ", {}))
    p = erase(lang, "sim:SER-0001-WXYZ")
    report.check(f"{lang}: the policy is asked for", p.sees(w["policy"]), p)
    p.types("fukuoka\n")
    report.check(f"{lang}: the class, with those there are",
                 p.sees("kimitsu3.*" + w["class"]), p)
    p.types("機密性3\n")
    report.check(f"{lang}: the operator", p.sees(w["operator"]), p)
    p.types("福岡 太郎\n")
    report.check(f"{lang}: the drive is shown, and confirmed by its serial",
                 p.sees("SER-0001-WXYZ.*業務データ.*" + w["confirm"]), p)
    p.types("WXYA\n")
    report.check(f"{lang}: a mistyped serial leaves it alone",
                 p.sees(w["alone"]), p)
    report.equal(f"{lang}: and that is a refusal", p.leaves(), 2, p)
    report.equal(f"{lang}: without a record", records(), [])
    report.clean(f"{lang}: all on 80 columns", p)


def erases(lang, w):
    p = erase(lang, "sim:SER-0001-WXYZ", *KNOWN)
    p.sees(w["confirm"])
    p.types("WXYZ\n")
    report.check(f"{lang}: the right serial erases it", p.sees(w["good"]), p)
    report.equal(f"{lang}: which ends in 0", p.leaves(), 0, p)
    report.equal(f"{lang}: with a record", len(records()), 1)
    report.clean(f"{lang}: shown on 80 columns", p)


def interrupted_before(lang, w):
    practice(("SER-0001-WXYZ", {}))
    p = erase(lang, "sim:SER-0001-WXYZ", *KNOWN)
    p.sees(w["confirm"])
    p.interrupts()
    report.check(f"{lang}: an interrupt before the beginning ends it",
                 p.leaves() != 0, p)
    report.equal(f"{lang}: and nothing was begun", records(), [])


def interrupted(lang, w):
    practice(("SER-0001-WXYZ", slow(96)))
    p = erase(lang, "sim:SER-0001-WXYZ", "--passes", "zero,zero,zero", *KNOWN)
    p.sees(w["confirm"])
    p.types("WXYZ\n")
    p.sees(w["erasing"])
    p.interrupts()
    report.check(f"{lang}: an interrupt asks", p.sees(w["what"]), p)
    before = p.screen.text()
    while p.screen.text() == before and p.sees(w["erasing"]):
        pass
    report.check(f"{lang}: while the work goes on",
                 p.screen.text() != before and
                 w["what"] in p.screen.text(), p)
    p.types("x\n5\n2\n")
    while w["what"] in p.screen.text() and p.sees(w["erasing"]):
        pass
    report.check(f"{lang}: \"go on\" goes on",
                 w["what"] not in p.screen.text(), p)
    p.interrupts()
    p.sees(w["what"])
    p.types("1\n")
    report.check(f"{lang}: it stops safely if told to",
                 p.sees(w["safely"]) and p.sees(w["interrupted"]), p)
    report.equal(f"{lang}: which ends in 4", p.leaves(), 4, p)
    report.clean(f"{lang}: the question fits the screen", p)
    p = person(lang, "resume", "--simulate", "set.json", "--out", "records")
    p.sees(w["erasing"])
    p.interrupts()
    p.sees(w["what"])
    p.interrupts()
    report.check(f"{lang}: a second interrupt stops at once",
                 p.sees(w["now"]), p)
    report.equal(f"{lang}: which ends in 4, too", p.leaves(), 4, p)
    hurry("SER-0001-WXYZ")
    p = person(lang, "resume", "--simulate", "set.json", "--out", "records")
    report.check(f"{lang}: resume finishes it", p.sees(w["good"]), p)
    report.equal(f"{lang}: in 0", p.leaves(), 0, p)


def passphrase(lang, w):
    with open("secret", "w", encoding="ascii") as f:
        f.write("open sesame\n")
    if not os.path.isdir("keys"):
        os.spawnv(os.P_WAIT, haiki, [haiki, "keygen", "--name", "福岡太郎",
                                     "--org", "福岡県", "--ca", "--out", "keys",
                                     "--passphrase-file", "secret"])
    practice(("SER-0001-WXYZ", {}))
    p = erase(lang, "sim:SER-0001-WXYZ", "--key", "keys/operator.key",
              "--cert", "keys/operator.crt", *KNOWN)
    p.sees(w["confirm"])
    p.types("WXYZ\n")
    report.check(f"{lang}: the passphrase is asked for",
                 p.sees(w["passphrase"]), p)
    p.types("open sesame\n")
    report.equal(f"{lang}: and opens the key", p.leaves(), 0, p)
    report.check(f"{lang}: without being shown",
                 "sesame" not in p.screen.text(), p)


def many(lang, w):
    drives = [f"MANY-{i:02}" for i in range(30)]
    practice(*((d, slow(8)) for d in drives))
    confirm = [a for d in drives for a in ("--confirm", d)]
    p = erase(lang, *(f"sim:{d}" for d in drives), *confirm, *KNOWN)
    report.check(f"{lang}: thirty drives don't fit, and that is said",
                 p.sees(w["more"]), p)
    for drive in drives:
        hurry(drive)
    report.equal(f"{lang}: all are erased", p.leaves(240), 0, p)
    report.equal(f"{lang}: each with its result",
                 p.screen.text().count("(MANY-"), 30, p)
    report.clean(f"{lang}: nothing runs over the screen", p)


def station(lang, w):
    practice(("HERE-1", {}), ("-NEW-1111", {}), ("-NEW-2222", slow(96)),
             ("-NEW-3333", {}))
    p = erase(lang, "--station", *KNOWN)
    report.check(f"{lang}: a station leaves alone what is there",
                 p.sees("HERE-1"), p)
    plug("NEW-1111")
    report.check(f"{lang}: and announces what is plugged in",
                 p.sees(w["plugged"]) and p.sees(w["confirm"]), p)
    p.types("2222\n")
    report.check(f"{lang}: a mistyped serial is told",
                 p.sees(w["mistyped"]), p)
    p.types("1112\x7f1\n")
    report.check(f"{lang}: the right one erases it", p.sees(w["out"]), p)
    plug("NEW-2222")
    p.sees(w["confirm"])
    p.types("NEW-2222\n")
    report.check(f"{lang}: a whole serial will do, too",
                 p.sees("NEW-2222.*%"), p)
    plug("NEW-3333")
    report.check(f"{lang}: the next is asked about meanwhile",
                 p.sees("NEW-3333.*" + w["confirm"]), p)
    pull("NEW-2222")
    report.check(f"{lang}: one that is pulled out is told",
                 p.sees(w["pulled"]), p)
    p.types("\n")
    report.check(f"{lang}: nothing typed leaves a drive alone",
                 p.sees(w["unlisted"]), p)
    plug("NEW-2222")
    hurry("NEW-2222")
    report.check(f"{lang}: one that is put back may go on",
                 p.sees(w["resume"]), p)
    p.types("2222\n")
    report.check(f"{lang}: and does", p.sees("NEW-2222.*" + w["out"]), p)
    p.types("q\n")
    report.check(f"{lang}: \"q\" ends the station", p.sees(w["ended"]), p)
    report.equal(f"{lang}: in 0", p.leaves(), 0, p)
    report.equal(f"{lang}: with a record each", len(records()), 2)
    report.clean(f"{lang}: all of it fits the screen", p)


def station_interrupted(lang, w):
    practice(("-NEW-1111", slow(96)))
    p = erase(lang, "--station", *KNOWN)
    p.sees(">")
    p.interrupts()
    report.equal(f"{lang}: an interrupt ends an idle station", p.leaves(), 0, p)
    p = erase(lang, "--station", "--confirm", "NEW-1111", *KNOWN)
    p.sees(">")
    plug("NEW-1111")
    p.sees(w["erasing"])
    p.interrupts()
    report.check(f"{lang}: and asks while drives are erased",
                 p.sees(w["what"]), p)
    p.types("1\n")
    report.equal(f"{lang}: before it leaves them interrupted", p.leaves(), 4, p)
    report.clean(f"{lang}: on the same screen", p)


for language, words in WORDS.items():
    for case in (asks_for_what_is_missing, erases, interrupted_before,
                 interrupted, passphrase, many, station, station_interrupted):
        began = time.monotonic()
        case(language, words)
        print(f"# {case.__name__}: {time.monotonic() - began:.1f} s")
report.finish()
