# Everything a developer or CI runs. Needs make and Python 3.11 or newer; `make setup` fetches the rest into
# .tools and .venv, and every target sees to that first. No virtual environment has to be active.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)

UV_VERSION := 0.13.9
UV := .tools/bin/uv
UV_STAMP := .tools/.uv-$(UV_VERSION)
VENV_STAMP := .venv/.synced
BIN := .venv/bin
PYTEST := $(BIN)/pytest

# The interpreter that runs setup is the one that runs the code, and the environment is always .venv.
export UV_PYTHON = $(shell command -v $(PYTHON))
export UV_PYTHON_DOWNLOADS = never
export UV_PROJECT_ENVIRONMENT = .venv
# Compiled bytecode may be kept: with it the system starts in half the time.
unexport VIRTUAL_ENV PYTHONHOME PYTHONDONTWRITEBYTECODE

.PHONY: help setup dev test check format lint types fast-tests template

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

setup: $(VENV_STAMP) ## Fetch the tools and the pinned packages

dev: setup ## Run the whole system here: PORT (8000), ACTRAIL_LOCAL (.local)
	@exec $(BIN)/python -m infra.local.dev

test: setup ## Run every test; those that measure time run last and alone
	$(PYTEST) -n $(JOBS) --dist worksteal -m "not alone"
	$(PYTEST) -m alone

check: lint types fast-tests template ## The gate: format, lint, types, quick tests with coverage, template

format: setup ## Format and fix what can be fixed
	$(BIN)/ruff check --fix --exit-zero --quiet
	$(BIN)/ruff format

lint: setup
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: setup
	$(BIN)/mypy

fast-tests: setup
	$(PYTEST) -n $(JOBS) --dist worksteal -m "not slow and not alone" --cov --cov-report=term

template: build/package/sam.json
	$(BIN)/cfn-lint --template $<

# Chalice's template with ours merged in; the zip beside it holds no packages and is not what gets deployed.
build/package/sam.json: app.py infra/resources.json .chalice/config.json $(shell find chalicelib -name '*.py') | setup
	rm -rf $(@D)
	AWS_DEFAULT_REGION=us-east-1 $(BIN)/chalice package --stage prod --merge-template infra/resources.json $(@D)

$(UV_STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Actrail needs Python 3.11 or newer: make PYTHON=python3.13")'
	$(PYTHON) -m venv --clear .tools
	.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	touch $@

$(VENV_STAMP): pyproject.toml uv.lock $(UV_STAMP)
	$(UV) sync --locked
	touch $@
