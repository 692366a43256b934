#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every message exists in Japanese, and every help page fits 80 columns.
. "$(dirname "$0")/../tap.sh"
top=$(dirname "$0")/../..

check 'every message is translated' "$top/scripts/messages" check
check 'Japanese is spoken without a Japanese locale' \
	sh -c "LC_ALL=C $haiki help --lang ja | grep -q 消去"
check 'and chosen by LC_MESSAGES' \
	sh -c "env -u LC_ALL LC_MESSAGES=ja_JP.UTF-8 $haiki help | grep -q 消去"
check 'English is the default' sh -c "env -u LC_ALL -u LANG $haiki help | grep -q erases"
exits 2 'another language is refused' "$haiki" help --lang fr
cat >"$scratch/set.json" <<'SET'
{"drives": [{"kind": "nvme", "serial": "NF", "size_mib": 1, "erase_ms": 4,
  "faults": {"firmware_pending": true}}]}
SET
"$haiki" erase --simulate "$scratch/set.json" --policy fukuoka --class kimitsu1 \
	--confirm NF --operator X --out "$scratch" --lang ja sim:NF \
	>"$scratch/said" 2>&1
check 'what a drive refuses is explained in Japanese, too' \
	grep -q 'block erase を拒否しました' "$scratch/said"

wide() { # standard input: the widest line, kanji two columns
	python3 -c '
import sys, unicodedata
w = lambda s: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
bad = [l for l in sys.stdin.read().split("\n") if w(l) > 80]
print("\n".join(bad)); sys.exit(bool(bad))'
}
fits() { "$haiki" help ${1:+"$1"} --lang "$2" | wide; }
for lang in ja en; do
	for command in '' $("$haiki" help --words); do
		check "help $command fits 80 columns ($lang)" \
			fits "$command" "$lang"
	done
done
finish
