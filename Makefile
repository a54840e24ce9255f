# Every target sets up what it needs. A bare `make` lists them.
PYTHON ?= python3
PORT ?= 8000
SERVE ?= yes
BIN = .venv/bin
READY = .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format bench messages lock clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

setup: $(READY) ## Install the locked packages into .venv

$(READY): pyproject.toml constraints.txt scripts/system-packages
	@scripts/system-packages venv
	@$(PYTHON) -c 'import sys; sys.exit("Siloscope needs Python 3.11 or newer; set PYTHON=...") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing packages into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(READY) ## Do the main job on an example, then serve it (PORT=8000, SERVE=no to stop after the PDF)
	@scripts/system-packages pango
	@SILOSCOPE_PORT=$(PORT) $(BIN)/siloscope demo $(if $(filter no,$(SERVE)),--no-serve)

test: $(READY) ## Run every test, in the browser and on both databases too
	@scripts/system-packages pango chromium faketime
	@$(BIN)/python -m pytest -n logical --maxprocesses 8

check: $(READY) ## Format, lint, types, import law, tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

format: $(READY) ## Format the code and mend what the linter can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(READY) ## Measure throughput, page weight, the PDF and the release
	@scripts/system-packages pango
	@$(BIN)/python -m bench

messages: $(READY) ## Collect the sentences of pages and reports for translators (locale/siloscope.pot)
	@$(BIN)/pybabel -q extract -F pyproject.toml --no-location --sort-output --omit-header -k _ -k N_ -o locale/siloscope.pot .

lock: $(READY) ## Renew constraints.txt after a change of pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --no-header --no-annotate -q -o constraints.txt

clean: ## Remove what the targets made, the demo's data too
	@rm -rf .venv .cache demo demo-keys telecom-report.pdf
