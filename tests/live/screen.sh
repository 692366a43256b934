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

# The screen as it is now: the last that the line brought, whole or not yet.
look() {
	tail -c 20000 "$scratch/copy" 2>/dev/null |
		awk 'BEGIN { RS = "\f" } { last = $0 } END { printf "%s", last }' |
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

picture() {
	[ -z "${HAIKI_PICTURES:-}" ] || { sleep 0.5; qmp shot "$shots/$1.png"; }
}

# Each of these functions is one guest, in a process and a directory of its own;
# all at the same time. Their cases are counted together.
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
