#!/usr/bin/env bash
# Installs everything that is missing: for a build, with `clients` also for programs in Node.js, with `tests` for all tests. Prints one line
# per action, and nothing if all is present.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

have rustup || have cargo || die "Rust is missing" "install rustup: see rust-lang.org/tools/install"
have cc && have c++ || apt_install g++ "a C++ compiler, for crates that link C and C++"
have protoc || apt_install protobuf-compiler "protoc, for the network's message formats"

scripts/wasm-target.sh

# The demo and the clients of the tests are Node.js programs. A build does not need them.
if [ "${1:-}" = clients ] || [ "${1:-}" = tests ]; then
	have node || apt_install nodejs "runs the demo and the client tests"
	have npm || apt_install npm "installs their packages"
	node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 12) ? 0 : 1)' ||
		die "node $(node --version) is too old for the demo and the client tests" "install Node.js 20.12 or newer: see nodejs.org"
	if [ ! -f tests/node_modules/.package-lock.json ] || [ tests/package-lock.json -nt tests/node_modules/.package-lock.json ]; then
		say "installing the packages of the Node.js programs"
		npm --prefix tests ci --no-audit --no-fund --loglevel=error
		# npm does not change the time of the lock file, so this records that its packages are installed.
		touch tests/node_modules/.package-lock.json
	fi
fi
if [ "${1:-}" = tests ]; then
	# Unpacked and not installed, because the package would start a service. The Makefile contains the path.
	prometheus=${XDG_CACHE_HOME:-$HOME/.cache}/smartlayer/prometheus
	have promtool && have prometheus || [ -x "$prometheus/usr/bin/promtool" ] ||
		apt_unpack prometheus "$prometheus" "checks alerts and dashboards"
	have systemd-analyze || apt_install systemd "checks the service's unit"
fi
