# `make up` runs Tierline; `make test` checks it. Both set up whatever they need, in .venv/ of this checkout.
# Options of `tierline up`: make up ARGS="--api-port 9000"
PYTHON ?= python3
UV := .venv/bin/uv
export UV_PROJECT_ENVIRONMENT := .venv
# Bytecode is kept: a start without it compiles a hundred thousand lines, and a worker some more for every ticket.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: up test setup

up: setup
	@.venv/bin/tierline up $(ARGS)

test: setup
	@.venv/bin/poe test

setup: .venv/.synced

# uv itself comes from the package index, into the same environment that it then fills from uv.lock.
.venv/.synced: pyproject.toml uv.lock | $(UV)
	@$(UV) sync --frozen --quiet --inexact --all-extras --python .venv/bin/python
	@touch $@

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit("Tierline needs Python 3.11 or later, and this is %s" % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv
