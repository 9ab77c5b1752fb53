# `make test` and `make reproduce` need nothing but Python 3.11 or newer: they make the environment themselves.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

# The engine is compiled when the package is installed, so new source means a new installation.
ENGINE = setup.py $(wildcard minifw/compiled/building.py minifw/compiled/source/*)

.PHONY: reproduce test test-all test-slow test-exhaustive test-browser check docs format wasm

$(VENV)/.installed: pyproject.toml $(ENGINE)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

reproduce: $(VENV)/.installed
	$(BIN)/minifw reproduce

test: $(VENV)/.installed check
	$(BIN)/python -m pytest -m 'not slow' --numprocesses auto --dist loadfile

# What is too slow for every day: more mutants, simulations, sanitizers, the wheel; and the page in a browser.
test-all: test test-slow test-browser

test-slow: $(VENV)/.installed
	$(BIN)/python -m pytest -m "slow and not exhaustive" --numprocesses auto --timeout 1800

# Every float32 there is, and every compiler at every level.
test-exhaustive: $(VENV)/.installed
	$(BIN)/python -m pytest -m exhaustive --numprocesses auto --timeout 7200

# Needs Debian's packages chromium and chromium-driver.
test-browser: $(VENV)/.installed-browser
	$(BIN)/python -m pytest tests/browser

$(VENV)/.installed-browser: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,browser]'
	touch $@

check: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

# The reference pages, from help texts and docstrings.
docs: $(VENV)/.installed
	$(BIN)/python docs/generate.py

format: $(VENV)/.installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Needs Debian's packages clang and lld.
wasm:
	$(BIN)/python -m minifw.compiled.build_wasm
