#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The program's own check and certs/certificate.schema.json, read by
# python3-jsonschema, must agree about thousands of damaged records.
. "$(dirname "$0")/../tap.sh"

check "cases are written" env HAIKI_SCHEMA_CASES="$scratch/cases" \
	"$build/tests/certificate/schema_test"
cat >"$scratch/agree.py" <<'EOF'
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
check "both validators agree" python3 "$scratch/agree.py" "$scratch/cases"
finish
