#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What haiki asks and shows on an 80 x 24 terminal, in both languages.
. "$(dirname "$0")/../tap.sh"
python3 "$(dirname "$0")/interactive.py" "$haiki" "$scratch"
