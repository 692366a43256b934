#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What is wrong is not the drive: closed streams, settings, folders, crashes.
. "$(dirname "$0")/../tap.sh"
need_loops 'trouble around an erase'

keys=$scratch/keys
operator_key "$keys" || { not_ok 'keygen'; finish; exit 1; }
sign=(--key "$keys/operator.key" --cert "$keys/operator.crt"
	--passphrase-file "$scratch/passphrase")
new_loop 2M; name=${loop#/dev/}; secret=HAIKI-TEST-SECRET-0123456789
erase() {
	"$haiki" erase "$loop" --policy fukuoka --class kimitsu3 --operator 福岡太郎 \
		--confirm "$name" "${sign[@]}" "$@"
}
fill() { yes "$secret" | head -c "$(stat -c %s "$image")" >"$image"; sync "$image"; }
keep() { fill; cp "$image" "$scratch/before"; }
files() { ls "$1"/*Z."$2" 2>/dev/null | wc -l; }

# --- closed standard streams: their numbers must not become the drive's -----------
keep
erase --out "$scratch/closed" 0<&- >&- 2>&-
equal 'nothing can be told without any stream' $? 5
check 'yet what was written stands' "$haiki" verify "$scratch/closed" --ca "$keys/ca.crt"
equal 'nothing of what was said is on the drive' "$(grep -a -c -e CONFORMING -e haiki: "$image")" 0
exits 5 'a full standard output is told' sh -c 'exec "$@" >/dev/full' sh \
	"$haiki" erase "$loop" --policy fukuoka --class kimitsu3 --operator a \
	--confirm "$name" "${sign[@]}" --out "$scratch/closed"
says 'and that the drive was touched' "$loop .* was touched"

# --- settings ---------------------------------------------------------------------
keep
exits 2 'a folder is no file of settings' erase --out "$scratch/none" --config "$scratch"
exits 2 'nor is an endless one' timeout 10 "$haiki" erase "$loop" --config /dev/zero \
	--policy fukuoka --class kimitsu3 --operator a --confirm "$name" --out "$scratch/none"
exits 2 'a day that is none is refused' erase --out "$scratch/none" --approval-date 2026-02-30
exits 2 'so is a day without zeros' erase --out "$scratch/none" --approval-date 2026-2-03

# --- a place for records that is none: told with what became of the drive -------
echo >"$scratch/file"
exits 5 'a file is no folder' erase --out "$scratch/file"
says 'and the drive was not touched' 'no drive was touched'
exits 5 'a key that is not there' "$haiki" erase "$loop" --policy fukuoka --class kimitsu3 \
	--operator a --confirm "$name" --out "$scratch/none" --key /nonexistent --cert /nonexistent
says 'and the drive was not touched' 'no drive was touched'
mkdir "$scratch/odd"; echo >"$scratch/odd/journal"
exits 5 'a journal that cannot be kept' erase --out "$scratch/odd"
says 'and the drive was not touched' 'was not touched'
mkdir "$scratch/forged"
sed 's/kimitsu3/kimitsu2/' "$scratch/closed/ledger.jsonl" >"$scratch/forged/ledger.jsonl"
exits 5 'a ledger that was altered' erase --out "$scratch/forged"
says 'and the drive was not touched' 'was not touched'
check 'it was not, ever' cmp "$image" "$scratch/before"

# --- going on where something is in the way ----------------------------------------
new_loop 64M; name=${loop#/dev/}; fill
"$haiki" erase "$loop" --policy fukuoka --class kimitsu3 --operator a --confirm "$name" \
	"${sign[@]}" --out "$scratch/cut" --passes gutmann --progress json \
	>"$scratch/at-work" 2>/dev/null &
pid=$!
until_so is_erasing "$scratch/at-work"
kill -KILL "$pid"
wait "$pid" 2>/dev/null
exec 7<>"$loop"
exits 4 'a drive in use meanwhile waits for its resume' "$haiki" resume --out "$scratch/cut" \
	--passphrase-file "$scratch/passphrase"
exec 7>&-
exits 0 'which then goes on' "$haiki" resume --out "$scratch/cut" \
	--passphrase-file "$scratch/passphrase"
equal 'nothing is left' "$(grep -a -c "$secret" "$image")" 0

# --- killed between the record and its PDF ------------------------------------------
if strace -qq -o /dev/null true 2>/dev/null; then
	new_loop 1M; name=${loop#/dev/}; fill
	strace -f -qq -o /dev/null -e trace=renameat2 -e inject=renameat2:signal=SIGKILL:when=2 \
		"$haiki" erase "$loop" --policy fukuoka --class kimitsu3 --operator a \
		--confirm "$name" "${sign[@]}" --out "$scratch/paper" >/dev/null 2>&1
	equal 'the record is there without its PDF' \
		"$(files "$scratch/paper" json)$(files "$scratch/paper" pdf)" 10
	exits 0 'resume' "$haiki" resume --out "$scratch/paper" --passphrase-file "$scratch/passphrase"
	equal 'makes the PDF' "$(files "$scratch/paper" pdf)" 1
	equal 'and leaves nothing behind' "$(ls "$scratch/paper/journal")" ''

	# FAT keeps a file's length and place beside its name, and writes them
	# beside a new name only when the file is synced once more.
	fill
	strace -f -qq -y -o "$scratch/trace" -e trace=rename,renameat2,fsync \
		"$haiki" erase "$loop" --policy fukuoka --class kimitsu3 --operator a \
		--confirm "$name" "${sign[@]}" --out "$scratch/synced" >/dev/null 2>&1
	equal 'record, signature, PDF and transcript get their names by a rename' \
		"$(grep -cE 'rename.*(Z.json|.p7s|.pdf|transcript.jsonl)".*= 0' "$scratch/trace")" 4
	equal 'and every one is synced after that' "$(awk '
		/rename.*= 0$/ { n = split($0, part, "\""); waiting[part[n - 1]] = 1 }
		/fsync.*= 0$/ { sub(/.*</, ""); sub(/>.*/, ""); delete waiting[$0] }
		END { for (name in waiting) print name }' "$scratch/trace")" ''
else
	skip 'killed between the record and its PDF' 'no strace here'
fi

finish
