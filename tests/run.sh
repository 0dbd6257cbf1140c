#!/bin/sh
# Sets up a virtual environment with everything, then passes style, types and tests. Arguments go to pytest, JOBS is how
# many of them run at a time (2).
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10) and "tf2migrate needs Python 3.10 or newer; set PYTHON")'
[ -x .venv/bin/python ] || "$python" -m venv .venv
echo 'Installing tf2migrate with TensorFlow and the tools into .venv (a minute or more) ..'
.venv/bin/python -m pip install --quiet --editable '.[verify,dev]'
.venv/bin/python -m ruff check .
.venv/bin/python -m ruff format --check .
.venv/bin/python -m mypy
.venv/bin/python -m pytest -q --numprocesses "${JOBS:-2}" --dist loadgroup "$@"
