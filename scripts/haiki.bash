# SPDX-License-Identifier: Apache-2.0
# bash completion for haiki
_haiki()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local haiki=${COMP_WORDS[0]} words
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$("$haiki" help --words 2>/dev/null) --out --mirror --config --simulate --live --people --departments --places --keys --screen-copy --lang --help --version" -- "$cur")
		return
	fi
	case $prev in
	--lang) words='ja en' ;;
	--policy) words='fukuoka yamaguchi iizuka osaka kawasaki' ;;
	--medium) words='fixed portable' ;;
	--verify) words='quick standard full' ;;
	--progress) words='bar json none' ;;
	--purpose) words='dispose lease-return repair reuse' ;;
	--role) words='witness approver' ;;
	--passes) words='zero random nist-clear dod-3 dod-7 bsi-vsitr gutmann random-zero' ;;
	--keys | --screen-copy | --out | --mirror | --ca | --ledger | --csv | --html | --key | --cert | --config | \
		--simulate | --passphrase-file | --unlock-file | --photo | \
		--assets | --tsa-ca | --crl | --send-cert | --send-key | \
		--send-ca | --send-passphrase-file)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	esac
	if [ -z "${words-}" ] && [[ $cur == -* ]]; then
		words=$("$haiki" help "${COMP_WORDS[1]}" --words 2>/dev/null)
	fi
	if [ -n "${words-}" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}
complete -F _haiki haiki
