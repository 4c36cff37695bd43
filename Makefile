# One command for each need; every target does its own set-up. `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
FRONTEND := webui/frontend
SOURCES := $(shell find $(FRONTEND)/src -type f) \
	$(addprefix $(FRONTEND)/,vite.config.js vite.offline.config.js tsconfig.json package-lock.json) engine/bpmn/bihuan.moddle.json
# Tests and tools look for the browser here.
CHROMIUM := /usr/bin/chromium
AS_ROOT := $(filter 0,$(shell id -u))
MODULES := $(FRONTEND)/node_modules/.package-lock.json
BUILT := webui/static/dist/manifest.json
SAY := printf '%s\n'

.PHONY: help run run-postgres test check bench soak clean browser
help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST))

run: $(VENV)/installed $(BUILT) ## set up what is missing and start the platform (HOST, PORT, DATABASE_URL, DEMO)
	@exec $(BIN)/bihuan run

run-postgres: $(VENV)/installed-postgres $(BUILT) ## the same on a PostgreSQL server of its own, with several processes
	@exec $(BIN)/bihuan run-postgres

test: $(VENV)/installed-dev $(BUILT) $(MODULES) browser ## set up what is missing and run all tests
	@$(BIN)/python -m pytest -n 2
	@$(BIN)/python -m pytest -n 2 --database postgresql

check: $(VENV)/installed-dev ## style, types, and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@if grep -q '^\[importlinter' setup.cfg; then $(BIN)/lint-imports; fi

bench: $(VENV)/installed-dev $(BUILT) browser ## run the benchmarks, one after the other
	@set -e; for file in benchmarks/*.py; do \
		[ -e "$$file" ] || continue; $(SAY) "== $$file"; $(BIN)/python "$$file"; done

soak: $(VENV)/installed-dev $(BUILT) ## run the tests that take minutes
	@$(BIN)/python -m pytest -m soak

clean: ## remove everything that set-up made
	@rm -rf $(VENV) $(FRONTEND)/node_modules webui/static/dist

# --- set-up: each file is remade only when what it is made from is newer ---

$(BIN)/python:
	@set -e; \
	for python in python3 python3.14 python3.13 python3.12 python3.11; do \
		if command -v $$python >/dev/null && $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then found=$$python; break; fi; \
	done; \
	[ -n "$${found:-}" ] || { $(SAY) 'Python 3.11 or newer is missing. Install it (Debian: apt-get install python3 python3-venv) and run make again.' >&2; exit 1; }; \
	if ! $$found -c 'import venv, ensurepip' 2>/dev/null; then \
		if [ -n "$(AS_ROOT)" ] && command -v apt-get >/dev/null; then \
			$(SAY) 'Installing python3-venv ...'; apt-get update -qq >/dev/null; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null; \
		else $(SAY) 'The venv module of Python is missing. As root: apt-get install -y python3-venv' >&2; exit 1; fi; \
	fi; \
	$(SAY) 'Creating the Python environment ...'; \
	$$found -m venv $(VENV)

$(VENV)/installed: setup.cfg pyproject.toml | $(BIN)/python
	@$(SAY) 'Installing the platform ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/installed-postgres: setup.cfg pyproject.toml | $(BIN)/python
	@$(SAY) 'Installing the platform with PostgreSQL ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[postgres,server,local_postgres]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-dev: setup.cfg pyproject.toml | $(BIN)/python
	@$(SAY) 'Installing the platform and the tools of its developers ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/installed

# Node of the machine if it is new enough, else the one that comes as a Python package.
$(MODULES): $(FRONTEND)/package-lock.json $(FRONTEND)/package.json $(FRONTEND)/.npmrc | $(BIN)/python
	@set -e; \
	if ! { $(NODE_FITS); } 2>/dev/null && ! [ -x $(BIN)/npm ]; then \
		$(SAY) 'Installing Node.js into the Python environment ...'; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[web]'; \
	fi; \
	$(SAY) 'Fetching the front end libraries ...'; \
	$(WITH_NODE); cd $(FRONTEND); npm ci --loglevel=error >/dev/null; touch ../../$@

# The libraries are fetched only when something is to be built, so that a shipped build runs without Node.
$(BUILT): $(SOURCES)
	@$(MAKE) $(MODULES)
	@$(SAY) 'Building the front end ...'
	@set -e; $(WITH_NODE); cd $(FRONTEND); npm run --silent build
	@touch $@

NODE_FITS = node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)' && command -v npm >/dev/null
WITH_NODE = if ! { $(NODE_FITS); } 2>/dev/null; then PATH="$(CURDIR)/$(BIN):$$PATH"; export PATH; fi

browser:
	@set -e; \
	if [ ! -x $(CHROMIUM) ]; then \
		if [ -n "$(AS_ROOT)" ] && command -v apt-get >/dev/null; then \
			$(SAY) 'Installing Chromium and a Chinese font ...'; \
			apt-get update -qq >/dev/null; \
			DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; \
		else $(SAY) 'The tests need Chromium at $(CHROMIUM) and a Chinese font. As root: apt-get install -y chromium fonts-noto-cjk' >&2; exit 1; fi; \
	fi
