# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154  # set by tap.sh and its reader
# In a directory of their own, good records and forgers' for tamper.py: keys/,
# good/, namesake.out/ ... Source it; $root: where the sources are.
cp "$root/src/simulate/practice.json" . || exit 1
echo "correct horse battery" >phrase
pass=(--passphrase-file phrase)
who="山田 太郎"

erase() { # SERIAL OUT KEYS [OPTION...]
	"$haiki" erase "sim:$1" --simulate practice.json --policy fukuoka \
		--class kimitsu2 --operator "$who" --confirm "$1" \
		--progress none --out "$2" --key "$3/operator.key" \
		--cert "$3/operator.crt" "${pass[@]}" "${@:4}"
}

issue() { # DIR ALGORITHM OPTION, then openssl x509's: by the good authority
	local dir=$1
	mkdir "$dir" &&
		openssl genpkey -algorithm "$2" -pkeyopt "$3" -aes-256-cbc \
			-pass file:phrase -out "$dir/operator.key" &&
		openssl req -new -utf8 -subj "/O=福岡県/CN=$who" \
			-key "$dir/operator.key" -passin file:phrase \
			-out "$dir/operator.csr" &&
		openssl x509 -req -in "$dir/operator.csr" -CA keys/ca.crt \
			-CAkey keys/ca.key -passin file:phrase -extfile uses \
			-out "$dir/operator.crt" -set_serial "$((++serial))" \
			"${@:4}"
}
serial=100
cat >uses <<'END'
[server]
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature,nonRepudiation
extendedKeyUsage=serverAuth
[signer]
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature,nonRepudiation
extendedKeyUsage=emailProtection
END

check "an operator and an authority" "$haiki" keygen --name "$who" \
	--org 福岡県 --out keys --ca "${pass[@]}"
check "a witness" "$haiki" keygen --name "鈴木 花子" --org 福岡県 \
	--out witness --issuer keys --issuer-passphrase-file phrase "${pass[@]}"
check "a namesake by another authority" "$haiki" keygen --name "$who" \
	--org 福岡県 --out namesake --ca "${pass[@]}"
check "one whose certificate is for servers" issue server EC \
	ec_paramgen_curve:P-256 -sha256 -days 30 -extensions server
check "one whose certificate has expired" issue expired EC \
	ec_paramgen_curve:P-256 -sha256 -days -1 -extensions signer
check "one whose certificate is signed over SHA-1" issue sha1 EC \
	ec_paramgen_curve:P-256 -sha1 -days 30 -extensions signer
check "one with a weak key" issue weak RSA rsa_keygen_bits:1024 \
	-sha256 -days 30 -extensions signer

# The second of three in its ledger is the one that is tampered with.
witnessed=(--witness "鈴木 花子")
exits 0 "a record" erase PRACTICE-SAS-4 good keys
exits 0 "another one" erase PRACTICE-SSD-2 good keys "${witnessed[@]}"
exits 0 "and a third" erase PRACTICE-NVME-3 good keys
record=$(ls good/PRACTICE-SSD-2-*Z.json)
exits 0 "the witness signs" "$haiki" cosign "$record" --role witness \
	--key witness/operator.key --cert witness/operator.crt "${pass[@]}" \
	--ca keys/ca.crt --yes
for forger in namesake server expired sha1; do
	exits 0 "the same drive's record, signed by '$forger'" \
		erase PRACTICE-SSD-2 $forger.out $forger "${witnessed[@]}"
done
exits 5 "nobody signs with a weak key" erase PRACTICE-SSD-2 weak.out weak
