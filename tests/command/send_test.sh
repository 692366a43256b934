#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# haiki send: records go to a server by HTTPS PUT with a client certificate;
# whatever the server hasn't confirmed waits on the disk, nothing is sent twice,
# and no other server than the right one gets anything.
# shellcheck disable=SC2154  # set by tap.sh
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/put_server.sh"
cd "$scratch" || exit 1
unset https_proxy HTTPS_PROXY all_proxy ALL_PROXY
on_exit() { stop_serving; }

erase() { # SERIAL
	"$haiki" erase "sim:$1" --simulate set.json --policy fukuoka \
		--class kimitsu3 --operator 福岡太郎 --confirm "$1" --out records \
		--progress none </dev/null >/dev/null 2>&1
}
send() { "$haiki" --lang en send --config send.conf "$@"; }
mode() { printf '%s\n' "$@" >received.mode; }
well() { rm -f received.mode; }
asked() { grep -c "$1" received.log; }
state() { # FILE
	jq -r --arg file "$1" 'select(.key == $file) | .value | fromjson | "\(.state) \(.status)"' \
		records/sent.journal | tail -n 1
}

drives=
for serial in N-1 N-2 N-3; do
	drives=$drives${drives:+,}'{"kind":"ata-ssd","size_mib":1,"erase_ms":1,"serial":"'$serial'"}'
done
echo "{\"drives\":[$drives]}" >set.json
for name in site other; do authority $name; done
certified server site 'subjectAltName=IP:127.0.0.1'
certified client site 'extendedKeyUsage=clientAuth'
certified stranger other 'extendedKeyUsage=clientAuth'
openssl ec -in client.key -aes256 -passout pass:秘密 -out locked.key 2>/dev/null
echo 秘密 >passphrase
configure() {
	cat >send.conf <<-END
		send-to = https://127.0.0.1:$port/
		send-cert = client.crt
		send-key = client.key
		send-ca = site.crt
		out = records
	END
}
serve || exit 1
configure

# --- what is refused before anything is sent ------------------------------------
exits 5 'a folder that is not there' send
says 'is told of' 'cannot read records'
mkdir records
exits 0 'a folder without records' send
exits 2 'without https' send --send-to "http://127.0.0.1:$port"
says 'nothing is sent' 'begins with https://'
exits 2 'an address with a password in it' send --send-to https://me:secret@127.0.0.1
exits 2 'a certificate without its key' "$haiki" send --out records \
	--send-to "https://127.0.0.1:$port" --send-cert client.crt
exits 2 'without an address' "$haiki" send --out records
erase N-1
first=$(cd records && ls N-1-*Z.json)
exits 3 'what waits is shown' send --dry-run
says 'by name' "^waits +$first"
exits 5 'a server whose authority is unknown' send --send-ca other.crt
says 'is told of' 'does not prove to be the right server'
exits 5 'a server of another name' send --send-to "https://localhost:$port"
says 'is told of, too' 'does not prove to be the right server|be reached'
exits 5 'without a certificate of our own' "$haiki" --lang en send --out records \
	--send-to "https://127.0.0.1:$port" --send-ca site.crt
exits 5 'with a certificate that the server does not know' \
	send --send-cert stranger.crt --send-key stranger.key
exits 5 'a locked key without its passphrase' send --send-key locked.key
equal 'the server got nothing' "$(find received -type f | wc -l)" 0
exits 5 '--check with the wrong certificate' \
	send --check --send-cert stranger.crt --send-key stranger.key
exits 0 '--check with the right one' send --check
says 'tells so' 'lets us talk'

# --- sent -------------------------------------------------------------------------
exits 0 'all is sent' send --send-key locked.key --send-passphrase-file passphrase
says 'with the server'"'"'s answers' "sent +$first  HTTP 201  20"
stick=$(jq -r .stick_id records/ledger.jsonl | head -n 1)
there=received/$stick
same() { diff -r -x stick.key -x sent.journal -x journal records "$there"; }
check 'to a folder of the stick'"'"'s own' same
check 'which is good by itself' test "$("$haiki" verify "$there" \
	--ca "$there/stick.crt" --json | jq 'flatten | map(select(.genuine)) | length')" = 1
equal 'the record comes after its signature' \
	"$(grep PUT received.log | tail -n 2 | sed "s|.*/||; s| .*||" | xargs)" \
	"$first ledger.jsonl"
equal 'the answer is kept' "$(state "$first")" 'sent 201'
exits 0 'nothing is sent twice' send
says 'as it says' '^0 files sent now, .* 0 wait'
exits 0 'nothing waits' send --dry-run
before=$(asked PUT)
erase N-2
exits 0 'the next record' send --json
equal 'goes alone, with the ledger' "$(jq '.sent' "$scratch/out")" \
	"$(($(asked PUT) - before))"
equal 'the first one was left alone' "$(asked "PUT .*/$first ")" 1
check 'and all is there' same

# --- a server that has it already ----------------------------------------------------
mv records/sent.journal away
exits 0 'an answer that was lost: the server has the same' send
equal 'it was looked at' "$(state "$first")" 'present 412'
rm records/sent.journal
mode blind
exits 5 'a server that does not show what it has' send
says 'may have something else' 'not known'
well
echo >>"$there/$first"
rm records/sent.journal
exits 5 'a server that has something else' send
says 'is told of' 'ANOTHER file'
equal 'and keeps what it has' "$(tail -c 1 "$there/$first" | od -An -tx1 | tr -d ' ')" 0a
equal 'ours waits' "$(state "$first")" 'refused 412'
cp "records/$first" "$there/"
exits 0 'until that is put right' send
mode lost
erase N-3
exits 5 'a server that breaks off' send
well
exits 0 'is asked again' send
check 'all is there once more' same

# --- files that can't be sent -----------------------------------------------------
: >records/A-0.json
echo '{}' >records/$'\xff.json'
ln -s sent.journal records/link.json
erase N-1
last=$(cd records && ls -t N-1-*Z.json | head -n 1)
exits 5 'an empty file and a name that is not UTF-8' send
says 'are told of' 'A-0.json is empty'
says 'both' 'REFUSED .*\?.json'
equal 'and noted' "$(state A-0.json)" 'refused 0'
equal 'the others go' "$(state "$last")" 'sent 201'
equal 'with the ledger behind them' "$(state ledger.jsonl)" 'sent 204'
exits 3 'they wait' send --dry-run --json
equal 'each with its reason' "$(jq '[.files[] | select(.state == "refused" and .why != "")] | length' "$scratch/out")" 2
rm records/A-0.json records/$'\xff.json' records/link.json
exits 0 'without them nothing waits' send

# --- a damaged memory ---------------------------------------------------------------
sed -i '2s/^./#/' records/sent.journal
cp records/sent.journal damaged
exits 3 'a damaged sent.journal counts for nothing' send --dry-run
says 'as it says' 'sent.journal is damaged'
check 'and stays when nothing is sent' cmp damaged records/sent.journal
exits 0 'all is sent again' send
says 'as it says, too' 'is kept as records/sent.journal.torn'
check 'the damaged one is kept' cmp damaged records/sent.journal.torn
check 'but not sent' test ! -e "$there/sent.journal.torn"
equal 'the new one knows' "$(state "$first")" 'present 412'
exits 0 'and nothing waits' send --dry-run
rm records/sent.journal.torn

# --- a server that won't, or can't ---------------------------------------------------
new() { # nothing was sent anywhere
	rm -rf received records/sent.journal received.log
	mkdir received
	: >received.log
}
new
mode "redirect https://127.0.0.1:$port/elsewhere"
exits 5 'a server that sends us elsewhere' send
says 'is not followed' 'sends us elsewhere'
equal 'nor asked more than once' "$(wc -l <received.log)" 1
exits 5 '--check says so, too' send --check
new
mode 'status 403'
exits 5 'a server that forbids it' send
says 'is told of' 'does not let us'
new
mode 'status 503' 'times 2'
exits 0 'a server that is busy twice' send --retry-for 600
says 'takes it in the end' 'waits.*HTTP 503'
well
new
mode folders
exits 0 'a server that wants its folder made' send
check 'gets all of it' same
well
new
stop_serving
exits 5 'a server that is away' send
says 'is told of' 'can.t be reached'
equal 'how it stands is noted' \
	"$(jq -r 'select(.value | fromjson | .state == "waits") | .key' records/sent.journal | wc -l)" 1
exits 5 'once more' send
equal 'is noted once' "$(wc -l <records/sent.journal)" 1
serve || exit 1
configure
exits 0 'when it is back all is sent' send
check 'all of it' same
exits 2 'a word too many' send something
finish
