# The course's commands. `make help` lists them; each does all its own set-up.
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# Which versions are installed: those tested together, or say CONSTRAINTS=/dev/null for the newest
CONSTRAINTS := constraints.txt
# The first Python on this machine that the course runs on; or say PYTHON=/path/to/python3.12
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
# What `make bench` runs: all but what they share
BENCHMARKS := $(filter-out measuring,$(basename $(notdir $(wildcard benchmarks/*.py))))

.PHONY: help demo test proof claims bench lab release stamp site lint clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(INSTALLED) ## grade a demo class from release to feedback, and run a lecture
	@$(BIN)/course demo

test: $(INSTALLED) ## what every push runs: the fast tests, and every notebook strictly
	@$(BIN)/python -m pytest -n auto -m "not proof"

proof: $(INSTALLED) ## all other tests: attacks, classes, mutants, browser; SHARD=1/4 is a quarter
	@$(BIN)/python -m pytest -n auto -m "proof" $(if $(SHARD),--shard $(SHARD))

claims: $(INSTALLED) ## how sure are the lectures? LECTURES=04 DRAWS=100; STORE=1 keeps it for the book
	@$(BIN)/course claims $(LECTURES) $(if $(DRAWS),--draws $(DRAWS)) $(if $(STORE),--store)

bench: $(INSTALLED) ## measure beside what one would use otherwise; DATA=FOLDER is read, JSON=FOLDER written
	@failed=; for name in $(BENCHMARKS); do \
		$(BIN)/python benchmarks/$$name.py $(if $(DATA),--data "$(DATA)") \
			$(if $(JSON),--json "$(JSON)/$$name.json") || failed="$$failed $$name"; \
	done; test -z "$$failed" || { echo "These benchmarks failed:$$failed" >&2; exit 1; }

lab: $(INSTALLED) ## open JupyterLab: lectures, assignments, and nbgrader's Formgrader
	@$(BIN)/course lab

release: $(INSTALLED) ## write the students' version of every assignment
	@$(BIN)/course release --all

stamp: $(INSTALLED) ## write Colab badges and set-up cells into all notebooks and README.md
	@$(BIN)/course stamp

site: $(INSTALLED) ## build the course book, a web site that needs no network, in build/site
	@$(BIN)/course site

lint: $(INSTALLED) ## check style, notebooks, stamps and releases; mends style by itself
	@PATH="$(CURDIR)/$(BIN):$$PATH" pre-commit run --all-files --show-diff-on-failure

clean: ## remove the environment and what the demo made; never a class's work
	rm -rf $(VENV) build *.egg-info

$(INSTALLED): pyproject.toml $(CONSTRAINTS) $(wildcard course_utils/packages*.txt)
	@test -n "$(PYTHON)" || { echo "The course needs Python 3.11, 3.12 or 3.13, and none was found:" \
		"install one (python.org/downloads), or say make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Setting up $(VENV) with $(PYTHON): about two minutes and 4 GB, once."
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make a virtual environment:" \
		"on Debian and Ubuntu, sudo apt install python3-venv" >&2; rm -rf $(VENV); exit 1; }
	@$(BIN)/python -m pip install --disable-pip-version-check --constraint $(CONSTRAINTS) \
		--editable '.[lectures,torch,tensorflow,medmnist,lab,widgets,grading,similarity,canvas,cluster,book,dev]'
	@$(BIN)/course data packages --all
	@touch $@
