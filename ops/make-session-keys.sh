#!/usr/bin/env bash
# Creates an anchor's session keys for the genesis of a chain, stores them in the keystore of its node, and prints the
# public keys. On a running chain, let the node create them: docs/guides/keep-your-keys.md.
# usage: make-session-keys.sh KEYSTORE            for example /var/lib/smartlayer/chains/my_chain/keystore
set -euo pipefail

node=${SMARTLAYER_NODE:-smartlayer-node}

die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

[ $# = 1 ] || die "usage: $(basename "$0") KEYSTORE"
command -v "$node" >/dev/null || die "there is no $node: install it, or name it in SMARTLAYER_NODE"
keystore=$1
[ -z "$(ls -A "$keystore" 2>/dev/null)" ] || die "$keystore has keys already: they are kept, and none was made"

umask 077
# In memory if possible, because data that is erased from a disk may remain on it.
memory=/dev/shm
[ -w "$memory" ] || memory=${TMPDIR:-/tmp}
work=$(mktemp --directory "$memory/keys.XXXXXXXXXX")
trap 'rm -r "$work"' EXIT

# Prints the value of a field of the node's JSON output.
field() { sed -n "s/^ *\"$1\": \"\(.*\)\",\{0,1\}$/\1/p"; }

public=
separator='{'
# The name of each key in the genesis, its name in the keystore, and its scheme.
for key in grandpa:gran:ed25519 babe:babe:sr25519 authority_discovery:audi:sr25519 anch:anch:sr25519; do
	IFS=: read -r name type scheme <<<"$key"
	# Through a file, because arguments are visible in the list of processes.
	"$node" key generate --scheme "$scheme" --output-type json >"$work/key"
	field secretPhrase <"$work/key" | tr -d '\n' >"$work/phrase"
	"$node" key insert --keystore-path "$work/keystore" --key-type "$type" --scheme "$scheme" --suri "$work/phrase"
	public+="$separator \"$name\": \"$(field ss58PublicKey <"$work/key")\""
	separator=,
done
# Stores all four keys or none.
mkdir -p "$keystore"
mv "$work"/keystore/* "$keystore"
printf '%s }\n' "$public"
