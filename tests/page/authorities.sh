#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# For page_test.sh: folders with root.crt and a witness's operator.key and
# operator.crt, good ones and others.
set -eu
word=$(cat ../phrase)
name="/O=福岡県/CN=鈴木 花子"
leaf="basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature,nonRepudiation
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid"
ca="basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash"

key() { # FILE ALGORITHM...
	case $2 in
	rsa) openssl genrsa -out "$1" "$3" ;;
	*) openssl ecparam -name "$2" -genkey -noout -out "$1" ;;
	esac 2>/dev/null
}

root() { # KIND ALGORITHM HASH [EXTENSIONS]
	mkdir "$1"
	read -ra algorithm <<<"$2"
	key "$1/root.key" "${algorithm[@]}"
	openssl req -new -utf8 -key "$1/root.key" -subj "/O=A/CN=Root $1" -out "$1/r.csr"
	openssl x509 -req -in "$1/r.csr" -signkey "$1/root.key" "-$3" -days 3650 \
		-extfile <(echo "${4-$ca}") -out "$1/root.crt" 2>/dev/null
}

issue() { # KIND ISSUER ALGORITHM HASH EXTENSIONS OUT SUBJECT [openssl x509 options]
	local kind=$1 issuer=$2 out=$6
	read -ra algorithm <<<"$3"
	key "$kind/$out.key" "${algorithm[@]}"
	openssl req -new -utf8 -key "$kind/$out.key" -subj "$7" -out "$kind/$out.csr"
	openssl x509 -req -in "$kind/$out.csr" -CA "$kind/$issuer.crt" \
		-CAkey "$kind/$issuer.key" -CAcreateserial "-$4" -days 3000 \
		-extfile <(echo "$5") -out "$kind/$out.crt" "${@:8}" 2>/dev/null
}

witness() { # KIND ISSUER ALGORITHM HASH EXTENSIONS [options]
	issue "$1" "$2" "$3" "$4" "$5" operator "$name" "${@:6}"
	openssl pkcs8 -topk8 -in "$1/operator.key" -out "$1/k" -passout "pass:$word"
	mv "$1/k" "$1/operator.key"
}

simple() { # KIND EXTENSIONS: P-256 under P-256
	root "$1" prime256v1 sha256
	witness "$1" root prime256v1 sha256 "$2"
}

simple ec "$leaf"
root rsa "rsa 3072" sha256; witness rsa root "rsa 2048" sha256 "$leaf"
root p384 secp384r1 sha384; witness p384 root secp384r1 sha384 "$leaf"
root mixed "rsa 2048" sha512; witness mixed root prime256v1 sha512 "$leaf"
simple mail "$leaf
extendedKeyUsage=emailProtection,1.3.6.1.5.5.7.3.36"
simple server "$leaf
extendedKeyUsage=serverAuth"
simple document "$leaf
extendedKeyUsage=1.3.6.1.5.5.7.3.36"
simple encipher "basicConstraints=critical,CA:FALSE
keyUsage=critical,keyEncipherment"
simple bare ""
simple critical "$leaf
1.2.3.4.5=critical,ASN1:UTF8String:x"
simple unknown "$leaf
1.2.3.4.5=ASN1:UTF8String:x"
root noca prime256v1 sha256 "basicConstraints=critical,CA:FALSE"
witness noca root prime256v1 sha256 "$leaf"
root nosign prime256v1 sha256 "basicConstraints=critical,CA:TRUE
keyUsage=critical,cRLSign"
witness nosign root prime256v1 sha256 "$leaf"

# With one between them.
for kind in between length; do
	root $kind prime256v1 sha256 "${ca/CA:TRUE/CA:TRUE$([ $kind = length ] && echo ",pathlen:0")}"
	issue $kind root prime256v1 sha256 "$ca
authorityKeyIdentifier=keyid" middle "/O=A/CN=Middle $kind"
	witness $kind middle prime256v1 sha256 "$leaf"
	cat $kind/middle.crt >>$kind/operator.crt
done
# And one that isn't given.
root absent prime256v1 sha256
issue absent root prime256v1 sha256 "$ca" middle "/O=A/CN=Middle absent"
witness absent middle prime256v1 sha256 "$leaf"

# Out of its time, and by somebody of the right name.
simple old "$leaf"
mkdir old/ca && touch old/ca/index
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=old/ca/index\nnew_certs_dir=old/ca\nserial=old/ca/serial\ndefault_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\norganizationName=supplied\n' >old/ca/cnf
echo 77 >old/ca/serial
openssl ca -batch -config old/ca/cnf -cert old/root.crt -keyfile old/root.key \
	-in old/operator.csr -startdate 20200101000000Z -enddate 20210101000000Z \
	-extfile <(echo "$leaf") -notext -utf8 -out old/operator.crt 2>/dev/null
simple other "$leaf"
root impostor prime256v1 sha256
mv impostor/root.crt impostor/was.crt
openssl x509 -in other/root.crt -out other/keep.crt
key impostor/fake.key prime256v1
openssl req -new -key impostor/fake.key -subj "/O=A/CN=Root impostor" -out impostor/f.csr
openssl x509 -req -in impostor/f.csr -signkey impostor/fake.key -days 99 -sha256 \
	-extfile <(echo "$ca") -out impostor/fake.crt 2>/dev/null
witness impostor fake prime256v1 sha256 "${leaf%authority*}"
mv impostor/was.crt impostor/root.crt
