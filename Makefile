# Two commands do the main things, each with its own set-up: `make run` and `make test`.
# TORCH_INDEX names the package index to take the CPU build of torch from, where the default one has none.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
BIN := .venv/bin
# What is never imported need not be compiled. The rest is at its first import, and then kept: where an
# environment forbids that, every process would compile all it imports again, for some ten seconds.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
export HF_HUB_OFFLINE := 1
export MLFLOW_DISABLE_TELEMETRY := true

.PHONY: run test check mlflow offline clean

run: .venv/.run
	@$(BIN)/triage demo --port $(PORT)

# As many workers as there are cores, four at most: some tests start servers of their own. Each computes in
# one thread, since threads of several workers wait for each other longer than they work.
test: export OMP_NUM_THREADS := 1
test: .venv/.dev
	$(BIN)/triage encoder build
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder \
		--durations 20 --durations-min 10

check: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

mlflow: .venv/.run
	$(BIN)/mlflow ui --host 127.0.0.1 --port 5000 --backend-store-uri sqlite:///$(abspath $(or $(TRIAGE_HOME),.triage))/mlflow/mlflow.db

# One archive that installs without a network; its test is .ci/offline_smoke.
offline: .venv/.run
	bash .ci/offline_build dist/request-triage-offline.tar

# The state in .triage and the encoder in the user's cache are never touched.
clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.run: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "make: there is no python3; install Python 3.11 or newer." >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "make: $(PYTHON) is older than Python 3.11; name a newer one with PYTHON=..." >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' \
		|| { echo "make: $(PYTHON) has no venv; on Debian and Ubuntu: apt install python3-venv" >&2; exit 2; }
	@echo "Installing into .venv (torch first, then the rest) ..."
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) --constraint constraints.txt torch
	$(PIP) --constraint constraints.txt --editable .
	@touch $@

.venv/.dev: .venv/.run
	$(PIP) --constraint constraints.txt --editable '.[dev]'
	@touch $@
