# The list of chores. `make` alone prints it.
# Written for GNU make 3.81 too, which macOS still ships: no .ONESHELL, no grouped targets.

SHELL := /bin/sh
.DEFAULT_GOAL := list

python := .venv/bin/python
# The web's sources belong to the installation: the build hook turns them into web/dist.
web := $(shell find web \( -name node_modules -o -name dist \) -prune -o -type f -print 2>/dev/null)
uv := uv
# npm in web/, with a Node that is new enough.
npm = $(python) hatch_build.py npm

.PHONY: list run dev test test-diffusers check fix docs gallery bench lock clean

list: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

run: .venv/.run ## start the studio (the first time, install it into .venv)
	@exec .venv/bin/gesso serve

dev: .venv/.dev web/node_modules/.dev ## start the studio, and again whenever the code changes
	@echo "For a page that changes while you write it, in another terminal: $(npm) run dev"
	@exec .venv/bin/gesso serve --reload

test: .venv/.dev web/node_modules/.dev ## run the tests (some of them: make test only=tests/imaging)
	@$(if $(only),,$(npm) test)
	@PYTHONDONTWRITEBYTECODE= $(python) -m pytest $(if $(only),$(only),--numprocesses 3 --dist loadfile --no-loadscope-reorder)

test-diffusers: .venv/.dev ## install the extra `diffusers` (PyTorch), and run the tests that draw with it
	$(call install,--editable '.[diffusers]')
	@exec $(python) -m pytest tests/diffusers

check: .venv/.dev web/node_modules/.dev ## look for mistakes: format, lint, types, floors, generated files
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(python) docs/make.py --check
	$(npm) run check

fix: .venv/.dev web/node_modules/.dev ## mend what can be mended: format and lint
	.venv/bin/ruff format
	.venv/bin/ruff check --fix
	$(npm) run lint -- --fix

docs: .venv/.dev web/node_modules/.dev ## write the generated files again: the reference, and the web's types of the API
	$(python) docs/make.py
	$(npm) run generate

gallery: .venv/.dev ## draw docs/gallery again: what each operation makes
	$(python) docs/gallery.py

bench: .venv/.dev web/node_modules/.dev ## measure every number that we claim
	$(python) -m bench

lock: ## choose the newest allowed dependencies and pin them (needs uv)
	$(compile) --output-file requirements.lock
	$(compile) --extra onnx --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove what was built or installed, never your data
	rm -rf .venv dist web/dist web/node_modules tests/artifacts .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- Installation -------------------------------------------------------------------------------------------
# A stamp is newer than all that it was made of, so the second start installs nothing. What a start imports is
# compiled here, once: compiling everything would add 50 MB that nothing reads, compiling nothing 3 seconds a start.

.venv/.run: $(python) requirements.lock pyproject.toml hatch_build.py $(web)
	@echo "Installing Gesso into .venv (once, about a minute) ..."
	$(call install,--requirement requirements.lock)
	$(call install,--no-deps --force-reinstall --editable .)
	@PYTHONDONTWRITEBYTECODE= $(python) -c "import gesso.app, gesso.worker, gesso.cli.serve, uvicorn.main, alembic.command"
	@$(python) -m pip uninstall --quiet --yes pip setuptools 2>/dev/null || true # 27 MB that nothing here runs on
	@touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	@echo "Installing the tools for development ..."
	$(call install,--requirement requirements-dev.lock)
	@touch $@

# A build of the web takes none of these away; where it had to install anew, this stamp is gone with the rest.
web/node_modules/.dev: .venv/.dev web/package-lock.json
	@$(npm) ci
	@touch $@

# An old Python is passed over, and so is a name that stands on PATH without one behind it (pyenv's shims).
# A failed attempt must not leave a half-made .venv: the next `make` would take it for a whole one.
$(python):
	@if $(uv) --version >/dev/null 2>&1; then exec $(uv) venv --quiet --clear .venv; fi; \
	for candidate in python3.13 python3.12 python3.11 python3.14 python3; do \
		if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			said=$$($$candidate -m venv --clear .venv 2>&1) && exit 0; \
			rm -rf .venv; \
			echo "$$said"; \
			echo "This Python cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv"; \
			exit 1; \
		fi; \
	done; \
	echo "Gesso needs Python 3.11 or newer; the newest here is: $$(python3 --version 2>&1 || echo none)"; \
	exit 1

# pip as well as uv, because a fresh machine has only pip; a .venv that uv once made has no pip of its own.
define install
@if $(uv) --version >/dev/null 2>&1; then \
	$(uv) pip install --quiet --python $(python) $(1); \
else \
	$(python) -m pip --version >/dev/null 2>&1 || $(python) -m ensurepip >/dev/null; \
	$(python) -m pip install --quiet --no-compile --disable-pip-version-check $(1); \
fi
endef

# Hashes, because a pinned version is only a name; nothing about where it was found, because that is not ours to say.
compile = $(uv) pip compile pyproject.toml --upgrade --universal --python-version 3.11 \
	--generate-hashes --custom-compile-command "make lock" --no-emit-index-url --no-emit-find-links --quiet
