# What there is to do here. `make help` says it in a line each.

SHELL := /bin/bash
.DEFAULT_GOAL := help

TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
NODE := $(TARGET)/release/smartlayer-node
# What the runtime is made of: tested, benchmarked and linted with every feature, and without the wasm.
CRATES := -p smartlayer-primitives -p smartlayer-commitment -p pallet-anchors -p pallet-sla -p pallet-staking-slash -p pallet-tempo -p smartlayer-runtime
FEATURES := --features smartlayer-runtime/runtime-benchmarks,smartlayer-runtime/try-runtime
NPM := npm --prefix tests
# Where nodes of this checkout keep their compiled runtimes.
RUNTIME_CACHE := $(TARGET)/runtime-cache
NEXT_RUNTIME := $(TARGET)/release/wbuild/smartlayer-runtime-next/smartlayer_runtime_next.compact.compressed.wasm
# What the set-up unpacks for itself.
TOOLS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/smartlayer

.PHONY: help
help: ## Say what there is to do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install what is missing to build and test
	@scripts/setup.sh tests

.PHONY: build
build: ## Build the node
	@scripts/setup.sh
	cargo build --release --locked -p smartlayer-node

.PHONY: next-runtime
next-runtime: ## Build the node, and the runtime under the next version's number, to test upgrades with
	@scripts/setup.sh
	@# With the node: alone, the libraries they share would be built once more, with other features.
	cargo build --release --locked -p smartlayer-node -p smartlayer-runtime-next

.PHONY: run
run: build ## Start a chain to develop against; its data is gone when it ends
	$(NODE) --dev --runtime-cache=$(RUNTIME_CACHE)

.PHONY: test
test: ## Build, and run every test
	@scripts/stages.sh setup next-runtime test-rust test-clients

.PHONY: test-rust
test-rust: ## Run the tests in Rust, and every benchmark once
	SKIP_WASM_BUILD=1 cargo test --release --locked $(CRATES) $(FEATURES)
	cargo test --release --locked -p smartlayer-node

.PHONY: test-long
test-long: ## Run the property tests with a million operations each
	SMARTLAYER_LONG_TESTS=1 SKIP_WASM_BUILD=1 cargo test --release --locked $(CRATES) $(FEATURES) properties

# What the programs below tests/ find the node by.
export SMARTLAYER_NODE := $(NODE)
export SMARTLAYER_NEXT_RUNTIME := $(or $(SMARTLAYER_NEXT_RUNTIME),$(NEXT_RUNTIME))
export SMARTLAYER_RUNTIME_CACHE := $(RUNTIME_CACHE)

.PHONY: test-clients
test-clients: ## Drive the built node with the clients that its users use: all suites, or those of SUITE="<name> <name>"
	@PATH="$$PATH:$(TOOLS)/prometheus/usr/bin" node tests/runner/main.mjs $(SUITE)

.PHONY: bench-load
bench-load: setup build ## Measure how many transfers a second one node takes, and four, with LOAD="--transfers=<n>"
	@node tests/bench/load.mjs --nodes=1 $(LOAD)
	@node tests/bench/load.mjs --nodes=4 $(LOAD)

.PHONY: check
check: setup ## Check what a reviewer would: format, lints, features, documentation
	cargo fmt --all --check
	$(NPM) run --silent check
	node scripts/check-features.mjs
	SKIP_WASM_BUILD=1 cargo clippy --release --locked --workspace --all-targets -- -D warnings
	SKIP_WASM_BUILD=1 cargo clippy --release --locked $(CRATES) --all-targets $(FEATURES) -- -D warnings
	SKIP_WASM_BUILD=1 RUSTDOCFLAGS="-D warnings" cargo doc --release --locked --workspace --no-deps

.PHONY: check-run
check-run: ## Show that `make run` starts a chain that makes and finalises blocks
	node scripts/check-run.mjs

.PHONY: check-wasm-target
check-wasm-target: ## Show that the wasm target can be had from Debian alone
	scripts/check-wasm-target.sh

.PHONY: bench
bench: setup ## Measure the weights of the pallets, and write them
	scripts/bench.sh

.PHONY: release
release: setup ## Build the node as operators run it, and print what its runtime is, and changes AGAINST=<node or wasm>
	cargo build --profile production --locked -p smartlayer-node
	@# What the wasm's hash depends on, besides the source.
	@printf '%-22s %s\n' commit "$$(git describe --always --dirty --abbrev=40 --match= 2>/dev/null || echo unknown)" compiler "$$(rustc --version)" \
		checkout '$(CURDIR)' 'target folder' '$(TARGET)' "cargo's home" "$${CARGO_HOME:-$$HOME/.cargo}"
	@node tests/tools/inspect-runtime.mjs $(TARGET)/production/wbuild/smartlayer-runtime/smartlayer_runtime.compact.compressed.wasm $(AGAINST)

.PHONY: inspect
inspect: setup ## Print what the runtime WASM=<file> is, and what it changes AGAINST=<node or wasm>
	@node tests/tools/inspect-runtime.mjs $(or $(WASM),$(TARGET)/release/wbuild/smartlayer-runtime/smartlayer_runtime.compact.compressed.wasm) $(AGAINST)

# A copy of a running chain, to try this checkout's runtime on: the node whose state is copied, and where.
AGAINST_NODE := $(or $(AGAINST),ws://127.0.0.1:9944)
FORK_PORT := $(or $(FORK_PORT),8000)
TRY_RUNTIME := $(TARGET)/try-runtime/release/wbuild/smartlayer-runtime-next/smartlayer_runtime_next.compact.compressed.wasm

.PHONY: fork-tools
fork-tools:
	@cd tests/fork && { [ node_modules/.package-lock.json -nt package-lock.json ] || \
		{ npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json; }; }

.PHONY: try-runtime
try-runtime: setup fork-tools ## Try this checkout's migrations, with all checks, on a copy of the chain of AGAINST=<node>
	cargo build --release --locked -p smartlayer-runtime-next --features try-runtime --target-dir $(TARGET)/try-runtime
	@node tests/fork/try-runtime.mjs $(TRY_RUNTIME) $(AGAINST_NODE)

.PHONY: chopsticks
chopsticks: fork-tools $(if $(WASM),,next-runtime) ## Serve a copy of the chain of AGAINST=<node> with this checkout's runtime, or WASM=<file>, on FORK_PORT
	node tests/fork/node_modules/@acala-network/chopsticks/chopsticks.cjs --endpoint $(AGAINST_NODE) --host 127.0.0.1 \
		--port $(FORK_PORT) --build-block-mode Manual --allow-unresolved-imports --runtime-log-level 3 \
		--wasm-override $(or $(WASM),$(NEXT_RUNTIME))

.PHONY: audit
audit: ## Check licences, bans and sources of the dependencies, and advisories where their database can be fetched
	@scripts/audit.sh $(TOOLS)

.PHONY: format
format: ## Format everything
	cargo fmt --all
	$(NPM) run --silent format
