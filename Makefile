# Six words for the commands of README.md and CONTRIBUTING.md. Each works in a fresh copy: it sets up what it needs.

.PHONY: setup play test quick lint docs

setup:  ## install Petard and what its tests need into .venv
	python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]'

play:  ## start the game
	python3 -m venv .venv && .venv/bin/pip install -q -e . && .venv/bin/petard

test:  ## run all tests, the linter and the type checker
	python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest

quick: setup  ## run the tests that find most bugs, in less than 45 seconds
	.venv/bin/pytest --quick

lint: setup  ## check style and types
	.venv/bin/ruff check . && .venv/bin/ruff format --check .
	.venv/bin/python -m tests.tools.links && .venv/bin/mypy

docs: setup  ## write the tables of the documents again from the code
	.venv/bin/python -m tests.tools.docs
