#!/usr/bin/env bash
# Makes targets one after another, and says at the end how long each took. Ends at the first that fails.
# usage: stages.sh TARGET...
set -euo pipefail
cd "$(dirname "$0")/.."

took=()
for target in "$@"; do
	printf '\n=== %s\n' "$target"
	begin=$SECONDS
	make --no-print-directory "$target" || { printf '\nerror: `make %s` failed\n' "$target" >&2; exit 1; }
	took+=("$(printf '  %-20s %5d s' "make $target" "$((SECONDS - begin))")")
done
printf '\n'
printf '%s\n' "${took[@]}"
printf '  %-20s %5d s\n' all "$SECONDS"
