# canbao: setup, run, test, check, bench. Needs python3.11 (or 3.12, 3.13) with its venv module, and make.
# The first that starts: pyenv puts stand-ins of versions into the path that are not chosen.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13; do $$p -c '' 2>/dev/null && echo $$p && exit; done; echo python3.11)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
RUN_OPTIONS ?=

.PHONY: setup run test check fuzz docs bench lock bundle images

setup: $(STAMP)

# Locked packages with their hashes first, then the product itself: the lock is complete, so nothing is resolved here.
$(STAMP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	@touch $(STAMP)

run: setup
	$(BIN)/canbao demo $(RUN_OPTIONS)

test: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/house

# Coverage-guided fuzz of what reads files, for FUZZ_SECONDS; what it finds and learns stays in FUZZ_FOLDER, outside the repository:
# generated numbers pass the check digit too.
FUZZ_SECONDS ?= 600
FUZZ_FOLDER ?= /tmp/canbao-fuzz
fuzz: setup
	$(BIN)/python -m tests.fuzz.seeds $(FUZZ_FOLDER)/corpus
	$(BIN)/python -m tests.fuzz -max_total_time=$(FUZZ_SECONDS) -timeout=60 -artifact_prefix=$(FUZZ_FOLDER)/ $(FUZZ_FOLDER)/corpus

# What is generated from tests and packs: docs/rules.md, docs/clauses.md, the lists of docs/写政策包.md, the editors' schema.
docs: setup
	$(BIN)/python -m tests.publish

bench: setup
	$(BIN)/python benchmarks/run.py

# One archive under dist/ that installs on a server without a network (docs/运维说明.md).
bundle: setup
	$(BIN)/python deploy/bundle.py

# The guide's pictures of the demonstration county; needs LibreOffice, Chromium and pdftoppm.
images: setup
	$(BIN)/python -m tests.pictures

# After a change of dependencies in pyproject.toml; needs uv.
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --quiet --output-file requirements.lock
