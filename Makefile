# All commands of this repository. `make help` lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help

TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
NODE := $(TARGET)/release/smartlayer-node
# The crates of the runtime: tested, benchmarked and linted with all features, without building the wasm.
CRATES := -p smartlayer-primitives -p smartlayer-commitment -p smartlayer-measurement -p smartlayer-promise -p smartlayer-statement -p smartlayer-token -p pallet-agreements -p pallet-anchors -p pallet-payments -p pallet-reports -p pallet-sla -p pallet-staking-slash -p pallet-telemetry -p pallet-tempo -p smartlayer-runtime -p smartlayer-simulation
FEATURES := --features smartlayer-runtime/runtime-benchmarks,smartlayer-runtime/try-runtime
# The programs. They are always built and tested together: apart, what they share would be built again with other features.
PROGRAMS := -p smartlayer-node -p smartlayer-node-cli -p smartlayer-client -p smartlayer-daemon -p smartlayer-anchor -p smartlayer-service-node -p smartlayer-cli
NPM := npm --prefix tests
# The folder in which nodes of this checkout cache compiled runtimes.
RUNTIME_CACHE := $(TARGET)/runtime-cache
NEXT_RUNTIME := $(TARGET)/release/wbuild/smartlayer-runtime-next/smartlayer_runtime_next.compact.compressed.wasm
# The folder into which set-up unpacks tools.
TOOLS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/smartlayer

.PHONY: help
help: ## List all commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install what is missing to build and test
	@scripts/setup.sh tests

.PHONY: build
build: ## Build the node, the service node and the command `smartlayer`
	@scripts/setup.sh
	cargo build --release --locked $(PROGRAMS)

.PHONY: next-runtime
next-runtime: ## Build the programs, and the runtime with the next version, to test upgrades
	@scripts/setup.sh
	cargo build --release --locked $(PROGRAMS) -p smartlayer-runtime-next

.PHONY: run
run: build ## Start a dev chain, whose data is deleted when it stops
	$(NODE) --dev --runtime-cache=$(RUNTIME_CACHE)

.PHONY: test
test: ## Build, and run every test
	@scripts/stages.sh setup next-runtime test-rust test-clients

.PHONY: test-rust
test-rust: ## Run the tests in Rust, and every benchmark once
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target test-crates test-programs

# Side by side: the tests of the programs mostly wait for nodes. Cargo builds for one after the other.
.PHONY: test-crates
test-crates:
	SKIP_WASM_BUILD=1 cargo test --release --locked $(CRATES) $(FEATURES)

.PHONY: test-programs
test-programs:
	cargo test --release --locked $(PROGRAMS)

.PHONY: test-long
test-long: ## Run the property tests with a million operations each
	SMARTLAYER_LONG_TESTS=1 SKIP_WASM_BUILD=1 cargo test --release --locked $(CRATES) $(FEATURES) properties
	SMARTLAYER_LONG_TESTS=1 cargo test --release --locked $(PROGRAMS) random

# The paths that the programs below tests/ use.
export SMARTLAYER_NODE := $(NODE)
export SMARTLAYER_NEXT_RUNTIME := $(or $(SMARTLAYER_NEXT_RUNTIME),$(NEXT_RUNTIME))
export SMARTLAYER_RUNTIME_CACHE := $(RUNTIME_CACHE)

.PHONY: test-clients
test-clients: ## Test what `make next-runtime` has built with the clients of its users: all suites, or SUITE="<name> <name>"
	@scripts/setup.sh tests
	@PATH="$$PATH:$(TOOLS)/prometheus/usr/bin" node tests/runner/main.mjs $(SUITE)

.PHONY: demo
demo: build ## Tell the story of the chain with its programs, in three minutes; KEEP=1 leaves them running
	@scripts/setup.sh clients
	@node tests/demo/main.mjs $(if $(filter-out 0,$(KEEP)),--keep) $(if $(RECORD),--record='$(RECORD)')

.PHONY: simulate
simulate: ## Simulate years of measured service, and write docs/simulation.md
	SKIP_WASM_BUILD=1 cargo build --release --locked -p smartlayer-simulation
	$(TARGET)/release/smartlayer-simulation > $(TARGET)/simulation.md
	mv $(TARGET)/simulation.md docs/simulation.md

.PHONY: bench-load
bench-load: build ## Measure the transfers and cash-outs per second of a node, the transfers of four, with LOAD="--transfers=<n>", and paid calls
	@scripts/setup.sh clients
	@node tests/bench/load.mjs --nodes=1 $(LOAD)
	@node tests/bench/load.mjs --nodes=4 $(LOAD)
	@cargo build --release --locked $(PROGRAMS) -p smartlayer-runtime-next --example load --example growth
	@node tests/bench/paid-calls.mjs
	@node tests/bench/paid-calls.mjs --sessions=100000
	@$(TARGET)/release/examples/growth

.PHONY: check
check: setup ## Check formats, lints, features and documentation
	cargo fmt --all --check
	$(NPM) run --silent check
	node scripts/check-features.mjs
	node scripts/check-docs.mjs
	@# Without the next runtime, of which nothing is native: leaving its wasm out would compile it again in the next build.
	SKIP_WASM_BUILD=1 cargo clippy --release --locked --workspace --exclude smartlayer-runtime-next --all-targets $(FEATURES) -- -D warnings
	@# With the same features: what clippy has checked is not checked again.
	SKIP_WASM_BUILD=1 RUSTDOCFLAGS="-D warnings" cargo doc --release --locked --workspace --exclude smartlayer-runtime-next --no-deps $(FEATURES)

.PHONY: check-run
check-run: ## Test that `make run` starts a chain that authors and finalises blocks
	node scripts/check-run.mjs

.PHONY: check-wasm-target
check-wasm-target: ## Test that the wasm target can be installed from Debian alone
	scripts/check-wasm-target.sh

.PHONY: bench
bench: setup ## Measure the weights of the pallets, and write them
	scripts/bench.sh

.PHONY: release
release: setup ## Build the programs for production, and describe its runtime and the changes AGAINST=<node or wasm>
	cargo build --profile production --locked $(PROGRAMS)
	@# What the wasm's hash depends on, besides the source.
	@printf '%-22s %s\n' commit "$$(git describe --always --dirty --abbrev=40 --match= 2>/dev/null || echo unknown)" compiler "$$(rustc --version)" \
		checkout '$(CURDIR)' 'target folder' '$(TARGET)' "cargo's home" "$${CARGO_HOME:-$$HOME/.cargo}"
	@node tests/tools/inspect-runtime.mjs $(TARGET)/production/wbuild/smartlayer-runtime/smartlayer_runtime.compact.compressed.wasm $(AGAINST)

.PHONY: inspect
inspect: setup ## Describe the runtime WASM=<file> and its changes AGAINST=<node or wasm>
	@node tests/tools/inspect-runtime.mjs $(or $(WASM),$(TARGET)/release/wbuild/smartlayer-runtime/smartlayer_runtime.compact.compressed.wasm) $(AGAINST)

# A copy of a running chain for this checkout's runtime: the node to copy from, and the paths.
AGAINST_NODE := $(or $(AGAINST),ws://127.0.0.1:9944)
FORK_PORT := $(or $(FORK_PORT),8000)
TRY_RUNTIME := $(TARGET)/try-runtime/release/wbuild/smartlayer-runtime-next/smartlayer_runtime_next.compact.compressed.wasm

.PHONY: fork-tools
fork-tools:
	@cd tests/fork && { [ node_modules/.package-lock.json -nt package-lock.json ] || \
		{ npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json; }; }

.PHONY: try-runtime
try-runtime: setup fork-tools ## Execute this checkout's migrations, with all checks, on a copy of the chain of AGAINST=<node>
	cargo build --release --locked -p smartlayer-runtime-next --features try-runtime --target-dir $(TARGET)/try-runtime
	@node tests/fork/try-runtime.mjs $(TRY_RUNTIME) $(AGAINST_NODE)

.PHONY: chopsticks
chopsticks: fork-tools $(if $(WASM),,next-runtime) ## Serve a copy of the chain of AGAINST=<node> with this checkout's runtime, or WASM=<file>, on FORK_PORT
	node tests/fork/node_modules/@acala-network/chopsticks/chopsticks.cjs --endpoint $(AGAINST_NODE) --host 127.0.0.1 \
		--port $(FORK_PORT) --build-block-mode Manual --allow-unresolved-imports --runtime-log-level 3 \
		--wasm-override $(or $(WASM),$(NEXT_RUNTIME))

.PHONY: audit
audit: ## Check licences, bans and sources of the dependencies, and advisories if their database is reachable
	@scripts/audit.sh $(TOOLS)

.PHONY: format
format: ## Format everything
	cargo fmt --all
	$(NPM) run --silent format
