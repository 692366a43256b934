# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154,SC2034  # set by tap.sh, or for those who source it
# A server for records, and the certificates that it takes; source it.
# Everything lies in the current directory.
server_program=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/put_server.py

# authority NAME: NAME.crt, NAME.key
authority() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-keyout "$1.key" -out "$1.crt" -days 30 -subj "/CN=$1" \
		-addext basicConstraints=critical,CA:TRUE 2>/dev/null
}

# certified NAME AUTHORITY EXTENSION: NAME.crt, NAME.key
certified() {
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null &&
		openssl x509 -req -in "$1.csr" -CA "$2.crt" -CAkey "$2.key" \
			-CAcreateserial -days 30 -out "$1.crt" \
			-extfile <(echo "$3") 2>/dev/null
}

# serve [ADDRESS]: sets $server and $port.
serve() {
	local i
	mkdir -p received
	rm -f received.port
	python3 "$server_program" received server.crt server.key site.crt \
		"${1:-127.0.0.1}" 2>server.err &
	server=$!
	for ((i = 0; i < 600; i++)); do
		[ -s received.port ] && break
		kill -0 "$server" 2>/dev/null || return 1
		sleep 0.05
	done
	port=$(cat received.port)
}

stop_serving() {
	[ -z "${server-}" ] || kill "$server" 2>/dev/null
	[ -z "${server-}" ] || wait "$server" 2>/dev/null
	server=
}
