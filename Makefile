# Two commands matter: `make run` and `make test`. Both do all set-up on a fresh Debian with python3 and git.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
export SIGNPOST_DATA ?= $(CURDIR)/var
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes

.PHONY: run setup test bench soak assets lock clean venv tools

run: setup
	@$(BIN)/signpost setup --demo
	@$(BIN)/signpost serve --port $(PORT)

setup: venv assets

test: setup tools
	@bash scripts/test.sh

bench: setup tools
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench_journal
	@$(BIN)/python -m tests.bench_trees
	@PYTHONPATH=.:tests $(BIN)/python -m tests.bench_search

soak: setup tools
	@SIGNPOST_SOAK=1 $(BIN)/pytest -m "slow or soaked" -q

venv: $(VENV)/.ready

$(VENV)/.ready: requirements/meaning.txt requirements/build.txt pyproject.toml
	@bash scripts/venv.sh "$(PYTHON)" "$(VENV)"
	@$(PIP) -r requirements/build.txt -r requirements/meaning.txt
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

tools: $(VENV)/.tools

$(VENV)/.tools: requirements/dev.txt $(VENV)/.ready
	@$(PIP) -r requirements/dev.txt
	@touch $@

assets: portal/static/manifest.json

portal/static/manifest.json: package-lock.json $(shell find portal/assets -type f) | $(VENV)/.ready
	@bash scripts/assets.sh "$(VENV)"

lock: tools
	@bash scripts/lock.sh "$(BIN)"

clean:
	@rm -rf $(VENV) node_modules portal/static dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@echo "Removed everything that set-up made. Your data in $(SIGNPOST_DATA) is kept."
