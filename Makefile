# make run    serve the chat on http://127.0.0.1:7860   (ARGS="--port 8000" for other options)
# make test   run the tests; make test-long adds those that take many minutes
# make lint   ruff and mypy
# make quality DATA=DIR   how good the answers are on the labelled sets in DIR, each left out in turn
#
# Each does its own set-up once: a .venv, the pinned packages, byte-compiled. Later runs need no network.

PYTHON   ?= python3
PIP_ARGS ?=
ARGS     ?=
VENV     := .venv
BIN      := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test test-long lint format screenshots quality clean

help:
	@sed -n 's/^# \{0,1\}//p;/^$$/q' Makefile

run: $(VENV)/.installed
	@$(BIN)/python app.py $(ARGS)

# Two processes test at the same time; threads of one would only wait for those of the other.
test test-long: export OMP_NUM_THREADS = 1

test-long: $(VENV)/.installed-tests
	@sh tests/install_chromium.sh
	@sh tests/install_strace.sh
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "long or not long" $(ARGS)

test: $(VENV)/.installed-tests
	@sh tests/install_chromium.sh
	@sh tests/install_strace.sh
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/.installed-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.installed-tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

screenshots: $(VENV)/.installed-tests
	@sh tests/install_chromium.sh
	$(BIN)/python -m tests.bench.screenshots
	$(BIN)/python -m tests.bench.widget_screenshots

quality: $(VENV)/.installed-tests
	@test -n "$(DATA)" || { echo "Name the folder of the labelled sets: make quality DATA=DIR" >&2; exit 2; }
	@$(BIN)/python -m tests.bench.quality --data "$(DATA)" --cache .quality-cache $(ARGS)

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .quality-cache

$(VENV)/.installed: requirements.txt | $(BIN)/python
	@echo "Installing the packages of requirements.txt (once; some minutes) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -r requirements.txt
	@# Without compiled files every start would spend ten seconds and more on compiling.
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m compileall -q -j 0 $(VENV)/lib chatbot > /dev/null || true
	@touch $@

$(VENV)/.installed-tests: $(VENV)/.installed tests/requirements.txt
	@echo "Installing the packages of tests/requirements.txt ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -r tests/requirements.txt
	@# It judges accessibility; those tests are skipped without it.
	@! command -v npm > /dev/null || npm install --silent --no-save --prefix tests axe-core@4.14.1 || true
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || sh tests/apt_install.sh python3-venv \
	  || { echo "Python's venv module is missing; run: sudo apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
