# Every target that needs .venv sets it up first.
.DEFAULT_GOAL := help
.PHONY: help run playground test newest check static format lint types imports content words audit docs pictures docs-check bench faults coverage goldens index lock clean

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --require-hashes --progress-bar on
UV_VERSION := 0.13.8
# The tests start hundreds of processes, which share the compiled files.
COMPILED := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(CURDIR)/.venv/compiled
BENCHES ?= core start store discord_answers slack_answers finishing guilds growth first_screens questions community_answers
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: .venv/.run  ## start the bot; without a token, the chat in this terminal
	@$(BIN)/crossroads run

playground: .venv/.run  ## try the bot on Discord and Slack in your browser, without a token
	@$(BIN)/crossroads playground

test: .venv/.dev  ## run the tests
	@$(COMPILED) $(BIN)/python -m pytest -q -n auto

newest:  ## run the tests on the newest versions that pyproject.toml allows
	@$(PYTHON) -m venv --clear build/newest
	@build/newest/bin/python -m pip install -q --upgrade pip
	@build/newest/bin/python -m pip install -q --upgrade -e '.[postgres]' --group dev
	@build/newest/bin/python -m pip list
	@build/newest/bin/python -m pytest -q -n auto

check: static test  ## run all checks of CI

static: format lint types imports content words docs-check audit

format: .venv/.dev
	@$(BIN)/ruff format --check .

lint: .venv/.dev
	@$(BIN)/ruff check .

types: .venv/.dev
	@$(BIN)/mypy

imports: .venv/.dev
	@$(BIN)/lint-imports

content: .venv/.dev  ## check the content files
	@$(BIN)/crossroads content check

words: .venv/.dev  ## look for words that we don't use
	@$(BIN)/python .ci/words.py

audit: .venv/.dev  ## look for known vulnerabilities in the locked versions
	@.ci/audit

docs: .venv/.dev  ## write the generated files: schemas, tables, settings, badges
	@$(BIN)/python docs/generate.py

pictures: .venv/.dev  ## draw the docs' pictures in Chromium; after a change to a pictured answer
	@$(BIN)/python docs/pictures.py

docs-check: .venv/.dev
	@$(BIN)/python docs/generate.py --check

bench: .venv/.dev  ## compare with the bare drivers and libraries
	@for each in $(BENCHES); do PYTHONPATH=tests/support:. $(BIN)/python tests/bench/$$each.py || exit; done

faults: .venv/.dev  ## inject every fault of the matrix and write the table
	@$(BIN)/python -m pytest -q -n auto -m fault --faults=build --faults-page=docs/measurements.md

coverage: .venv/.dev  ## measure branch coverage and require the minimum
	@.ci/coverage

goldens: .venv/.dev  ## write the expected answers; read the diff before you commit it
	@$(BIN)/python -m pytest -q -n auto tests/test_examples.py tests/adapters --write-goldens

index: .venv/.dev  ## write what the search has read of the FAQ; after a change to a wording
	@PYTHONPATH=tests/support:. $(BIN)/python tests/bench/search_index.py

lock: .venv/.dev  ## pin the newest versions of all dependencies
	@$(BIN)/python -m pip --disable-pip-version-check install -q uv==$(UV_VERSION)
	@$(LOCK) --upgrade pyproject.toml --extra postgres -o requirements.txt
	@$(LOCK) --upgrade pyproject.toml --extra postgres --group dev -c requirements.txt -o requirements-dev.txt
	@sed -n 's/^requires = \["\(.*\)"\]/\1/p' pyproject.toml | $(LOCK) --upgrade - -o requirements-build.txt

clean:  ## remove .venv
	@rm -rf .venv

.venv/.run: requirements.txt requirements-build.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Crossroads needs Python 3.11 or newer, and found none."; exit 1; }
	@echo "Setting up .venv with $(PYTHON): once, half a minute or so."
	@test -x $(BIN)/python || $(PYTHON) -m venv --clear .venv
	@$(PIP) -r requirements-build.txt -r requirements.txt </dev/null
	@$(BIN)/python -m pip --disable-pip-version-check install -q --no-deps --no-build-isolation -e . </dev/null
	@touch $@

.venv/.dev: .venv/.run requirements-dev.txt
	@echo "Adding what the tests and checks need."
	@$(PIP) -r requirements-dev.txt </dev/null
	@touch $@
