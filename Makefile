# `make` or `make help` lists what there is. Python 3.11 or newer and make are all that is needed.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
STAMP := .venv/.installed
DEV_STAMP := .venv/.installed-dev
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes
PYTEST := $(BIN)/python -m pytest
TEMPLATES = $$(git ls-files '*.html')

.DEFAULT_GOAL := help
.PHONY: help run test check lint bench mutants upgrade pictures messages requirements

help: ## list these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /|/' | awk -F'|' '{printf "make %-14s%s\n", $$1, $$2}'

run: $(STAMP) ## set everything up and serve the site on this machine (PORT=8000, DEBUG=1)
	@export SITE_URL=$${SITE_URL:-http://localhost:$(PORT)} PATH="$(CURDIR)/$(BIN):$$PATH" \
		DJANGO_SETTINGS_MODULE=config.settings.dev HOST=127.0.0.1 PYTHONUNBUFFERED=1 \
		WEB_CONCURRENCY=$${WEB_CONCURRENCY:-1} && python manage.py local_setup && \
		{ honcho start --port $(PORT) web worker || test $$? -eq 130; }

test: $(DEV_STAMP) ## run every test that this machine can run, and say what was skipped
	$(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: lint test ## lint, migrations, deployment settings, tests

lint: $(DEV_STAMP) ## all of check but the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PYTHONPATH=.:site $(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djade --check --target-version 5.2 $(TEMPLATES)
	$(BIN)/djhtml --check --tabwidth 2 $(TEMPLATES)
	$(BIN)/django-upgrade --check --target-version 5.2 $$(git ls-files '*.py')
	$(BIN)/python manage.py makemigrations --check --dry-run
	env $$(grep -v '^#' tests/production.env) $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: $(DEV_STAMP) ## measure the race for seats, the office with 100,000 people and readers on this machine
	OVERBOOKING_PEOPLE=100 OVERBOOKING_REPEATS=3 $(PYTEST) -m "slow or timed" -s -p no:randomly $(ARGS)
	$(BIN)/python -m tests.load.office
	$(BIN)/python -m tests.load.readers

mutants: $(DEV_STAMP) ## change FILES bit by bit and list what no test notices (TESTS= chooses tests)
	$(BIN)/python -m tests.mutants $(FILES)

upgrade: $(DEV_STAMP) ## take this release in and back under traffic (FROM=commit, needs PostgreSQL)
	$(BIN)/python -m tests.load.upgrade $(FROM)

pictures: $(DEV_STAMP) ## take the pictures of the staff guide and the README anew (needs Chromium)
	$(BIN)/python -m tests.browser.pictures

messages: $(DEV_STAMP) ## renew and compile the translations (needs gettext)
	@for folder in site site/core site/mail courses faq home people search; do \
		(cd $$folder && mkdir -p locale && $(CURDIR)/$(BIN)/python $(CURDIR)/manage.py \
		makemessages -l nl --no-location --no-obsolete -v0 && $(CURDIR)/$(BIN)/python \
		$(CURDIR)/manage.py compilemessages -v0) || exit 1; done

# The extras stay in the pins: an older pip takes pytest-cov's coverage[toml] for a second, unpinned package.
requirements: $(DEV_STAMP) ## pin the newest allowed packages, with hashes, for all Pythons and systems
	@$(BIN)/python -m pip install --quiet uv
	@for set in requirements requirements-dev; do UV_CUSTOM_COMPILE_COMMAND="make requirements" \
		$(BIN)/uv pip compile --quiet --upgrade --no-strip-extras --universal --python-version 3.11 --generate-hashes \
		$$set.in --output-file $$set.txt || exit 1; done

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	@$(PYTHON) -m venv .venv

$(STAMP): requirements.txt | .venv/bin/python
	@echo "Installing what the site needs (about half a minute, once) ..."
	@$(PIP) -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(STAMP)
	@echo "Installing what the tests need ..."
	@$(PIP) -r requirements.txt -r requirements-dev.txt
	@touch $@
