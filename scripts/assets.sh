#!/usr/bin/env bash
# Builds the page assets with the machine's Node.js when it is new enough, else with the one from requirements/node.txt.
set -eu
venv=$1
new_enough() { command -v npm >/dev/null && node -e 'const [a,b]=process.versions.node.split(".").map(Number); process.exit(a>20||(a===20&&b>=19)?0:1)' 2>/dev/null; }
if ! new_enough; then
  "$venv/bin/python" -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements/node.txt
  PATH="$PWD/$venv/bin:$PATH"
  export PATH
fi
npm ci --silent --no-audit --no-fund
npm run --silent build
touch portal/static/manifest.json
