#!/usr/bin/env bash
# Makes the virtual environment, or says which package is missing and how to get it.
set -eu
python=$1 venv=$2
if ! command -v "$python" >/dev/null; then
  echo "Python is missing. Install it: sudo apt-get install python3 python3-venv" >&2
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Signpost needs Python 3.11 or newer; $("$python" --version) is here. Set PYTHON= to a newer one." >&2
  exit 1
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
  echo "A part of Python is missing. Install it: sudo apt-get install python3-venv" >&2
  exit 1
fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
