#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The full screen on a real (pseudo) terminal: typed at, looked at, resized,
# interrupted; what comes out of it is verified.
# shellcheck disable=SC2154  # set by tap.sh
. "$(dirname "$0")/../tap.sh"

if ! command -v tmux >/dev/null; then
	skip 'the screen on a terminal' 'needs tmux'
	finish
	exit 0
fi

terminals=0
socket=
t() { tmux -S "$socket" -f /dev/null "$@"; }
on_exit() { [ -z "$socket" ] || t kill-server 2>/dev/null; }

# The program on a terminal of its own; its exit status goes to $scratch/status.
begin() { # COLUMNS ROWS TERM ARGUMENT...
	local columns=$1 rows=$2 term=$3
	shift 3
	rm -f "$scratch/status"
	on_exit
	terminals=$((terminals + 1))
	socket=$scratch/tmux$terminals
	t new-session -d -x "$columns" -y "$rows" \
		"env TERM=$term $(printf '%q ' "$haiki" "$@") 2>'$scratch/messages'; echo \$? >'$scratch/status'; exec sleep 1000"
	t set-option -g status off \; set-option -g escape-time 0 \; \
		resize-window -x "$columns" -y "$rows"
}

look() { t capture-pane -p; }
type_text() { t send-keys -l -- "$1"; }
key() { t send-keys "$@"; }

patience=1200
# Waits for words to be on the screen, and says whether they came.
sees() { # DESCRIPTION WORDS
	local tries=0
	until look >"$scratch/screen"; grep -qF -- "$2" "$scratch/screen"; do
		tries=$((tries + 1))
		if [ $tries -gt $patience ]; then
			patience=20   # what follows will hardly come, either
			not_ok "$1" "\"$2\" never came:" "$(cat "$scratch/screen")"
			return
		fi
		sleep 0.1
	done
	ok "$1"
}

ends() { # DESCRIPTION STATUS
	local tries=0
	while [ ! -s "$scratch/status" ] && [ $tries -lt 1200 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	equal "$1" "$(cat "$scratch/status" 2>/dev/null)" "$2"
}

# The corner of the title bar stands where it must only if every wide character
# before it took two columns, and the frame fills the terminal.
aligned() { # DESCRIPTION COLUMNS ROWS
	local tries=0
	until look >"$scratch/screen"; measure "$2" "$3" >"$scratch/measured"; do
		tries=$((tries + 1))
		if [ $tries -gt 20 ]; then
			not_ok "$1" "$(cat "$scratch/measured" "$scratch/screen")"
			return
		fi
		sleep 0.2
	done
	ok "$1"
}

measure() { # COLUMNS ROWS
	python3 - "$scratch/screen" "$1" "$2" <<'PYTHON'
import sys, unicodedata
def width(s):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
lines = open(sys.argv[1], encoding="utf-8").read().split("\n")[:-1]
columns, rows = int(sys.argv[2]), int(sys.argv[3])
ambiguous = [c for l in lines for c in l if unicodedata.east_asian_width(c) == "A"]
print("ambiguous:", ambiguous, "rows:", len(lines), "title:", width(lines[0]))
sys.exit(bool(ambiguous) or len(lines) != rows or width(lines[0]) != columns - 1
         or max(map(width, lines)) > columns
         or not lines[-1].startswith(" F1 "))
PYTHON
}

# One is so slow, until it's told to hurry, that its progress can be looked at
# for minutes, however busy this machine is.
cat >"$scratch/slow.json" <<'EOT'
{ "drives": [
  { "kind": "ata-hdd", "serial": "FAST-0001", "size_mib": 16, "contents": "1 partition: ntfs \"個人情報\"" },
  { "kind": "ata-hdd", "serial": "SLOW-0002", "size_mib": 256, "temperature": 41, "security": "none", "sanitize": [], "faults": { "slow_mib_s": 1 } } ] }
EOT
hurry=$scratch/slow.json.d/SLOW-0002.hurry
operator_key "$scratch/keys" || exit 1
"$haiki" keygen --name 立会花子 --org 福岡県 --ca --out "$scratch/witness" \
	--passphrase-file "$scratch/passphrase" >/dev/null || exit 1

# --- without a terminal ---------------------------------------------------------

exits 2 'without a terminal there is the overview' "$haiki"
says 'which names the commands' '^  erase '
exits 2 'options for the screen need a terminal' "$haiki" --simulate "$scratch/slow.json"
says 'and say so' 'for the screen'

# --- the whole way, in Japanese on 80x25 ------------------------------------------

cat >"$scratch/haiki.conf" <<EOT
policy = fukuoka
class = kimitsu2
operator = 福岡太郎
witness = 立会花子
key = $scratch/keys/operator.key
cert = $scratch/keys/operator.crt
EOT
out=$scratch/records
begin 80 25 screen-256color --simulate "$scratch/slow.json" --out "$out" \
	--config "$scratch/haiki.conf" --lang ja
sees 'the first screen is Japanese' '何をしますか'
aligned 'and in its columns' 80 25
key Enter
sees 'the bodies' '福岡県情報セキュリティ対策基準'
key Enter
sees 'the classes, in the policy'"'"'s words' '機密性1を除く非開示情報'
aligned 'kanji two columns wide' 80 25
key Enter
sees 'who: as configured' '福岡太郎'
key Enter Enter Enter Enter
type_text 'PC-2026-0117'
key Enter Enter
sees 'permission' '許可した者'
key Enter Enter Enter Enter Enter Enter
sees 'the clock is shown' 'この機器の時計は正しいですか'
key Enter
sees 'the drives' 'SLOW-0002'
sees 'what would be done to them' '消去の方法'
key Space Down Space Enter
sees 'the key wants its passphrase' 'パスフレーズ'
type_text 'wrong'
key Enter
sees 'a wrong one is refused' '[！]'
type_text 'a passphrase'
key Enter
sees 'each drive is confirmed' 'すべて失われます'
type_text '9999'
key Enter
sees 'a wrong serial number is refused' '末尾と違います'
type_text '0001'
key Enter
sees 'the next drive' '2台目'
key Escape
sees 'Escape goes back' 'どのドライブを消去しますか'
key Enter
sees 'what was confirmed stays so' '2台目'
type_text 'SLOW-0002'
key Enter
sees 'the last look' '消去の前の最終確認'
aligned 'with wide and narrow text' 80 25
key Enter
sees 'Enter erases nothing' 'Enterだけでは消去しません'
check 'nothing was written until now' test ! -e "$out"
key F9
sees 'erasing' '消去中'
sees 'with numbers' 'B/s'
sees 'and the temperature' '41度'
t resize-window -x 132 -y 43
sees 'a larger window is filled' 'SLOW-0002'
aligned 'while drives are erased' 132 43
t resize-window -x 70 -y 20
sees 'a window that is too small says so' '狭すぎます'
t resize-window -x 80 -y 25
sees 'and comes back' '完了'
key C-c
sees 'Ctrl+C asks' '中断しますか'
key Enter
touch "$hurry"
sees 'the result' '訓練 結果'
sees 'in words' '[〇] 適合'
aligned 'and in its columns, too' 80 25
key p
sees 'the proof' '残っていてはならないものは見つかりませんでした'
key Escape
sees 'back to the result' '[〇] 適合：'
key q
sees 'the hash as a code' 'ハッシュのQRコード'
sees 'and all of it, to the last row' 'Esc 戻る'
look >"$scratch/code"
key Escape Enter
sees 'the witness' '立会者が今、署名する'
key Enter
type_text "$scratch/witness/operator.key"
key Enter
type_text "$scratch/witness/operator.crt"
key Enter
type_text 'a passphrase'
key Enter
sees 'has signed' '立会花子 が立会者として 2件の記録に署名しました'
key End Enter
ends 'leaves with the status of conforming drives' 0
check 'nothing was said beside the screen' test ! -s "$scratch/messages"

cat "$scratch/keys/ca.crt" "$scratch/witness/ca.crt" >"$scratch/ca.crt"
exits 3 'the records verify as training' "$haiki" verify "$out" --ca "$scratch/ca.crt" --json
check 'genuine, complete, signed by both' jq -e \
	'length == 2 and all(.[]; .genuine and .complete and .sufficient and .training and (.signers | length == 2))' \
	"$scratch/out"
record=$(ls "$out"/FAST-0001-*.json)
equal 'the asset number is in the record' "$(jq -r .asset "$record")" PC-2026-0117
check 'and that the clock was found right' jq -e '.clock.source | test("found right")' "$record"

# --- the QR code, as a camera sees it ---------------------------------------------

photograph() {
	python3 - "$scratch/code" "$scratch/code.pgm" <<'PYTHON'
import sys
rows = [l for l in open(sys.argv[1], encoding="utf-8").read().split("\n")]
rows = [r[:38].ljust(38) for r in rows[1:21]]
pixels = []
for r in rows:
    top = [0 if c in "▀█" else 255 for c in r]
    bottom = [0 if c in "▄█" else 255 for c in r]
    # Letters beside the code aren't part of it.
    pixels += [top, bottom]
scale = 8
with open(sys.argv[2], "wb") as f:
    f.write(b"P5 %d %d 255\n" % (len(pixels[0]) * scale, len(pixels) * scale))
    for row in pixels:
        f.write(bytes(p for p in row for _ in range(scale)) * scale)
PYTHON
	zbarimg -q --raw "$scratch/code.pgm" 2>/dev/null
}
equal 'the code holds the hash of the record' "$(photograph)" \
	"SHA256:$(sha256sum "$record" | cut -c1-64 | tr a-f A-F)"

# --- in English on 132x43, stopped, resumed -----------------------------------------

rm "$hurry"
begin 132 43 screen-256color --simulate "$scratch/slow.json" --out "$scratch/records2" \
	--lang en --operator Taro --policy fukuoka --class kimitsu3
sees 'the first screen is English' 'What is to be done?'
aligned 'and in its columns' 132 43
key F1
sees 'F1 explains' 'Everywhere'
key Escape
key L
sees 'L changes the language' '何をしますか'
key F2
sees 'and so does F2' 'What is to be done?'
key Enter Enter Enter
sees 'who' 'Who erases'
key Enter Enter Enter Enter Enter Enter
sees 'permission' 'Permitted by'
key Enter Enter Enter Enter Enter Enter Enter
sees 'the drives' 'SLOW-0002'
key Down Space Enter
sees 'confirmation' 'last 4 characters'
type_text '0002'
key Enter
sees 'the last look' 'F9 begins'
key F9
sees 'erasing' 'B/s'
aligned 'on a large terminal' 132 43
key C-c y
sees 'the result' 'TRAINING Result'
sees 'stopped, and can go on' '[X] INTERRUPTED'
key Enter
sees 'the end of the run' 'What next?'
key C-c y
ends 'leaves as interrupted' 4
check 'the journal waits' sh -c "ls '$scratch/records2/journal'/*.journal"
touch "$hurry"

begin 80 24 xterm-256color --simulate "$scratch/slow.json" --out "$scratch/records2" --lang en
sees 'it is found on 80x24' 'Interrupted erases were found: 1'
aligned 'which is large enough' 80 24
key Enter
sees 'the interrupted work' 'SLOW-0002'
key Enter
sees 'the clock' "machine's clock right"
key Enter
sees 'the last look' 'These interrupted erases go on'
key F9
sees 'the result' 'TRAINING Result'
sees 'conforming at last' '[OK] CONFORMING'
key Enter C-c y
ends 'leaves with success' 0

# --- ended from outside --------------------------------------------------------------

rm "$hurry"
begin 80 25 screen-256color --simulate "$scratch/slow.json" --out "$scratch/records3" \
	--lang en --operator Taro --policy fukuoka --class kimitsu3
sees 'the first screen' 'What is to be done?'
key Enter Enter Enter
sees 'who' 'Who erases'
key Enter Enter Enter Enter Enter Enter
sees 'permission' 'Permitted by'
key Enter Enter Enter Enter Enter Enter Enter
sees 'the drives' 'SLOW-0002'
key Down Space Enter
type_text '0002'
key Enter
sees 'the last look' 'F9 begins'
key F9
sees 'erasing' 'B/s'
pid=$(pgrep -f -- "--out $scratch/records3" | while read -r p; do
	[ "$(readlink "/proc/$p/exe")" = "$haiki" ] && echo "$p"; done)
kill -TERM "$pid"
ends 'a signal stops the drives and leaves' 4
check 'from where it can go on' sh -c "ls '$scratch/records3/journal'/*.journal"

# --- the console of the live image -----------------------------------------------------

if infocmp bterm >/dev/null 2>&1; then
	begin 80 25 bterm --simulate "$scratch/slow.json" --out "$scratch/records4" --lang ja
	sees 'bterm: the first screen' '何をしますか'
	aligned 'bterm: in its columns' 80 25
	t send-keys -l "$(printf '\033[[A')"
	sees 'bterm: F1' 'どの画面でも使えるキー'
	key Enter
	key Enter
	sees 'bterm: the bodies' '山口県情報セキュリティポリシー'
	aligned 'bterm: kanji in their columns' 80 25
	key C-c y
	ends 'bterm: leaves' 0
else
	skip 'the screen on bterm' 'needs its terminal description (ncurses-term)'
fi

begin 80 25 no-such-terminal --simulate "$scratch/slow.json" --out "$scratch/records5" --lang en
ends 'an unknown terminal is refused' 2
check 'with words' grep -q 'not known: set TERM' "$scratch/messages"
finish
