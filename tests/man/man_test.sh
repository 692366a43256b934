#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The manual: well-formed, readable on 80 columns, in two languages, and it
# names every command, option and key that there is.
# shellcheck disable=SC2154  # set by tap.sh
. "$(dirname "$0")/../tap.sh"
top=$(cd "$(dirname "$0")/../.." && pwd)
man=$top/man
export LC_ALL=C.UTF-8

lint() { mandoc -Tlint -W warning "$1"; }

# Japanese text has no spaces: where a line is too long, the page's source
# needs another line break.
fits() {
	local wide
	wide=$(mandoc -Tutf8 -O width=78 "$1" | sed 's/.\x08//g' | wc -L)
	echo "the widest line has $wide columns"
	[ "$wide" -le 80 ]
}

# The words of standard input all stand in the page.
names_all() { # PAGE
	local word missing=0 text
	text=$(mandoc -Tutf8 -O width=500 "$1" | sed 's/.\x08//g')
	while read -r word; do
		grep -qE -- "(^|[^a-z0-9_-])$word($|[^a-z0-9_-])" <<<"$text" || {
			echo "$word is missing"
			missing=1
		}
	done
	return $missing
}

options() { "$haiki" help "$1" --words | grep -e '^--'; }
methods() { jq -r '.properties.method.properties.id.enum[] | select(. != "none")' "$top/certs/certificate.schema.json"; }
schema_keys() { jq -r '[.. | .properties? // empty | keys[]] | unique[]' "$top"/certs/*.schema.json | sort -u; }
policy_keys() {
	jq -r 'keys[], (.measures[]?, .classes[]?, .duties[], (.duties[] | .when? // {}) | keys[])' \
		"$top"/src/policy/data/*.json | sort -u
}
settings() { # what haiki.conf may hold, as haiki(8) lists it
	sed -n '/^\.It Pa \/etc\/haiki\/haiki.conf/,/^\.It/p' "$1" |
		sed -n 's/^\.Cm policy/policy/p; s/^\.Cm operator/operator/p; s/^\.Cm asset/asset/p; s/^\.Cm allow/allow/p; s/^\.Cm out/out/p' |
		tr -d ' .' | tr ',' '\n' | grep .
}

# No option that isn't in $scratch/settings may stand in a file.
others_are_refused() {
	local option
	for option in $({ options erase; options resume; } | sed 's/^--//' | sort -u); do
		grep -qx "$option = yes" "$scratch/settings" && continue
		echo "$option = yes" >"$scratch/other"
		"$haiki" erase --config "$scratch/other" 2>&1 </dev/null |
			tr -s ' \n' ' ' | grep -q 'is no setting' || {
			echo "$option is a setting"
			return 1
		}
	done
}

example() { sed -n '/^\.Bd -literal$/,/^\.Ed/p' "$1" | sed '1d;$d'; }

for directory in "$man" "$man/ja"; do
	name=${directory#"$top"/}
	for page in "$directory"/*.[578]; do
		check "$name/${page##*/} is well-formed" lint "$page"
		check "$name/${page##*/} fits 80 columns" fits "$page"
	done
	for command in $("$haiki" help --words); do
		page=$directory/haiki-$command.8
		check "$name has a page about $command" test -s "$page"
		check "$name/haiki-$command.8 names every option" \
			names_all "$page" < <(options "$command")
	done
	check "$name/haiki.8 names every command" \
		names_all "$directory/haiki.8" < <("$haiki" help --words)
	check "$name/haiki.8 names every method" \
		names_all "$directory/haiki.8" < <(methods)
	check "$name/haiki-certificate.5 names every key" \
		names_all "$directory/haiki-certificate.5" < <(schema_keys)
	check "$name/haiki-policy.5 names every key" \
		names_all "$directory/haiki-policy.5" < <(policy_keys)
	example "$directory/haiki-policy.5" >"$scratch/example.json"
	check "$name/haiki-policy.5's example is a policy" \
		"$haiki" policy check "$scratch/example.json"
	settings "$directory/haiki.8" | sed 's/$/ = yes/' >"$scratch/settings"
	# Settings are read first; then the missing drive is complained of.
	exits 2 "settings in $name/haiki.8 are read" \
		"$haiki" plan --config "$scratch/settings"
	says 'and all of them are settings' 'which drive'
	check "$name/haiki.8 lists all of them" others_are_refused
done

# A page in one language only would be found here.
check 'both languages have the same pages' \
	diff <(cd "$man" && echo *.[578]) <(cd "$man/ja" && echo *.[578])
finish
