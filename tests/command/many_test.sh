#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sixty-four drives at once: every kind of drive with every kind of trouble,
# and loop devices for what they cost.
. "$(dirname "$0")/../tap.sh"
on_exit() { umount "$scratch/small" 2>/dev/null; }
python3 "$(dirname "$0")/many.py" "$haiki" "$build" "$scratch"
