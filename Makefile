# รับเรื่อง: everything a newcomer types. Needs only Python >= 3.11 with pip, and make.
PYTHON ?= python3
BIN := .venv/bin
TESTS ?= tests
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test race check bench menu-picture lock format clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/.runtime ## .venv from the lock file (idempotent, no root, PyPI only)

setup-dev: .venv/.dev ## the same, with what tests and checks need

.venv/.runtime: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python >= 3.11 is needed")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: setup ## the whole office on this machine with a sandbox: http://127.0.0.1:8000/ (no account needed)
	$(BIN)/python app.py upgrade
	exec $(BIN)/python app.py demo

test: setup-dev ## every test, on SQLite and PostgreSQL (TESTS=tests/flows for a part)
	$(BIN)/python -m pytest -n 3 --dist worksteal $(TESTS)

race: setup-dev ## the race of workers and writers ten times over, with a larger crowd
	RACE=10 $(BIN)/python -m pytest tests/journeys/test_race.py

check: setup-dev ## ruff, mypy, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports

bench: setup-dev ## the benchmarks, one line of figures each
	$(BIN)/python -m bench

menu-picture: setup-dev ## draw the picture of the LINE menu anew from its source (needs Chromium and Noto Sans Thai)
	$(BIN)/python -m tests.draw_line_menu

lock: ## write the lock files anew from pyproject.toml (needs uv)
	uv pip compile --universal --generate-hashes --no-header --no-annotate --no-emit-index-url -q pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-header --no-annotate --no-emit-index-url -q pyproject.toml --extra s3 -c requirements.lock -o requirements-s3.lock
	uv pip compile --universal --generate-hashes --no-header --no-annotate --no-emit-index-url -q pyproject.toml --extra s3 --group dev -c requirements-s3.lock -o requirements-dev.lock

format: setup-dev ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove .venv and caches; VAR_DIR stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +
