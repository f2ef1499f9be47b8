#!/usr/bin/env bash
# Runs make targets one after another, stops at the first failure, and prints the duration of each.
# usage: stages.sh TARGET...
set -euo pipefail
cd "$(dirname "$0")/.."

took=()
times() {
	printf '\n'
	printf '%s\n' "${took[@]}"
	printf '  %-24s %5d s\n' all "$SECONDS"
}
for target in "$@"; do
	printf '\n=== %s\n' "$target"
	begin=$SECONDS
	status=0
	make --no-print-directory "$target" || status=$?
	took+=("$(printf '  %-24s %5d s' "make $target" "$((SECONDS - begin))")")
	if [ "$status" -ne 0 ]; then
		times
		printf '\nerror: `make %s` failed\n' "$target" >&2
		exit 1
	fi
done
times
