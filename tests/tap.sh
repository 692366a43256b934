# SPDX-License-Identifier: Apache-2.0
# For test scripts: source it, then check DESCRIPTION COMMAND..., and `finish`.
set -u
# Nothing is left beside the sources.
export PYTHONDONTWRITEBYTECODE=1
build=$(cd "${BUILD:-build}" && pwd)
haiki=$build/haiki
cases=0
scratch=$(mktemp -d)
loops=

# Loop devices over files of our own, detached at the end whatever happens.
new_loop() { # SIZE -> $loop, $image
	image=$(mktemp "$scratch/disk.XXXXXX")
	truncate -s "$1" "$image"
	loop=$(losetup --find --show "${@:2}" "$image") || return 1
	loops="$loops $loop"
}

# What is detached may be another test's the next moment.
let_go() { # LOOP
	losetup -d "$1"
	loops=" $loops "
	loops=${loops// $1 / }
}

clean_up() {
	trap - EXIT
	command -v on_exit >/dev/null && on_exit
	for l in $loops; do losetup -d "$l" 2>/dev/null; done
	rm -rf "$scratch"
}
trap clean_up EXIT

ok() { cases=$((cases + 1)); echo "ok $cases - $1"; }
not_ok() { cases=$((cases + 1)); echo "not ok $cases - $1"; shift; printf '# %s\n' "$@"; }
skip() { cases=$((cases + 1)); echo "ok $cases - $1 # SKIP $2"; }

# The command must succeed.
check() {
	local what=$1
	shift
	if "$@" >"$scratch/out" 2>"$scratch/err"; then
		ok "$what"
	else
		not_ok "$what" "exit status $?: $*" "$(cat "$scratch/out" "$scratch/err" | head -n 40)"
	fi
}

# The command must end with that exit status.
exits() { # STATUS DESCRIPTION COMMAND...
	local want=$1 what=$2 got
	shift 2
	"$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	got=$?
	if [ "$got" -eq "$want" ]; then
		ok "$what"
	else
		not_ok "$what" "exit status $got, not $want: $*" "$(cat "$scratch/out" "$scratch/err" | head -n 40)"
	fi
}

# The last command's output must match.
says() { # DESCRIPTION PATTERN
	if grep -qE -- "$2" "$scratch/out" "$scratch/err"; then
		ok "$1"
	else
		not_ok "$1" "nothing matches $2 in:" "$(cat "$scratch/out" "$scratch/err" | head -n 40)"
	fi
}

equal() { # DESCRIPTION GOT WANTED
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got: $2" "wanted: $3"; fi
}

finish() { echo "1..$cases"; }

# Until the command succeeds; gives up after two minutes, which no machine needs.
until_so() { # COMMAND...
	local end=$((SECONDS + 120))
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}
# Whether a program that runs with --progress json is at work on its drive.
is_erasing() { # FILE
	grep '"event":"progress"' "$1" | grep -q '"phase":"erase"'
}

# Everything needs root and loop devices: say so instead of passing.
need_loops() {
	local probe
	probe=$(mktemp "$scratch/probe.XXXXXX")
	truncate -s 1M "$probe"
	if [ "$(id -u)" -ne 0 ] || ! l=$(losetup --find --show "$probe" 2>/dev/null); then
		skip "$1" "needs root and loop devices"
		finish
		exit 0
	fi
	losetup -d "$l"
}

operator_key() { # DIR: a key with its CA
	printf 'a passphrase\n' >"$scratch/passphrase"
	"$haiki" keygen --name 福岡太郎 --org 福岡県 --ca --out "$1" \
		--passphrase-file "$scratch/passphrase" >/dev/null || return 1
}
