# SPDX-License-Identifier: Apache-2.0
# For page_test.sh, sourced: records with time stamps by good authorities and
# others, and revocation lists. tests/certificate/tsa.py stamps.

time_authority() {
	mkdir tsa && echo 01 >tsa/serial || return
	cat >tsa/openssl.cnf <<-END
	[req]
	distinguished_name = name
	[name]
	[tsa_ext]
	keyUsage = critical, digitalSignature
	extendedKeyUsage = critical, timeStamping
	[tsa]
	serial = $PWD/tsa/serial
	signer_cert = $PWD/tsa/tsa.crt
	signer_key = $PWD/tsa/tsa.key
	certs = $PWD/tsa/ca.crt
	signer_digest = sha384
	default_policy = 1.2.3.4.1
	digests = sha256
	crypto_device = builtin
	END
	local c=tsa/openssl.cnf
	{
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
			-nodes -keyout tsa/ca.key -out tsa/ca.crt -days 100 \
			-subj "/CN=Test Time Root" -config $c \
			-addext "basicConstraints=critical,CA:TRUE" \
			-addext "keyUsage=critical,keyCertSign,cRLSign" &&
		openssl req -newkey rsa:2048 -nodes -keyout tsa/tsa.key \
			-out tsa/tsa.csr -subj "/CN=Test Time Authority" -config $c &&
		openssl x509 -req -in tsa/tsa.csr -CA tsa/ca.crt -CAkey tsa/ca.key \
			-days 100 -extfile $c -extensions tsa_ext -out tsa/tsa.crt
	} >tsa/log 2>&1 || cat tsa/log >&2
	# It ends when we do: its standard input is a pipe that only we hold open.
	mkfifo tsa/life
	python3 "$here/../certificate/tsa.py" tsa tsa/port <tsa/life 2>/dev/null &
	exec 9>tsa/life
	for _ in $(seq 100); do
		[ -s tsa/port ] && break
		sleep 0.1
	done
	[ -s tsa/port ]
}

# COPY ANSWER: stamps all that is in a copy of the record that both signed.
stamped() {
	mkdir -p "stamped/$1" && cp records/witness.* "stamped/$1" &&
		"$haiki" cosign "stamped/$1/witness.json" --ca keys/ca.crt \
			--timestamp --tsa "http://127.0.0.1:$(cat tsa/port)/$2"
}

# The number of a certificate, and since when it is revoked, or nothing.
revocations() { # NAME [CERT [openssl ca options]]
	local conf=lists/$1.cnf
	mkdir -p lists && : >"lists/$1.index" && echo 01 >"lists/$1.number" || return
	printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s\ncrlnumber=%s\ndefault_md=sha256\ndefault_crl_days=30\n' \
		"lists/$1.index" "lists/$1.number" >"$conf"
	local ca=(openssl ca -config "$conf" -cert keys/ca.crt -keyfile keys/ca.key
		-passin file:phrase)
	if [ $# -gt 1 ]; then
		"${ca[@]}" -revoke "$2" "${@:3}" 2>/dev/null || return
	fi
	"${ca[@]}" -gencrl -out "lists/$1.pem" 2>/dev/null
}

stamps() {
	time_authority && stamped good good &&
		revocations none && revocations witness witness/operator.crt &&
		revocations long-ago witness/operator.crt \
			-crl_compromise 20200101000000Z &&
		openssl crl -in lists/witness.pem -outform DER \
			-out lists/witness.crl
	local result=$? at bytes
	[ $result -eq 0 ] || return $result
	# Each byte region of a signature file with time stamps.
	bytes=$(stat -c %s stamped/good/witness.json.p7s)
	for ((at = 7; at < bytes; at += 101)); do
		mkdir "stamped/$at" && cp stamped/good/witness.json* "stamped/$at" &&
			printf "\\x$(printf %02x $((0x$(xxd -s $at -l 1 -p \
				stamped/good/witness.json.p7s) ^ 1 << at % 8)))" |
			dd of="stamped/$at/witness.json.p7s" bs=1 seek=$at conv=notrunc \
				status=none || return
	done
}
