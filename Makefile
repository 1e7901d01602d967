# Everything a contributor or an operator starts. `make` alone lists it.
#
# Needs only Python 3.11 or newer, make and git; the rest is installed below this folder: .venv holds the project, .cache
# holds SAM CLI, MiniStack and, where the machine has none, uv, Node.js with npm and Chromium.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
include tools/uv.mk
export UV

# What the functions and their layer are built for, where it is neither what the template nor what samconfig.toml says:
# make deploy ARCHITECTURE=x86_64 PYTHON_VERSION=3.12
ARCHITECTURE ?=
PYTHON_VERSION ?=
# A theme folder to deploy: make build THEME=../my-theme
THEME ?=
export LAYER_THEME = $(abspath $(THEME))
SAM = .cache/sam/bin/python -P tools/sam_command.py
PARAMETERS = $(if $(ARCHITECTURE),Architecture=$(ARCHITECTURE)) $(if $(PYTHON_VERSION),Runtime=python$(PYTHON_VERSION)) $(WITH)

export SAM_CLI_TELEMETRY ?= 0

.PHONY: help
help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: .venv/ready ## Run the whole system on this machine until Ctrl-C: no AWS account, no Docker (ARGS="--port 8000")
	@exec $(BIN)/python -m tools.local_cloud up $(ARGS)

# The cloud and the browser wait for each other by the clock, so they have the machine to themselves, after the rest.
ALONE := e2e or browser

.PHONY: test
test: .venv/ready ## Run every test, from unit to end to end (ARGS="tests/api -k paging" for some of them)
ifneq ($(ARGS),)
	$(BIN)/python -m pytest $(ARGS)
else
	@code=0; \
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal -m "not ($(ALONE))" || code=$$?; \
	$(BIN)/python -m pytest -m "$(ALONE)" || code=$$?; \
	exit $$code
endif

.PHONY: api-description
api-description: .venv/ready ## Write the OpenAPI document and the API's documentation page from its routes
	$(BIN)/python -m tools.api_description

.PHONY: cli-guide
cli-guide: .venv/ready ## Write docs/cli.md and its recordings from the commands
	$(BIN)/python -m tools.cli_guide

.PHONY: quick
quick: .venv/ready ## Run the unit and contract tests but for the slow ones, in seconds: the loop while you work
	$(BIN)/python -m pytest tests/unit tests/contract -m "not slow" --hypothesis-profile quick $(ARGS)

.PHONY: golden
golden: api-description cli-guide ## Write every golden file anew, and show which have changed
	$(BIN)/python -m pytest tests/unit tests/api tests/integration/test_cost.py --update-golden
	@git status --short

SEEDS ?= 1000

.PHONY: simulate
simulate: .venv/ready ## Search for a history that leaves the site wrong (SEEDS=100000 for longer, REPLAY=file for one again)
	@$(BIN)/python -m tests.simulation $(if $(REPLAY),replay "$(REPLAY)",search --seeds $(SEEDS) $(ARGS))

.PHONY: simulate-mutants
simulate-mutants: .venv/ready ## Plant each of a list of bugs and see that the simulation catches it
	@$(BIN)/python -m tests.simulation mutants $(ARGS)

.PHONY: torture
torture: .venv/ready ## Measure what the worst posts cost in CPU and memory (ARGS="--all", ARGS="tables quotations")
	@$(BIN)/python -m tests.torture $(ARGS)

.PHONY: test-api
test-api: .venv/ready ## Run the tests of the API, ten thousand generated calls included
	$(BIN)/python -m pytest tests/api tests/integration/test_listing_api.py $(ARGS)

.PHONY: browser
browser: .venv/ready ## Open the built site in headless Chromium: accessibility, keyboard, speed, bad content
	$(BIN)/python -m pytest tests/browser $(ARGS)

.PHONY: check
check: .venv/ready .cache/sam/made-from.txt ## Check formatting, lint, types and the template
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	AWS_DEFAULT_REGION=us-east-1 .cache/sam/bin/sam validate --lint
	$(BIN)/python -m tools.template_checks

.PHONY: build
build: .cache/sam/made-from.txt ## Build the functions and their layer for AWS (THEME=folder for templates of your own)
	@$(SAM) build $(PARAMETERS) -- $(ARGS)

.PHONY: deploy
deploy: build ## Build and deploy to AWS (WITH="DomainName=… CertificateArn=…", ARGS="--region eu-west-1")
	@$(SAM) deploy $(PARAMETERS) -- $(ARGS)

.PHONY: sbom
sbom: build ## List what the layer is made of and its licences, and write a CycloneDX document of it
	$(BIN)/python -m tools.bill_of_materials

.PHONY: bench
bench: .venv/ready ## Run the benchmarks
	$(BIN)/python -m bench $(ARGS)

.PHONY: lock
lock: .venv/ready ## Resolve the requirements again (ARGS=--upgrade takes the newest versions)
	$(BIN)/python -m tools.locks $(ARGS)

.PHONY: clean
clean: ## Remove everything these commands have made
	rm -rf .venv .cache .aws-sam .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The project's own environment, exactly as locked.
.venv/ready: requirements.lock pyproject.toml | $(filter $(OWN_UV),$(UV))
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.13 …")'
	@test -x $(BIN)/python || "$(UV)" venv --quiet --no-python-downloads --python "$(PYTHON)" --clear .venv
	@echo "Installing what requirements.lock names …"
	@"$(UV)" pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@"$(UV)" pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

.cache/sam/made-from.txt: tools/local_cloud/sam.lock .venv/ready
	@$(BIN)/python -c 'from tools.environments import sam_environment; sam_environment()'
	@touch $@
