#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Drives named by serial number: erase --assets, erase --confirm without DRIVE.
. "$(dirname "$0")/../tap.sh"
cd "$scratch" || exit 1
operator_key keys || { not_ok 'keygen'; finish; exit 1; }
cat >set.json <<'END'
{ "drives": [
	{ "kind": "ata-hdd", "serial": "WD-1", "model": "Disk one", "size_mib": 4 },
	{ "kind": "ata-hdd", "serial": "WD-2", "model": "Disk two", "size_mib": 4 },
	{ "kind": "ata-hdd", "serial": "WD-3", "model": "Disk three", "size_mib": 4 }
] }
END
erase() {
	"$haiki" erase --simulate set.json --policy fukuoka --class kimitsu3 \
		--operator 福岡太郎 --key keys/operator.key --lang en \
		--cert keys/operator.crt --passphrase-file passphrase "$@"
}
records() { jq -r '.drive.serial + " " + (.asset // "-")' "$1"/*Z.json | sort; }

printf '製造番号,資産番号\nWD-2,R7-0002\nWD-1\nWD-9,R7-0009\n' >list.csv
exits 2 'a machine with a drive that is on no list' \
	erase --assets list.csv --out some --asset R7-0000
says 'the drive that was left is named' 'WD-3.* is not on the list'
says 'and the machine is not finished' 'not finished'
equal 'those on the list are erased, with their asset numbers' \
	"$(records some)" "WD-1 R7-0000
WD-2 R7-0002"

printf 'WD-1\nWD-2,R7-0002\nWD-3,R7-0003\n' >all.csv
exits 0 'all of the machine' erase --assets all.csv --out all
equal 'three records' "$(records all | wc -l)" 3

exits 0 'serial numbers alone' erase --confirm WD-3 --confirm WD-1 --out two
equal 'name the drives' "$(records two)" "WD-1 -
WD-3 -"

exits 2 'one that is not here' erase --confirm WD-3 --confirm WD-7 --out none
says 'is named' 'WD-7 is the serial number of none'
exits 0 'what is finished is not erased again, nor left alone' \
	erase --assets list.csv --finished WD-1 --finished WD-3 --out rest
equal 'the others are' "$(records rest)" 'WD-2 R7-0002'
exits 2 'nothing is left to be erased, but a drive that nobody named' \
	erase --assets list.csv --finished WD-1 --finished WD-2 --out none
exits 0 'nothing at all' erase --confirm WD-3 --finished WD-3 --out none
exits 2 'beside a drive that is not here' \
	erase --confirm WD-3 --confirm WD-7 --finished WD-3 --out none
echo WD-7 >other.csv
exits 2 'a finished drive that nobody named' \
	erase --assets other.csv --finished WD-3 --out none
exits 2 'nor a drive that is named itself' \
	erase sim:WD-1 --finished WD-1 --out none
equal 'no records of these' "$(ls -d none 2>/dev/null)" ''

exits 2 'a list from a pipe' erase --assets <(echo WD-1) --out none
echo WD-9 >absent.csv
exits 2 'a list without any drive of this machine' \
	erase --assets absent.csv --out none
says 'says so' 'none of the drives'
exits 2 'a list that can not be read' erase --assets missing.csv --out none
printf 'WD-1,R7-1\nWD-1,R7-2\n' >twice.csv
exits 2 'a list that contradicts itself' erase --assets twice.csv --out none
says 'is told' 'R7-1, R7-2'
printf 'WD-1\nWD-1\n' >twice.csv
exits 0 'a list that repeats itself' erase --assets twice.csv --dry-run
says 'is told, too' 'line 2: the serial number WD-1 stands in line 1'
exits 2 'drives and a list: the others need their confirmation' \
	erase sim:WD-1 sim:WD-3 --assets list.csv --out none
equal 'nothing was touched' "$(ls -d none 2>/dev/null)" ''
exits 0 'a dry run tells of those on the list' erase --assets all.csv --dry-run
finish
