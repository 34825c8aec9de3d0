# The two commands a newcomer needs are `make demo` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Tests start hundreds of processes: compiling everything anew in each of them would be half of their work.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo down test test-unit test-long lint lock schemas

help:           ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

setup: $(VENV)/ready   ## virtual environment from the lock file

demo: setup     ## the main job on embedded PostgreSQL and a real local Kafka
	$(BIN)/polku demo

down: setup     ## stop what `make demo` left running
	$(BIN)/polku down

lint: setup     ## ruff, mypy --strict, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test-unit: setup ## the fast class: no network, no services
	$(BIN)/pytest --quiet -n 2 tests/unit

test: lint test-unit ## everything: then the tests that start real servers, a browser, and kill them
	$(BIN)/polku schemas --check
	$(BIN)/pytest --quiet -n 2 tests/shape tests/streams tests/schedules tests/play tests/mutants/test_mutants.py tests/mutants/test_units_taken_away.py
	$(BIN)/pytest --durations=15 -n 2 --dist loadfile --no-loadscope-reorder tests/integration tests/e2e tests/browser tests/contract
	$(BIN)/pytest --durations=15 tests/chaos

test-long: setup ## random schedules, mistakes on real servers and crash tests for a long time; writes docs/reports
	POLKU_LONG=1 $(BIN)/pytest --verbose --no-header --disable-warnings --color=no tests/unit/gateway/test_no_false_clear.py \
		tests/integration/test_killed_at_every_await.py >docs/reports/long.txt || { cat docs/reports/long.txt; exit 1; }
	$(BIN)/python -m tests.schedules.run --schedules 20000 --report docs/reports/schedules.md
	$(BIN)/pytest --quiet tests/mutants/test_mutants_on_a_server.py
	$(BIN)/python -m tests.chaos.run --long --report docs/reports/chaos.md

lock:           ## names, versions and hashes only: no addresses
	uv pip compile --quiet --python-version 3.11 --extra dev --extra build --generate-hashes --no-header --no-annotate --no-emit-index-url pyproject.toml -o requirements.lock
