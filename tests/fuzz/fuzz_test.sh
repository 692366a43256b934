#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every fuzz target, built with gcc's address and undefined-behaviour
# sanitizers, is fed its corpus and some thousand mutations of it; one case a
# target. `make fuzz` does the same for longer, with libFuzzer.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
runs=${FUZZ_RUNS:-20000} seconds=${FUZZ_TEST_SECONDS:-2}
export ASAN_OPTIONS=handle_abort=1:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1

# A sanitized copy of the library, in a folder of its own.
if ! make -s -j2 BUILD="$build/sanitize" WARN=-w OPTIMISE="-O1 -g" \
	SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=undefined" \
	fuzz-programs >&2; then
	printf '1..1\nnot ok 1 - the sanitized targets build\n'
	exit 1
fi

seeds=$build/sanitize/seeds
rm -rf "$seeds"
if ! "$build/sanitize/tests/fuzz/seeds" "$seeds" >&2; then
	printf '1..1\nnot ok 1 - the seeds are made\n'
	exit 1
fi

number=0 failed=0
for source in tests/fuzz/*.c; do
	name=$(basename "$source" .c)
	case $name in driver | seeds | *_test) continue ;; esac
	number=$((number + 1))
	corpus=
	for folder in "tests/fuzz/corpus/$name" "$seeds/$name"; do
		[ -d "$folder" ] && corpus="$corpus $folder"
	done
	crash=$build/sanitize/crash-$name
	rm -f "$crash"
	# shellcheck disable=SC2086 # no corpus, no argument
	if "$build/sanitize/tests/fuzz/$name" -n "$runs" -t "$seconds" \
		-o "$crash" $corpus >&2; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name: the input is in $crash"
		failed=1
	fi
done
echo "1..$number"
exit $failed
