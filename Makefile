# Each target makes .venv by itself and reuses it. `make help` lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
ENGINE ?= embedded
OUT    ?= demo-out
EVAL   ?= ../shared/data/eval
COMPANIES ?= $(wildcard ../shared/data/companies)
CONFIG ?= config.yaml

.PHONY: help demo test check quality bench serve clean test-es8

help:
	@echo "make demo [ENGINE=elasticsearch]   a crawled week, from archive to issue, in $(OUT)/"
	@echo "make test                          style, types, import directions and every test"
	@echo "make check                         style, types and import directions only"
	@echo "make quality [EVAL=DIR COMPANIES=DIR JSON=FILE]   extraction and tagging against labelled cases"
	@echo "make bench [EVAL=DIR]              speed, as ratios measured in one run"
	@echo "make serve                         the daemon, with config.yaml"
	@echo "make test-es8                      the search tests on Elasticsearch 8.19"
	@echo "make clean                         removes what these made"

$(READY): setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("zhoubao needs Python 3.11 or later: make PYTHON=python3.11 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(READY)
ifeq ($(ENGINE),elasticsearch)
	@$(BIN)/python -m tests.elastic run -- $(BIN)/zhoubao demo --out $(OUT) --engine elasticsearch
else
	@$(BIN)/zhoubao demo --out $(OUT) --engine $(ENGINE)
endif

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check
	$(BIN)/python -m pytest -n auto --maxprocesses 4

test-es8: $(READY)
	$(BIN)/python -m pip install -q --disable-pip-version-check 'elasticsearch>=8.19,<9'
	ES_VERSION=8.19.0 $(BIN)/python -m pytest tests/search; status=$$?; rm -f $(READY); exit $$status

quality: $(READY)
	@$(BIN)/python -m benchmarks.quality --eval $(EVAL) $(if $(COMPANIES),--companies $(COMPANIES)) $(if $(JSON),--json $(JSON)) $(if $(filter command line,$(origin EVAL)),--no-floors)

bench: $(READY)
	@$(BIN)/python -m benchmarks $(if $(wildcard $(EVAL)),--eval $(EVAL))

serve: $(READY)
	@$(BIN)/zhoubao --config $(CONFIG) run

clean:
	rm -rf $(VENV) $(OUT) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
