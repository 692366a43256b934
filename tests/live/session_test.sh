#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the live image's session makes of haiki's exit codes and records, without
# a guest: the image's own scripts, its shell and its tools, and a haiki that
# does what it's told.
. "$(dirname "$0")/../tap.sh"
live=$(cd "$(dirname "$0")/../../src/live" && pwd)
codes=$(cd "$(dirname "$0")/../../src/command" && pwd)

if ! command -v dash >/dev/null; then
	skip 'the session of the live image' 'no dash'
	finish
	exit 0
fi
mkdir "$scratch/bin" "$scratch/run"
if command -v busybox >/dev/null; then
	for name in awk cat find grep head ls mkdir rm sed sort tail uniq; do
		ln -s "$(command -v busybox)" "$scratch/bin/$name"
	done
fi
PATH=$scratch/bin:$PATH
export scratch LANG=C.UTF-8

# The places are in the scratch directory.
for name in lib.sh session; do
	sed "s|/usr/lib/haiki|$scratch|; s|/run/haiki|$scratch/run|
		s|/run/arguments|$scratch/arguments|
		s|>/dev/kmsg|>>$scratch/log|; s|/etc/haiki|$scratch/etc|" \
		"$live/$name" >"$scratch/$name"
done

# Every call is noted; what it does and its exit code are in do.COMMAND.
cat >"$scratch/bin/haiki" <<'END'
#!/bin/sh
echo "$*" >>"$scratch/calls"
out=$(cat "$scratch/out")
record() { # SERIAL RESULT
	printf '{"drive":{"model":"M","serial":"%s"},"result":"%s"}\n' \
		"$1" "$2" >"$out/$1-2026Z.json"
}
[ ! -f "$scratch/do.$1" ] || . "$scratch/do.$1"
END
chmod +x "$scratch/bin/haiki"

# --- the functions ------------------------------------------------------------
call() { dash -c ". '$scratch/lib.sh'; $1"; }

order=$(sed -n '/^int exit_code_worse/,/^}/p' "$codes/command.c" |
	grep -o 'EXIT_[A-Z_]*,' | tr -d , | while read -r name; do
	sed -n "s/.*$name = \([0-9]\),.*/\1/p" "$codes/command.h"
done | xargs)
got=$(call "for a in $order 139; do for b in $order 139; do
	echo \$a \$b \$(worse \$a \$b); done; done")
want=$(for a in $order 139; do for b in $order 139; do
	for worst in $order; do
		case " ${a/139/5} ${b/139/5} " in *" $worst "*) break ;; esac
	done
	echo "$a $b $worst"
done; done)
equal 'six exit codes' "$(wc -w <<<"$order")" 6
equal 'the worse of two is the one that haiki finds worse' "$got" "$want"

# --- the session --------------------------------------------------------------

# Begins anew: what is on the stick, or in memory where it's only sent.
new() { # data|memory
	rm -rf "$scratch"/run "$scratch"/do.* "$scratch"/calls "$scratch"/log
	out=$scratch/run/$1/certificates
	mkdir -p "$out/journal" "$scratch/run/data"
	echo "$out" >"$scratch/out"
	echo ok /dev/sdx1 99 >"$scratch/run/data.state"
	[ "$1" = data ] || echo memory >"$scratch/run/data.state"
	printf '%s\n' auto=yes lang=en then=poweroff >"$scratch/arguments"
	printf 'serial,asset\nA 1,R7-1\nB,A 1\nC,"R7,2"\n' \
		>"$scratch/run/data/assets.csv"
}
interrupted() { touch "$out/journal/$1.journal"; }
when() { cat >"$scratch/do.$1"; }
# Somebody types these lines; how it ended: the statuses, and what is next.
run() {
	printf "${1-}" | timeout 20 dash "$scratch/session" \
		>"$scratch/said" 2>&1
	sed -n "s/.*unattended: //p" "$scratch/log" 2>/dev/null | xargs
	cat "$scratch/run/next" 2>/dev/null
}
calls() { sed "s|$scratch/run/||" "$scratch/calls"; }

new data
when erase <<<'record B conforming; exit 0'
equal 'nothing was interrupted' "$(run)" $'0\npoweroff'
equal 'what is named is erased' "$(calls)" 'erase --assets data/assets.csv'

new data
interrupted A
when resume <<<'rm "$out"/journal/*; record "A 1" nonconforming; exit 1'
when erase <<<'record B duty; exit 3'
equal 'the resumed one is worse' "$(run)" $'1\npoweroff'
equal 'it is not erased again' "$(calls)" \
	'resume
erase --assets data/assets.csv --finished A 1'
check 'it is told' grep -q 'NOT CONFORMING' "$scratch/said"

new data
interrupted A
when resume <<<'exit 4'
when erase <<<'record B conforming; exit 0'
equal 'the resumed one is not here' "$(run)" $'4\npoweroff'
check 'the stick keeps it' grep -q 'at the next start' "$scratch/said"

new data
interrupted A
echo '{"drive":{"serial":"C"},"result":"conforming"}' >"$out/C-2025Z.json"
when resume <<'END'
rm "$out"/journal/*
record "A 1" duty
record B conforming
exit 3
END
when erase <<<'exit 0'
equal 'two are resumed' "$(run)" $'3\npoweroff'
equal 'both are finished, what an earlier start did is not' \
	"$(calls | tail -n 1)" \
	'erase --assets data/assets.csv --finished A 1 --finished B'

new data
interrupted A
rm "$scratch/run/data/assets.csv"
when resume <<<'rm "$out"/journal/*; record A conforming; exit 0'
equal 'nothing else is named' "$(run)" $'0\npoweroff'
equal 'nothing else is begun' "$(calls)" resume

# --- only in memory -----------------------------------------------------------
new memory
when erase <<<': >"$out/journal/A.journal"; record B duty; exit 4'
equal 'an interrupted erase: off is typed' "$(run 'off\n')" $'4\npoweroff'
check 'it is told before' grep -q "ONLY IN THIS MACHINE'S" "$scratch/said"
check 'no next start is promised' sh -c "! grep -q 'next start' '$scratch/said'"

new memory
when erase <<'END'
[ -e "$scratch/again" ] && exit 0
touch "$scratch/again" "$out/journal/A.journal"
record B duty
exit 4
END
when resume <<<'rm "$out"/journal/*; record A conforming; exit 0'
equal 'Enter goes on, and the other drive still counts' "$(run '\n')" \
	$'4 3\npoweroff'
equal 'that way' "$(calls)" 'send --check
erase --assets data/assets.csv
send --check
resume
erase --assets data/assets.csv --finished A --finished B'

new memory
when erase <<<': >"$out/journal/A.journal"; exit 4'
equal 'nobody there: it stays on' "$(run '')" 4

new memory
sed -i 's/^auto=yes$//' "$scratch/arguments"
interrupted A
echo restart >"$scratch/run/next"
run '\n' >/dev/null
check 'the screen was left: Enter goes back' test ! -e "$scratch/run/next"
echo restart >"$scratch/run/next"
run 'off\n' >/dev/null
equal 'off leaves' "$(cat "$scratch/run/next")" restart
finish
