# Thin wrappers: the work is in `ep` (./ep --help) and in deploy/bootstrap.sh.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON := .venv/bin/python
EP := $(PYTHON) -m deploy.cli
s ?=
m ?=

.PHONY: help up down reset logs doctor seed demo test check fix openapi asyncapi docs screenshots migrate revision bench chaos

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Run
up: ## Everything, from a fresh clone to the addresses and demo accounts
	@sh deploy/bootstrap.sh all
	@$(EP) stack up --demo

down: ## Stop the stack; its state stays
	@$(EP) stack down

reset: ## Stop the stack and forget its state
	@$(EP) stack reset

logs: ## Follow the logs (s=case for one process)
	@$(EP) stack logs --follow $(s)

doctor: ## What is missing on this machine, and how to get it
	@sh deploy/bootstrap.sh environment
	@$(EP) doctor

##@ Data
seed: ## Reference and demonstration data
	@$(EP) seed demo

demo: ## Play one demande of each offer, from filing to expiry
	@$(EP) demo

##@ Develop
test: ## Install what is missing, start a stack of its own, run every test that needs no hour
	@sh deploy/bootstrap.sh all --tests
	@$(PYTHON) -m deploy.testing

check: ## Linters, types, import rules (tests/architecture runs them), fast tests
	@sh deploy/bootstrap.sh environment
	@$(PYTHON) -m pytest -q tests/unit tests/property tests/architecture tests/contract

fix: ## What the formatter and the linter can mend
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

migrate: ## Bring every database to today's tables
	@$(EP) stack migrate

revision: ## New migration: make revision s=case m="add a column"
	@$(EP) stack revision "$(s)" "$(m)"

##@ Documents
openapi: ## Write docs/contrats/*.openapi.json
	@$(EP) contracts openapi

asyncapi: ## Write docs/contrats/asyncapi.yaml
	@$(EP) contracts asyncapi

docs: ## Everything that is generated, from the running stack
	@$(EP) docs all

screenshots: ## Pictures of the documentation, on the running stack
	@$(EP) docs screenshots

##@ Measure
bench: ## What it costs, against raw components, on the running stack: figures, no pass, no fail
	@$(EP) bench

chaos: ## Break things on purpose, on a stack of its own
	@$(EP) chaos
