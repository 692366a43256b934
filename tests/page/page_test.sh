#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# verify.html in a browser: the same verdicts as `haiki verify`, nothing said
# to the network, nothing in a record is more than text.
. "$(dirname "$0")/../tap.sh"
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
export LC_ALL=C.UTF-8 TZ=Asia/Tokyo
unset LANGUAGE

for tool in node npm chromium clang-14; do
	command -v $tool >/dev/null && continue
	skip "the page" "$tool is not installed"
	finish
	exit 0
done
if [ "$(uname -m)" != x86_64 ] && [ ! -d /usr/include/wasm32-wasi ]; then
	skip "the page" "no WebAssembly compiler"
	finish
	exit 0
fi

word="correct horse battery"
sign() { # KEYS ROLE FILE [CA]
	"$haiki" cosign "$3" --role "$2" --key "$1/operator.key" \
		--cert "$1/operator.crt" --passphrase-file phrase \
		--ca "${4:-keys/ca.crt}" --yes
}

# Records of every kind, with PDFs, cosigned and closed.
# A photograph: a PNG of noise.
photograph() {
	python3 - "$1" <<'PY'
import os, struct, sys, zlib
def chunk(name, data):
    return (struct.pack(">I", len(data)) + name + data +
            struct.pack(">I", zlib.crc32(name + data)))
w, h = 400, 300
rows = b"".join(b"\0" + os.urandom(3 * w) for _ in range(h))
with open(sys.argv[1], "wb") as f:
    f.write(b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
PY
}

records() {
	echo "$word" >phrase
	"$haiki" keygen --name "山田 太郎" --org 福岡県 --out keys --ca \
		--passphrase-file phrase &&
	"$haiki" keygen --name "鈴木 花子" --org 福岡県 --out witness \
		--issuer keys --issuer-passphrase-file phrase \
		--passphrase-file phrase &&
	"$haiki" keygen --name "山田 太郎" --org 福岡県 --out stranger --ca \
		--passphrase-file phrase &&
	HAIKI_PACKAGE=$PWD "$build/tests/certificate/package_test" &&
	cp -r records plain &&
	"$build/tests/page/papers" keys/operator.key keys/operator.crt "$word" \
		records/{good,destroy,failed,witness,training}.json &&
	cp -r records before &&
	sign witness witness records/witness.json &&
	photograph photo.PNG &&
	"$haiki" close records/destroy.json --destroyed 細断 --date 2024-02-29 \
		--photo photo.PNG --completion-certificate 第42号 \
		--key keys/operator.key --cert keys/operator.crt \
		--passphrase-file phrase --ca keys/ca.crt &&
	"$haiki" close records/witness.json --handover "業者 吉田" \
		--date 2024-02-29 --receipt-no 5 --key keys/operator.key \
		--cert keys/operator.crt --passphrase-file phrase \
		--ca keys/ca.crt &&
	"$haiki" ledger head records --sign --key keys/operator.key \
		--cert keys/operator.crt --passphrase-file phrase
}

# A witness by each of many kinds of authority.
authorities() {
	local kind half=b
	mkdir pki && cd pki && bash "$here/authorities.sh" && cd .. || return
	cp keys/ca.crt trust-a.crt && cp keys/ca.crt trust-b.crt
	for kind in pki/*/; do
		kind=$(basename "$kind")
		[ $half = a ] && half=b || half=a
		mkdir -p "trust-$half/$kind" &&
			cp plain/witness.* "trust-$half/$kind" &&
			cat "pki/$kind/root.crt" >>trust-$half.crt || return
		sign "pki/$kind" witness "trust-$half/$kind/witness.json" ||
			rm -r "trust-$half/$kind"
	done
	[ "$(find trust-? -name '*.json' | wc -l)" -ge 12 ]
}

# Each kind of tests/certificate/tamper.py, in kinds/.
kinds() {
	python3 "$root/tests/certificate/tamper.py" make ../kinds
}

# Other pages, signed by one who has the operator's key: resigned/.
resigned() {
	mkdir resigned && cp records/good.* records/training.* resigned &&
		sed -i 's/595\.28/595.29/' resigned/good.pdf &&
		"$build/tests/page/resign" keys/operator.key keys/operator.crt \
			"$word" resigned/good.pdf
}

cd "$scratch" || exit 1
# Without the network there's no page to be tested; that isn't the page's fault.
# What comes but isn't what package-lock.json names, is one.
if ! make -s -C "$here/../.." BUILD="$build" page-npm >"$scratch/npm" 2>&1 &&
	grep -E 'code (EAI_|E?CONN|ENOTFOUND|E[A-Z]*TIMEDOUT|ENET|.*_CERT)' \
		"$scratch/npm"; then
	skip "the page" "the registry of its libraries can't be reached"
	finish
	exit 0
fi
make_page() {
	make -s -C "$here/../.." BUILD="$build" page-test >"$scratch/make" 2>&1 ||
		{ cat "$scratch/make"; return 1; }
}
check "the page is built" make_page
if [ ! -e "$build/verify.html" ]; then
	finish
	exit 1
fi
check "records are made" records
check "and signed under many kinds of authority" authorities
. "$here/stamps.sh"
check "and stamped" stamps
check "one gets other pages from somebody with the key" resigned
mkdir tamper && cd tamper || exit 1
. "$root/tests/certificate/tampering.sh"
check "and records are tampered with in every way" kinds
cd "$scratch" || exit 1
python3 "$here/tampered.py" >"$scratch/tampered.log" 2>&1 ||
	not_ok "records are tampered with" "$(cat "$scratch/tampered.log")"
BUILD=$build CASES=$cases HAIKI=$haiki node "$here/page_test.mjs"
