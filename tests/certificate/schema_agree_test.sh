#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The program's own check and certs/certificate.schema.json, read by
# python3-jsonschema, must agree about thousands of damaged records.
set -u
build=${BUILD:-build}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
echo 1..2
if HAIKI_SCHEMA_CASES=$work/cases "$build/tests/certificate/schema_test" >"$work/log" 2>&1; then
	echo "ok 1 - cases are written"
else
	sed 's/^/# /' "$work/log"
	echo "not ok 1 - cases are written"
	exit 1
fi
if python3 - "$work/cases" >"$work/log" 2>&1 <<'EOF'
import copy, json, sys
import jsonschema

schema = json.load(open("certs/certificate.schema.json", encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
lines = open(sys.argv[1], encoding="utf-8")
record = json.loads(next(lines))
validator.validate(record)
count = wrong = 0
for line in lines:
    case = json.loads(line)
    changed = copy.deepcopy(record)
    place = changed
    for step in case["path"].split("/")[1:]:
        place = place[int(step)] if isinstance(place, list) else place[step]
    if "value" in case:
        place[case["key"]] = case["value"]
    else:
        del place[case["key"]]
    count += 1
    if validator.is_valid(changed) != case["valid"]:
        wrong += 1
        if wrong <= 20:
            print("differ:", line.strip())
print(count, "cases,", wrong, "differences")
sys.exit(1 if wrong or count < 3000 else 0)
EOF
then
	sed 's/^/# /' "$work/log"
	echo "ok 2 - both validators agree"
else
	tail -n 25 "$work/log" | sed 's/^/# /'
	echo "not ok 2 - both validators agree"
	exit 1
fi
