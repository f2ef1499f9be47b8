#!/usr/bin/env bash
# Checks licences, bans and sources of the dependencies, and their known advisories where the database can be fetched.
# usage: audit.sh FOLDER    FOLDER is where cargo-deny is installed if it is missing
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

VERSION=0.20.2
folder=$1/cargo-deny-$VERSION
deny=$folder/bin/cargo-deny
if ! [ -x "$deny" ]; then
	say "installing cargo-deny $VERSION into $folder (some minutes)"
	env -u CARGO_TARGET_DIR cargo install --quiet --locked --root "$folder" cargo-deny --version "$VERSION" ||
		die "cargo-deny $VERSION could not be installed" "see what cargo says above"
fi
"$deny" --locked check --hide-inclusion-graph bans licenses sources

# The database is fetched separately, to distinguish a failed download from a finding.
if "$deny" --locked fetch db; then
	"$deny" --locked check --hide-inclusion-graph --disable-fetch advisories
elif [ "${AUDIT_ADVISORIES:-}" = required ]; then
	die "advisories were not checked: their database can't be fetched"
else
	say "advisories were NOT checked: their database can't be fetched from here"
fi
say "the client tests' packages (tests/package-lock.json) are not part of this: see \`npm audit\`"
