# Two commands are enough: `make demo` shows what Sluice does, `make test` proves that it does.
.DEFAULT_GOAL := help
.PHONY: help demo test build packages boundaries format lint bench memory faults fuzz clean

SOURCES := Sources Tests Package.swift

help: ## Show this list
	@sed -nE 's/^([a-z]+):.*## (.*)$$/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

demo: packages ## Build, load 200,000 events into the embedded PostgreSQL, and show the proof
	@ops/demo.sh

test: packages ## Build, check the house rules, run every test
	@ops/test.sh

build: packages ## Build the release binary: .build/release/sluice
	swift build -c release --product sluice

packages: ## Install the system packages that are missing
	@ops/install-packages.sh

boundaries: ## Check who imports, prints and exits
	@ops/check-boundaries.sh --prove

format: ## Format every source
	swift format format --in-place --parallel --recursive $(SOURCES)

lint: ## Check the format, change nothing
	swift format lint --strict --parallel --recursive $(SOURCES)

bench: build ## Measure against the floor and a hand-written script; needs minutes
	@benchmarks/run.sh

memory: build ## Measure peak memory on 0.4 GB and 4 GB
	@benchmarks/memory.sh

faults: packages ## Provoke faults and prove that nothing was lost; KILLS=50 POINTS=100 for less than hours
	@ops/faults.sh

fuzz: packages ## Read damaged inputs for an hour; SECONDS=60 TARGET=rows SEED=1 for less, or the same again
	@ops/fuzz.sh

clean: ## Remove what was built and the demo's data
	swift package clean
	rm -rf .build/demo .build/bench
