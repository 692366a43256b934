# SPDX-License-Identifier: Apache-2.0
# cell.sh "SERIAL SECONDS [OPTION...]": one erase among many; see erase_all.
. /cases/lib.sh
eval "set -- $1"
serial=$1
# Each leaves a process behind that sends its signal, and becomes the next.
limit="timeout $(($2 + 4)) timeout $2"
shift 2
haiki_erase "$serial" "$@" </dev/null
exit 0
