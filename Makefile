# Two commands: `make run` opens the studio, `make test` runs every test. Both need Python 3.11 or newer,
# make and git, and nothing else.

VENV ?= .venv
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := $(VENV)/bin
PY := $(BIN)/python
UV := $(shell command -v uv 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run test test-newest test-newest-there lint format messages lock screenshots bench bench-gallery bench-load bench-following bench-idle chaos guards craft clean chromium

help:
	@echo "make run     open the studio on http://127.0.0.1:8000 (PORT=… for another port)"
	@echo "make test    every test, in real browsers and on real sockets"
	@echo "make lint    ruff, mypy, djlint, djangofmt, biome, import-linter, migrations"
	@echo "make bench   the measured claims: galleries at a million tasks, 200 people at work, 5,000 tasks, an idle studio (see bench/README.md)"
	@echo "make chaos   processes are killed and the service misbehaves while 5,000 tasks go through (CHAOS=\"--tasks 1000\")"
	@echo "make guards  each guard of docs/security.md is taken out in a copy, and its tests must fail (GUARDS=\"--only cookie\")"
	@echo "make craft   Nu HTML Checker and Lighthouse over every page (needs node and Java)"
	@echo "make format  ruff, djangofmt and biome rewrite the code"

# $(call install,FOLDER,FILE): an environment in FOLDER with exactly what FILE pins. `uv` where it is, else pip.
ifdef UV
install = $(UV) venv --quiet --allow-existing --python $(PYTHON) $(1) && $(UV) pip install --quiet --python $(1)/bin/python --require-hashes -r $(2)
else
install = $(PYTHON) -m venv $(1) && $(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(2)
endif

$(VENV)/.run: requirements.txt
	@test -n "$(PYTHON)" || { echo "OmniStudio needs Python 3.11 or newer."; exit 1; }
	@echo "Making the environment (once) …"
	@$(call install,$(VENV),requirements.txt)
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@$(call install,$(VENV),requirements-dev.txt)
	@touch $@

run: $(VENV)/.run
	@exec $(PY) manage.py up

chromium: $(VENV)/.dev
	@PY=$(PY) sh tests/browser/install-chromium.sh

# The browser tests have a call of their own: Playwright's loop breaks a later asyncio.run(). Each of the processes
# has a database, a studio and a browser of its own; the tests of one file stay together.
TEST_PROCESSES ?= 2
PYTEST = -m pytest -q -n $(TEST_PROCESSES) --dist loadfile
test: $(VENV)/.dev chromium
	@$(PY) $(PYTEST) -m "not browser"
	@$(PY) $(PYTEST) -m browser

# The newest Django on a newer Python, where that is here.
NEWEST ?= python3.13
test-newest: $(VENV)/.dev chromium
	@if $(NEWEST) -c '' 2>/dev/null; then $(MAKE) --no-print-directory test-newest-there; else echo "$(NEWEST) is not here: nothing to test."; fi

test-newest-there:
	@$(BIN)/uv venv --quiet --allow-existing --python "$$($(NEWEST) -c 'import sys; print(sys.executable)')" .venv-newest
	@$(BIN)/uv pip install --quiet --upgrade --python .venv-newest/bin/python -r pyproject.toml --group dev
	@.venv-newest/bin/python -c 'import sys, django; print("Python", sys.version.split()[0], "Django", django.get_version())'
	@.venv-newest/bin/python $(PYTEST) -m "not browser"
	@.venv-newest/bin/python $(PYTEST) -m browser

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/djlint --quiet --lint templates
	@$(BIN)/djangofmt --quiet --check templates
	@$(BIN)/biome check --log-level=error
	@$(BIN)/lint-imports --no-cache
	@$(PY) -m tests.limits
	@$(PY) manage.py makemigrations --check --dry-run

format: $(VENV)/.dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/djangofmt --quiet templates
	@$(BIN)/biome check --write --log-level=error

messages: $(VENV)/.dev
	@$(PY) manage.py makemessages --all --no-location --no-obsolete --ignore .venv --ignore .venv-newest --ignore data
	@$(PY) manage.py compilemessages --ignore .venv --ignore .venv-newest

lock: $(VENV)/.dev
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt

screenshots: $(VENV)/.dev chromium
	@$(PY) docs/screenshots/make.py

bench: bench-following bench-idle bench-load bench-gallery

bench-gallery: $(VENV)/.dev
	@$(PY) bench/gallery.py $(BENCH)

bench-load: $(VENV)/.dev
	@$(PY) bench/load.py $(LOAD)

bench-following: $(VENV)/.dev
	@$(PY) bench/following.py $(FOLLOWING)

bench-idle: $(VENV)/.dev
	@$(PY) bench/idle.py $(IDLE)

chaos: $(VENV)/.dev
	@$(PY) -m tests.chaos $(CHAOS)

guards: $(VENV)/.dev
	@$(PY) -m tests.guards $(GUARDS)

craft: $(VENV)/.dev chromium
	@$(PY) -m tests.craft $(CRAFT)

clean:
	@rm -rf $(VENV) .venv-newest .craft .pytest_cache .mypy_cache .ruff_cache
