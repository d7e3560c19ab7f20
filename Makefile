# Every target sets up what it needs by itself, in .venv: Python 3.10 or newer, git and make are enough.
#
# Without make (on Windows, write .venv\Scripts\python for .venv/bin/python):
#   python3 scripts/develop.py                    what the targets do first
#   .venv/bin/python examples/demo.py             make demo
#   .venv/bin/python -m pytest -n auto --dist worksteal -q         make test
#   .venv/bin/python scripts/lint.py              make lint
#   .venv/bin/python -m benchmarks                make bench
#   .venv/bin/python -m benchmarks.quality        make quality
#   .venv/bin/python -m mkdocs build --strict -f docs/site/mkdocs.yml    make docs

PYTHON ?= python3
ARGS ?=
SETS ?=

# Relative, because the path of the checkout may hold spaces.
IN_VENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench quality docs clean environment

help:
	@echo "make demo     see sealwright stop, seal and verify a Secret, on a throw-away repository"
	@echo "make test     run the tests                 (ARGS='-k seal' is handed to pytest)"
	@echo "make lint     style, types and the direction of imports"
	@echo "make bench    measure speed                 (ARGS='--smoke' for a quick look)"
	@echo "make quality  compare what is found with other scanners, into docs/quality.md (SETS=public: sets of others; SETS=policy)"
	@echo "make docs     build the documentation as a site, into build/site"
	@echo "make clean    remove everything that these targets made, .venv included"
	@echo
	@echo "Each target sets up .venv by itself. Another Python: make test PYTHON=python3.13"

demo: environment
	@$(IN_VENV) examples/demo.py $(ARGS)

test: environment
	@$(IN_VENV) -m pytest -n auto --dist worksteal -q $(ARGS)

lint: environment
	@$(IN_VENV) scripts/lint.py $(ARGS)

bench: environment
	@$(IN_VENV) -m benchmarks $(ARGS)

quality: environment
	@$(IN_VENV) -m benchmarks.quality $(if $(SETS),--sets $(SETS)) $(ARGS)

# Not --quiet: MkDocs would not count the warnings that --strict is about. The variable keeps the theme from speaking of other programs.
docs: environment
	@NO_MKDOCS_2_WARNING=1 $(IN_VENV) -m mkdocs build --strict --config-file docs/site/mkdocs.yml $(ARGS)
	@echo "build/site/index.html; with its search: $(IN_VENV) -m http.server --directory build/site"

# Quick when there is nothing to do, so it is asked each time: it knows when files were added or removed.
environment:
	@command -v "$(PYTHON)" >/dev/null || { echo "error: there is no $(PYTHON) here; see make help" >&2; exit 1; }
	@"$(PYTHON)" scripts/develop.py

clean:
	@rm -rf .venv build dist .oracles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name '*.egg-info' -prune -exec rm -rf {} + -o -name __pycache__ -prune -exec rm -rf {} +
	@echo "Removed .venv and everything that was built."
