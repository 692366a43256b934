# SPDX-License-Identifier: Apache-2.0
# For the tests that sit at the live image's screen; source it after live.sh.
#
# What is on the screen comes as text over the second serial line (the setting
# screen-copy); keys go in by QEMU's keyboard. A test waits for what it is to
# see, never for a time. With HAIKI_PICTURES=1 pictures of all screens are left
# in build/live.

# What the two serial lines and the machine's control need; to be given to boot().
desk() {
	echo "-qmp unix:$scratch/qmp,server=on,wait=off" \
		"-chardev file,id=copy,path=$scratch/copy -serial chardev:copy"
}

qmp() {
	python3 "$here/tests/live/qmp.py" "$scratch/qmp" "$@"
}

press() { qmp key "$@"; }
type_text() { qmp type "$1"; }

# The screen as it is now: the last that the line brought whole. One that is
# still coming has fewer rows than those before.
look() {
	tail -c 20000 "$scratch/copy" 2>/dev/null |
		awk 'BEGIN { RS = "\f" }
			{ rows = gsub(/\n/, "&") }
			rows >= most { most = rows; last = $0 }
			END { printf "%s", last }' |
		tr -d '\r'
}

# sees DESCRIPTION WORDS [SECONDS]: waits for words to be on the screen.
sees() {
	local i limit=${3:-${HAIKI_PATIENCE:-240}}
	[ -n "$machine" ] || limit=1
	for ((i = 0; i < limit * 5; i++)); do
		look >"$scratch/screen"
		# Words that are wrapped are there, too.
		{ cat "$scratch/screen" && tr -d '\n' <"$scratch/screen"; } |
			sed 's/  */ /g' >"$scratch/words"
		grep -qF -- "$2" "$scratch/screen" "$scratch/words" && {
			ok "$name: $1"
			return 0
		}
		kill -0 "$machine" 2>/dev/null || break
		sleep 0.2
	done
	not_ok "$name: $1" "\"$2\" never came:" "$(cat "$scratch/screen")" \
		"$(last_words)"
	# What follows will hardly come, either.
	[ -z "$machine" ] || switch_off
	return 1
}

gone_from_screen() { # WORDS
	local i
	for ((i = 0; i < 600; i++)); do
		look >"$scratch/screen"
		[ -s "$scratch/screen" ] &&
			! grep -qF "$1" "$scratch/screen" && return
		sleep 0.2
	done
	return 1
}

# A stick that can be pulled and put back, and be made slow: the group "slow".
pullable_stick() {
	echo "-device qemu-xhci,id=usb -object throttle-group,id=slow" \
		"-blockdev driver=file,node-name=file,filename=$scratch/stick" \
		"-blockdev driver=throttle,node-name=stick,throttle-group=slow,file=file" \
		"-device usb-storage,drive=stick,bus=usb.0,id=plug,removable=on,bootindex=0"
}

pull() { qmp unplug plug; }

put_back() {
	qmp plug usb-storage drive=stick bus=usb.0 id=plug
}

# both NAME JAPANESE ENGLISH: pictures in both languages.
both() {
	[ -n "${HAIKI_PICTURES:-}" ] || return 0
	qmp shot "$shots/$1-ja.png"
	press f2
	sees "$1, English" "$3" && sleep 0.5 && qmp shot "$shots/$1-en.png"
	press f2
	sees "$1, Japanese" "$2"
}

# aside NAME KEY JAPANESE ENGLISH KEY-BACK WORDS: pictures of what a key shows for
# a moment, and back to the screen with these words.
aside() {
	[ -n "${HAIKI_PICTURES:-}" ] || return 0
	press "$2"
	sees "$1" "$3" || return
	both "$1" "$3" "$4"
	press "$5"
	sees "$1, and back" "$6"
}

picture() {
	[ -z "${HAIKI_PICTURES:-}" ] || { sleep 0.5; qmp shot "$shots/$1.png"; }
}

# --- the list of drives, and what follows ----------------------------------------

# The keys are taken one after the other.
until_marked() { # COUNT
	local i
	for ((i = 0; i < 300; i++)); do
		look >"$scratch/screen"
		[ "$(grep -c '\[x\]' "$scratch/screen")" -ge "$1" ] && return
		sleep 0.2
	done
}

# The space bar on each drive of the list; the stick can't be marked.
mark() { # COUNT
	local i
	for ((i = 0; i < $1 + 1; i++)); do
		press spc down
	done
	press home
	sees "marked: $1" "[x]" || return
	until_marked "$1"
	equal "$name: marked" "$(grep -c '\[x\]' "$scratch/screen")" "$1"
}

confirm() { # SERIAL-OR-ITS-END
	type_text "$1"
	sees "$1 is typed" "[$1" || return
	press ret
	waits "$name: $1 is confirmed" gone_from_screen "[$1"
}

# examine DIRECTORY SERIAL...: records of these drives, good, signed by a person.
examine() {
	local dir=$1
	shift
	equal "$name: a record for each drive" \
		"$(jq -r .drive.serial "$dir"/*Z.json | sort | xargs)" "$*"
	"$haiki" verify "$dir" --ca "$dir/ca.crt" --json >"$scratch/verified"
	equal "$name: verify accepts them outside" $? 0
	equal "$name: conforming" \
		"$(jq -r .result "$dir"/*Z.json | sort -u)" conforming
	check "$name: the clock was confirmed" jq -e -s \
		'all(.[]; .clock.source | test("found right by the operator"))' \
		"$dir"/*Z.json
	equal "$name: they name the image" \
		"$(jq -r .tool.image "$dir"/*Z.json | sort -u)" \
		"$(cat "$build/image/hash")"
}

# --- more than one guest ---------------------------------------------------------

# Each of these functions is one guest, in a process and a directory of its own;
# all at the same time: two of them, for the machine that tests may have no more
# processors. Their cases are counted together.
side_by_side() { # FUNCTION...
	local each line
	for each in "$@"; do
		mkdir "$scratch/$each"
		(
			trap - EXIT
			trap on_exit EXIT
			scratch=$scratch/$each name=$each cases=0
			# With paths of its own.
			. "$here/tests/live/live.sh"
			"$each"
		) >"$scratch/$each/tap" 2>&1 &
	done
	wait
	for each in "$@"; do
		while IFS= read -r line; do
			case $line in
			"ok "* | "not ok "*)
				cases=$((cases + 1))
				echo "${line%%[0-9]*}$cases - ${line#*- }"
				;;
			*) echo "# ${line#\# }" ;;
			esac
		done <"$scratch/$each/tap"
	done
}
