#!/usr/bin/env bash
# Writes the locks anew: every package with its hashes, for every Python and platform that we support.
set -eu
bin=$1
compile() { "$bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header "$@"; }
compile pyproject.toml --output-file requirements/run.txt
compile pyproject.toml --extra meaning --constraint requirements/run.txt --output-file requirements/meaning.txt
compile pyproject.toml --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt
compile requirements/build.in --constraint requirements/dev.txt --output-file requirements/build.txt
compile requirements/node.in --output-file requirements/node.txt
npm install --package-lock-only --silent
