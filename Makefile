# make run    serve the chat on http://127.0.0.1:7860   (ARGS="--port 8000" for other options)
# make test   run the tests; make test-long adds those that take many minutes (of Ray only after make ray); make test-fast
#             is a minute of them, without model, browser and processes
# make lint   ruff and mypy; TypeScript for the scripts, where node is there
# make audit  known vulnerabilities of the packages and of the locks, and dangerous patterns in the code; needs a network
# make lock   resolve the lists of packages to deploy/*.lock, with hashes; needs a network
# make ray    add Ray, 400 MB, without which the tests of `build --encode-with ray` are skipped
# make sbom   list what the images are made of, as CycloneDX, in sbom/
# make quality DATA=DIR   how good the answers are on the labelled sets in DIR, each left out in turn
#
# Each does its own set-up once: a .venv, the pinned packages, byte-compiled. Later runs need no network until a list of
# packages says something else; when the file was written does not count.

PYTHON   ?= python3
PIP_ARGS ?=
ARGS     ?=
VENV     := .venv
BIN      := $(VENV)/bin
AUDIT    := $(VENV)/audit
TOOLS    := $(VENV)/deploy
LISTS    := requirements.txt tests/requirements.txt tests/package-lock.json

.DEFAULT_GOAL := help
.PHONY: help run test test-long test-fast lint audit lock sbom deploy-tools ray format screenshots quality clean installed installed-tests

help:
	@sed -n 's/^# \{0,1\}//p;/^$$/q' Makefile

run: installed
	@$(BIN)/python app.py $(ARGS)

# Three processes test at the same time, also on two cores: nearly half of the time a test waits for something. Threads
# of one would only wait for those of the others.
test test-long test-fast: export OMP_NUM_THREADS = 1

test-long: installed-tests deploy-tools
	@sh tests/install_chromium.sh
	@sh tests/install_strace.sh
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "long or not long" $(ARGS)

test-fast: installed-tests
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --fast $(ARGS)

test: installed-tests
	@sh tests/install_chromium.sh
	@sh tests/install_strace.sh
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: installed-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@sh tests/check_scripts.sh

audit: installed
	@cmp -s tests/audit-requirements.txt $(AUDIT)/installed.txt || { \
	  $(BIN)/python -m venv $(AUDIT) && \
	  $(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -r tests/audit-requirements.txt && \
	  cp tests/audit-requirements.txt $(AUDIT)/installed.txt; \
	}
	@$(AUDIT)/bin/bandit --quiet --configfile pyproject.toml --recursive app.py chatbot
	@# "+cpu" and the like name a build of a package, which the index of vulnerabilities does not know.
	@$(BIN)/python -m pip freeze --all | sed 's/+[a-z0-9.]*$$//' > $(AUDIT)/audited.txt
	@sh tests/audit.sh $(AUDIT)

# What reads, resolves and lists; some 300 MB, in an environment of its own.
deploy-tools: | $(BIN)/python
	@cmp -s tests/deploy-requirements.txt $(TOOLS)/installed.txt || { \
	  $(BIN)/python -m venv $(TOOLS) && \
	  $(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -r tests/deploy-requirements.txt && \
	  cp tests/deploy-requirements.txt $(TOOLS)/installed.txt; \
	}

# In the environment of the tests, as it runs our own code. Its version is that which an error message names.
ray: installed-tests
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) \
	  "$$($(BIN)/python -c 'from chatbot.encoding.ray_encoder import PACKAGE; print(PACKAGE)')"

lock: installed-tests deploy-tools
	@$(BIN)/python -m tests.locks

sbom: deploy-tools
	@mkdir -p sbom
	@for lock in serve milvus build torch; do \
	  $(TOOLS)/bin/cyclonedx-py requirements --output-reproducible --validate -o sbom/$$lock.cdx.json \
	    deploy/requirements-$$lock.lock || exit 1; \
	done


format: installed-tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

screenshots: installed-tests
	@sh tests/install_chromium.sh
	$(BIN)/python -m tests.bench.screenshots
	$(BIN)/python -m tests.bench.widget_screenshots

quality: installed-tests
	@test -n "$(DATA)" || { echo "Name the folder of the labelled sets: make quality DATA=DIR" >&2; exit 2; }
	@$(BIN)/python -m tests.bench.quality --data "$(DATA)" --cache .quality-cache $(ARGS)

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .quality-cache

# What was installed last is kept beside it, to be compared with.
installed: | $(BIN)/python
	@cmp -s requirements.txt $(VENV)/installed.txt || { \
	  echo "Installing the packages of requirements.txt (once; some minutes) ..."; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -r requirements.txt || exit 1; \
	  : "Without compiled files every start would spend ten seconds and more on compiling."; \
	  env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m compileall -q -j 0 $(VENV)/lib chatbot > /dev/null; \
	  cp requirements.txt $(VENV)/installed.txt; \
	}

installed-tests: installed
	@cat $(LISTS) | cmp -s - $(VENV)/installed-tests.txt || { \
	  echo "Installing the packages of tests/requirements.txt ..."; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -r tests/requirements.txt || exit 1; \
	  : "Without npm or its registry, what needs these packages is skipped and says so."; \
	  ! command -v npm > /dev/null || npm ci --silent --no-audit --no-fund --fetch-retries=1 --prefix tests || true; \
	  cat $(LISTS) > $(VENV)/installed-tests.txt; \
	}

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || sh tests/apt_install.sh python3-venv \
	  || { echo "Python's venv module is missing; run: sudo apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
