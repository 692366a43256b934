#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The program is killed, and the power fails, at random points of erases of
# several passes, and of the resumes after that: in the end every byte of the medium is what the last
# pass wrote, and every record is good.
. "$(dirname "$0")/../tap.sh"
need_loops 'erase on loop devices that is killed'
python3 "$(dirname "$0")/kill.py" "$haiki" "$build/tests/simulate/lab" "$scratch"
