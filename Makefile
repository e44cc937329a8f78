# Every task of the project. Needs make and Python 3.11 or later, nothing else.

VENV := .venv
BIN := $(VENV)/bin
DEV := $(VENV)/.installed-dev
DEMO := $(VENV)/.installed-demo
DEMO_DYNAMODB := $(VENV)/.installed-demo-dynamodb
DEMO_STACK := $(VENV)/.installed-demo-stack
DEMO_POSTGRES := $(VENV)/.installed-demo-postgres
DEMO_EMBEDDED := $(VENV)/.installed-demo-embedded
BENCH_VENV := .venv-bench
IAC_VENV := .venv-iac
IAC := $(IAC_VENV)/.installed
BENCH := $(BENCH_VENV)/.installed
COMPARE_VENV := .venv-compare
COMPARE := $(COMPARE_VENV)/.installed
PINS := pyproject.toml constraints.txt tools/create_venv.sh
TYPED := $(wildcard src systems examples tests tools bench conftest.py docs/conf.py)
# Each tool writes generated files; with --check it fails where they are out of date.
GENERATORS := $(patsubst tools/%.py,tools.%,$(sort $(wildcard tools/[a-z]*.py)))

.PHONY: help demo test test-quick test-iac test-terraform test-audit postgres test-dynamodb-local check static types generate mutants soak release-check bench compare-sql docs fresh clean

help: ## show the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | while IFS='	' read -r name text; do \
	  printf '  %-20s %s\n' "$$name" "$$text"; done

# With SYSTEM=iops, the whole procedure of its document on an emulator of AWS: the stack is deployed, filled, asked, verified.
# With SYSTEM=domainflow or pdfjobs, its tables on a PostgreSQL, which is started unless URL names one: initialised or
# migrated, asked, verified.
ifneq ($(filter domainflow pdfjobs,$(SYSTEM)),)
demo: $(DEMO_POSTGRES)
	@$(BIN)/python -m systems.$(SYSTEM).demo --url '$(or $(URL),postgresql://debian)'
else ifdef SYSTEM
demo: $(DEMO_STACK)
	@$(BIN)/python -m systems.$(SYSTEM).deploy
else
# With URL=dynamodb://ministack, postgresql://debian or postgresql://embedded (which are started), or another URL, it
# runs there, and compares.
DEMO_HERE := $(if $(filter dynamodb:%,$(URL)),$(DEMO_DYNAMODB),$(if $(filter postgresql://embedded,$(URL)),$(DEMO_EMBEDDED),$(if \
  $(filter postgresql:%,$(URL)),$(DEMO_POSTGRES),$(DEMO))))
demo: $(DEMO_HERE) ## run a system on real data; URL=dynamodb://ministack, or SYSTEM=iops
	@$(BIN)/python -m systems.nexus.demo $(if $(URL),--url '$(URL)')
	$(if $(URL),@$(BIN)/python -m systems.iops.demo --url '$(URL)')
	$(if $(filter postgresql:%,$(URL)),@$(BIN)/python -m systems.pdfjobs.demo --url '$(URL)')
	$(if $(filter postgresql:%,$(URL)),@$(BIN)/python -m systems.domainflow.demo --url '$(URL)')
endif

test: static types postgres ## everything CI runs; ends in pytest's own line
	$(BIN)/python -m pytest -n 2

test-quick: $(DEV) ## the tests that need no server: SQLite and pure code
	$(BIN)/python -m pytest -n 2 --quick -rfE

test-iac: $(DEV) $(IAC) ## generated infrastructure as cfn-lint, checkov and CDK take it
	IAC_ENVIRONMENTS=$(IAC_VENV) $(BIN)/python -m pytest -n 2 tests/iac

test-audit: $(DEV) ## the audit of code on packages from PyPI, labelled by hand: precision and recall
	$(BIN)/python -m tests.checks.packages

postgres: ## look for the PostgreSQL that the tests start; root under CI installs it
	@sh tools/find_postgres.sh

test-dynamodb-local: $(DEV) ## the contract suite on Amazon's DynamoDB Local, if its licence admits you
	@ACCEPT_DYNAMODB_LOCAL_LICENSE="$(ACCEPT_DYNAMODB_LOCAL_LICENSE)" sh tools/test_dynamodb_local.sh

test-terraform: $(DEV) ## generated configurations in Terraform, with TERRAFORM= and TERRAFORM_MIRROR=
	@TERRAFORM="$(TERRAFORM)" TERRAFORM_MIRROR="$(TERRAFORM_MIRROR)" sh tools/test_terraform.sh

check: static ## what to run before each commit, under a minute
	$(BIN)/python -m pytest -n 2 tests/unit tests/architecture

static: $(DEV) ## format, lint, types by mypy, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(TYPED)
	@for tool in $(GENERATORS); do echo "$$tool --check"; $(BIN)/python -m $$tool --check || exit 1; done

types: $(DEV) ## types by pyright
	$(BIN)/pyright

generate: $(DEV) ## write every generated file
	@for tool in $(GENERATORS); do echo "$$tool"; $(BIN)/python -m $$tool || exit 1; done

mutants: $(DEV) ## change the package in one place at a time; SEED=1 COUNT=40 WITHIN=engines/sqlite/
	$(BIN)/python -m tests.mutation $(if $(SEED),--seed $(SEED)) $(if $(COUNT),--count $(COUNT)) $(if $(WITHIN),--within $(WITHIN))

soak: $(DEV) ## every kill and mutation that CI takes a twentieth of, and its page; some minutes
	SOAK=1 $(BIN)/python -m pytest -n 2 -m soak --junitxml=build/soak.xml; \
	  code=$$?; $(BIN)/python -m tools._soak build/soak.xml && exit $$code

release-check: $(DEV) ## what must hold before a release: a soak since the last change
	$(BIN)/python -m tools._soak --check

bench: $(BENCH) ## measure, and write docs/benchmarks
	@$(BENCH_VENV)/main/bin/python -m bench

compare-sql: $(COMPARE) ## the changes of docs/changes.md by Alembic, and PGSCHEMA=program; then make generate; CHANGE='part of a name'
	@$(COMPARE_VENV)/bin/python -m bench.compare_sql $(if $(PGSCHEMA),--pgschema '$(PGSCHEMA)') $(if $(CHANGE),'$(CHANGE)')

docs: $(DEV) ## build the documentation; a warning is an error
	$(BIN)/sphinx-build --fail-on-warning --keep-going --nitpicky --quiet docs docs/_build/html
	@echo "docs/_build/html/index.html"

fresh: ## clone the last commit into an empty place and run .ci/run there
	@sh tools/run_fresh.sh

clean: ## remove what the other targets made, .venv included
	rm -rf $(VENV) $(BENCH_VENV) $(COMPARE_VENV) $(IAC_VENV) build dist docs/_build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(DEV): $(PINS)
	@PYTHON="$(PYTHON)" sh tools/create_venv.sh $(VENV)
	$(BIN)/python -m pip install --quiet -e '.[cli,dev,demo-dynamodb,docs,embedded,infra]' -c constraints.txt
	@touch $(DEV) $(DEMO) $(DEMO_DYNAMODB) $(DEMO_STACK) $(DEMO_POSTGRES) $(DEMO_EMBEDDED)

$(DEMO): $(PINS)
	@PYTHON="$(PYTHON)" sh tools/create_venv.sh $(VENV)
	$(BIN)/python -m pip install --quiet -e '.[demo]' -c constraints.txt
	@touch $(DEMO)

$(DEMO_DYNAMODB): $(PINS)
	@PYTHON="$(PYTHON)" sh tools/create_venv.sh $(VENV)
	$(BIN)/python -m pip install --quiet -e '.[demo-dynamodb]' -c constraints.txt
	@touch $(DEMO) $(DEMO_DYNAMODB)

$(DEMO_STACK): $(PINS)
	@PYTHON="$(PYTHON)" sh tools/create_venv.sh $(VENV)
	$(BIN)/python -m pip install --quiet -e '.[cli,infra,demo-dynamodb]' -c constraints.txt
	@touch $(DEMO) $(DEMO_DYNAMODB) $(DEMO_STACK)

$(DEMO_POSTGRES): $(PINS)
	@PYTHON="$(PYTHON)" sh tools/create_venv.sh $(VENV)
	$(BIN)/python -m pip install --quiet -e '.[demo,postgres]' -c constraints.txt
	@touch $(DEMO) $(DEMO_POSTGRES)

$(DEMO_EMBEDDED): $(PINS)
	@PYTHON="$(PYTHON)" sh tools/create_venv.sh $(VENV)
	$(BIN)/python -m pip install --quiet -e '.[demo,embedded]' -c constraints.txt
	@touch $(DEMO) $(DEMO_POSTGRES) $(DEMO_EMBEDDED)

# What the benchmark compares with; aioboto3 needs a botocore of its own.
$(BENCH): $(PINS) constraints-bench.txt constraints-aioboto3.txt
	@PYTHON="$(PYTHON)" sh tools/create_venv.sh $(BENCH_VENV)/main
	$(BENCH_VENV)/main/bin/python -m pip install --quiet -e '.[bench,dynamodb,postgres]' -c constraints-bench.txt
	@PYTHON="$(PYTHON)" sh tools/create_venv.sh $(BENCH_VENV)/aioboto3
	$(BENCH_VENV)/aioboto3/bin/python -m pip install --quiet aioboto3 -c constraints-aioboto3.txt
	@touch $(BENCH)

$(COMPARE): $(PINS) constraints-compare.txt
	@PYTHON="$(PYTHON)" sh tools/create_venv.sh $(COMPARE_VENV)
	$(COMPARE_VENV)/bin/python -m pip install --quiet -e '.[compare,postgres]' -c constraints-compare.txt
	@touch $(COMPARE)

# Each tool has an environment of its own: what they pin does not fit together.
$(IAC): tools/create_venv.sh $(wildcard constraints-iac-*.txt)
	@for tool in lint checkov cdk; do \
	  PYTHON="$(PYTHON)" sh tools/create_venv.sh $(IAC_VENV)/$$tool && \
	  $(IAC_VENV)/$$tool/bin/python -m pip install --quiet -r constraints-iac-$$tool.txt || exit 1; done
	@touch $(IAC)
