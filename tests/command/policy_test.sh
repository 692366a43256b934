#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# haiki policy list, show and check, as a user meets them.
set -u
haiki=${BUILD:-build}/haiki
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0

check() { # NAME COMMAND...
	local name=$1
	shift
	n=$((n + 1))
	if "$@"; then echo "ok $n - $name"; else echo "not ok $n - $name"; fi
}

run() { # EXPECTED-STATUS ARGUMENT...
	local expected=$1
	shift
	"$haiki" policy "$@" >"$dir/out" 2>"$dir/err"
	[ $? -eq "$expected" ]
}

has() { grep -qF -- "$1" "$dir/out"; }
joined_has() { tr -d '\n ' <"$dir/out" | grep -qF -- "$1"; }
says() { tr '\n' ' ' <"$dir/err" | tr -s ' ' | grep -qF -- "$1"; }

narrow() { # nothing wider than 80 columns
	python3 - "$dir/out" <<'PY'
import sys, unicodedata
for line in open(sys.argv[1], encoding="utf-8"):
    width = sum(2 if unicodedata.east_asian_width(c) in {"W", "F"} else 1
                for c in line.rstrip("\n"))
    if width > 80:
        sys.exit("%d columns: %s" % (width, line))
PY
}

for lang in ja en; do
	check "list ($lang)" run 0 list --lang $lang
	check "list fits 80 columns ($lang)" narrow
	for id in fukuoka yamaguchi iizuka osaka kawasaki; do
		check "list names $id ($lang)" has "$id"
	done
	for id in fukuoka yamaguchi iizuka osaka kawasaki; do
		check "show $id ($lang)" run 0 show $id --lang $lang
		check "show $id fits 80 columns ($lang)" narrow
	done
done

check "show names articles" joined_has "第4章1(9)ア"
check "show tells media apart" has "portable"

check "list --json" run 0 list --json
check "... has every class" python3 - "$dir/out" <<'PY'
import json, sys
all = {p["id"]: [c["id"] for c in p["classes"]] for p in json.load(open(sys.argv[1]))}
assert all == {
    "fukuoka": ["my-number", "kimitsu1", "kimitsu2", "kimitsu3"],
    "yamaguchi": ["kimitsu3a", "kimitsu3b", "kimitsu3c", "kimitsu2", "kimitsu1"],
    "iizuka": ["kimitsu3", "kimitsu2", "kimitsu1"],
    "osaka": ["juyodo1", "juyodo2", "juyodo3", "juyodo4"],
    "kawasaki": ["my-number", "kubun1", "kubun2", "kubun3"],
}, all
PY

# To write one's own: take a copy, change the id.
run 0 show fukuoka --json
cp "$dir/out" "$dir/mine.json"
check "show --json is the file itself" cmp -s "$dir/out" src/policy/data/fukuoka.json
check "an exported policy is valid" run 0 check "$dir/mine.json"
sed -i 's/"id": "fukuoka"/"id": "our-town"/' "$dir/mine.json"
check "a policy of one's own is valid" run 0 check "$dir/mine.json"
check "... and is shown" run 0 show "$dir/mine.json"

sed 's/第17条第2項/第18条/' src/policy/data/fukuoka.json >"$dir/bad.json"
check "a changed policy under a built-in's id is refused" run 2 check "$dir/bad.json"
check "... and told" has "built-in"
sed -e 's/"rank": 3/"rank": 2/' -e 's/"scsi-format"/"scsi-fromat"/' \
	-e 's/"article": "別表第2(3)ウ",//' "$dir/mine.json" >"$dir/bad.json"
check "a bad policy is refused" run 2 check "$dir/bad.json"
check "... with every problem: rank" has "classes[2]: rank 2 comes after rank 2"
check "... method" has 'measures[8].methods[4]: "scsi-fromat" is not known'
check "... article" has 'measures[3]: "article" is missing'
check "... and the count" says "4 problems"
run 2 check "$dir/bad.json" --json
check "check --json" python3 -c '
import json, sys
r = json.load(open(sys.argv[1]))
assert not r["valid"] and len(r["problems"]) == 4 and r["problems"][0]["place"]
' "$dir/out"
check "show refuses it" run 2 show "$dir/bad.json"

printf '{"a": [' >"$dir/torn.json"
check "a torn file is refused" run 2 check "$dir/torn.json"
check "... with line and column" has "line 1, column"
head -c 300000 /dev/zero >"$dir/zero.json"
check "a huge file is refused" run 2 check "$dir/zero.json"
check "a missing file is refused" run 2 check "$dir/none.json"
check "an unknown policy is refused" run 2 show tokyo
check "... and the known ones are listed" says "fukuoka, yamaguchi"
check "other words are refused" run 2 explain
check "check without a file is refused" run 2 check
echo "1..$n"
