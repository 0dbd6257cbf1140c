#!/bin/sh
# Sets up a virtual environment with TensorFlow, then checks, migrates and verifies a TensorFlow 1 program.
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10) and "tf2migrate needs Python 3.10 or newer; set PYTHON")'
[ -x .venv/bin/python ] || "$python" -m venv .venv
echo 'Installing tf2migrate with TensorFlow into .venv (a minute or more) ..'
.venv/bin/python -m pip install --quiet --editable '.[verify]'

program="${1:-fixtures/programs/quickstart/before.py}"
output="$(mktemp -d)"
step() { printf '\n$ tf2migrate %s\n' "$*"; .venv/bin/tf2migrate "$@"; }

step check "$program" || [ $? -eq 1 ]
step fix "$program" --output "$output"
printf '\n'
cat "$output/$(basename "$program")"
step verify "$program" "$output/$(basename "$program")"
