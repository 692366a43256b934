#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# scripts/check finds nothing here, and finds each of these.
set -u
cd "$(dirname "$0")/../.." || exit 1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
number=0 failed=0

report() { # STATUS NAME
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		failed=1
	fi
}

scripts/check >&2
report $? "these sources"

# finds NAME FILE EXPECTED: the file's text is on standard input.
finds() {
	rm -rf "$dir/tree"
	mkdir -p "$dir/tree/$(dirname "$2")"
	cat >"$dir/tree/$2"
	scripts/check "$dir/tree" >"$dir/out" 2>/dev/null
	[ $? -eq 1 ] && grep -q "$3" "$dir/out"
	report $? "$1"
	[ "$failed" -eq 0 ] || cat "$dir/out" >&2
}

spdx='/* SPDX-License-Identifier: Apache-2.0 */'

finds "the command room knows no internals" src/command/x.c 'must not know job' <<EOF
$spdx
#include "job/job.h"
EOF
finds "policy does no I/O" src/policy/x.c 'policy does no I/O' <<EOF
$spdx
#include <fcntl.h>
EOF
finds "policy knows no transport" src/policy/x.c 'must not know transport' <<EOF
$spdx
#include "transport/transport.h"
EOF
finds "a method knows no policy" src/method/x.c 'must not know policy' <<EOF
$spdx
#include "policy/policy.h"
EOF
finds "the library does not print" src/proof/x.c ':4: the library does not print' <<EOF
$spdx
void f(void)
{
	printf("x");
}
EOF
finds "nor to standard error" src/proof/x.c 'the library does not print' <<EOF
$spdx
int x = fputs("x", stderr);
EOF
finds "nor ends the program" src/job/x.c 'only main() ends' <<EOF
$spdx
int f(void) { exit(1); }
EOF
finds "no shell" src/device/x.c 'system(): no shells' <<EOF
$spdx
int f(void) { return system("hdparm"); }
EOF
finds "no strcpy" src/base/x.c 'strcpy(): use snprintf' <<EOF
$spdx
char *f(char *a, char *b) { return strcpy(a, b); }
EOF
finds "the licence is told" src/base/x.c 'no SPDX' <<EOF
int x;
EOF
finds "no other licence" src/base/x.c 'under another licence' <<EOF
$spdx
/* GNU General Public License */
EOF
finds "include guards" src/base/x.h 'no include guard BASE_X_H' <<EOF
$spdx
int x;
EOF
finds "rooms have names" src/attic/x.c "a room that scripts/check doesn't know" <<EOF
$spdx
EOF
finds "shell scripts parse" scripts/x 'x:1: ' <<EOF
#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
if
EOF
finds "JSON parses" src/policy/data/x.json 'no JSON' <<EOF
{"a": 1,}
EOF

# What only looks like a violation is none.
mkdir -p "$dir/good/src/base"
cat >"$dir/good/src/base/x.c" <<EOF
$spdx
/* Unlike printf() or system() this is exit()-free; see stdout. */
int my_system(const char *s) { return s == (const char *)"strcpy(a, b)"; }
int f(struct ops *o) { return o->system(1) + my_system("x"); }
EOF
scripts/check "$dir/good" >&2
report $? "comments, strings and members are no calls"

echo "1..$number"
exit $failed
