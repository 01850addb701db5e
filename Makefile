# Everything a newcomer types. `make help` lists it.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
VISAVIS_JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run test check fix pictures messages bench assets lock clean

help:  ## list what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: .venv/run  ## start everything in the demonstration world and print the addresses
	@$(BIN)/visavis up

.venv/run: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; v == (3, 11) or sys.exit("Visavis needs Python 3.11; %s is %d.%d. Install Python 3.11, or say where it is: make run PYTHON=/path/to/python3.11" % (sys.executable, *v))'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what is needed (once; one to five minutes) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . -e agent
	@touch $@

.venv/dev: .venv/run requirements/dev.txt
	@echo "Installing the tools of developers (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

check: .venv/dev  ## lint, types, contracts, migrations, translations
	@tools/check

fix: .venv/dev  ## repair what can be repaired
	$(BIN)/ruff check --fix --quiet src tests bench agent tools || true
	$(BIN)/ruff format --quiet src tests bench agent tools
	git ls-files 'src/**/*.html' | xargs $(BIN)/djade --target-version 5.2 || true

test: .venv/dev  ## all tests: units, PostgreSQL, browser journeys
	@tools/openid-provider
	@tools/chromium
	@$(BIN)/pytest -n $(VISAVIS_JOBS) --dist loadgroup --reruns 1

pictures: .venv/dev  ## take the pictures of the documentation in the browser journeys
	@tools/chromium
	@VISAVIS_PICTURES=1 $(BIN)/pytest -q -n0 -p no:randomly tests/journeys/test_order_a_fishing_permit.py tests/journeys/test_have_a_permit_checked.py tests/journeys/test_book_an_appointment.py

messages: .venv/dev  ## collect new texts into the catalogues of translations
	$(BIN)/python tools/messages.py update

bench: .venv/dev  ## measure, one JSON line a figure
	@$(BIN)/python -m bench

assets:  ## compile the style sheet and copy fonts, icons, scripts (needs Node 20)
	@assets/build

lock:  ## renew the locked requirements (needs uv)
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml --group build -o requirements/run.txt
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml --group build --group dev -o requirements/dev.txt

clean:  ## remove the environment and the instance's data
	rm -rf .venv var
