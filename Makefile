# Two targets do everything: `make lab` and `make test`. Both set up .venv once and reuse it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
# Jupyter refuses to run as root (as in a container) unless told that it is meant.
ROOT_FLAG := $(shell [ "$$(id -u)" = 0 ] && echo --allow-root)
# Two workers: the notebooks wait for their kernels, the rest is short.
WORKERS ?= 2

.DELETE_ON_ERROR:
.PHONY: help lab test test-min lint format notebooks site described lock boundaries clean

help:
	@echo "make lab        set up and open JupyterLab on the notebooks"
	@echo "make test       set up and run every test (unit, tables, notebooks, browser)"
	@echo "make test-min   the unit tests on the oldest versions that pyproject.toml allows"
	@echo "make notebooks  run the notebooks and store their outputs"
	@echo "make site       write the notebooks and maps as a static site into site/"
	@echo "make lint       ruff"
	@echo "make described  rewrite what is made from tables and layers, after a change of them"
	@echo "make lock       renew requirements.lock and requirements-min.lock"
	@echo "make boundaries rebuild data/shapefiles from the pinned packages"

# A failed set-up leaves no stamp, so the next call starts it again.
define SETUP
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "mineralmap needs Python 3.11 or newer; $(PYTHON) is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv --clear $(1)
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(2)
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(1)/.ready
endef

$(STAMP): requirements.lock pyproject.toml
	$(call SETUP,$(VENV),requirements.lock)

.venv-min/.ready: requirements-min.lock pyproject.toml
	$(call SETUP,.venv-min,requirements-min.lock)

lab: $(STAMP)
	JUPYTER_CONFIG_PATH="$$JUPYTER_CONFIG_PATH$${JUPYTER_CONFIG_PATH:+:}$(CURDIR)/src/mineralmap/jupyter" $(BIN)/jupyter lab notebooks $(ROOT_FLAG) --LabApp.news_url=None --LabApp.extension_manager=readonly $(ARGS)

# Sockets are closed to all but loopback, in the tests and in what they start (tests/offline).
OFFLINE := PYTHONPATH="$(CURDIR)/tests/offline"
test: $(STAMP)
	$(OFFLINE) $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)
	$(OFFLINE) $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --nbval notebooks

test-min: .venv-min/.ready
	$(OFFLINE) .venv-min/bin/python -m pytest -n $(WORKERS) --dist loadfile -m "not browser and not install" $(ARGS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

notebooks: $(STAMP)
	$(BIN)/python tools/run_notebooks.py $(ARGS)

site: $(STAMP)
	$(BIN)/mineralmap export site $(ARGS)

# What is written from the declaration of the tables and from the tables themselves.
described: $(STAMP)
	$(BIN)/python tools/write_datapackage.py
	$(BIN)/python tools/write_dataset_docs.py
	$(BIN)/python tools/write_ground.py
	$(BIN)/python tools/write_pictures.py

# Names, versions and hashes only, for every platform and Python from 3.11 on.
LOCK := .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet uv
	$(LOCK) --extra test pyproject.toml -o requirements.lock
	$(LOCK) --extra test pyproject.toml --constraint tools/minimum.txt -o requirements-min.lock

# The builder has packages of its own, pinned; it needs npm, too.
boundaries:
	$(PYTHON) -m venv .venv-build
	.venv-build/bin/python -m pip install --quiet --require-hashes -r tools/requirements.txt
	.venv-build/bin/python tools/build_boundaries.py $(ARGS)

clean:
	rm -rf .venv .venv-min .venv-lock .venv-build .pytest_cache .ruff_cache dist build site
