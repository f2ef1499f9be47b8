#!/usr/bin/env bash
# Makes an anchor's session keys for the genesis of a chain, stores them where its node finds them, and prints the
# public halves. On a chain that runs already, let the node make them: docs/guides/keep-your-keys.md.
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
# In memory where there is such a folder: what is erased from a disk may still be on it.
memory=/dev/shm
[ -w "$memory" ] || memory=${TMPDIR:-/tmp}
work=$(mktemp --directory "$memory/keys.XXXXXXXXXX")
trap 'rm -r "$work"' EXIT

# The value of a field of the JSON that the node prints.
field() { sed -n "s/^ *\"$1\": \"\(.*\)\",\{0,1\}$/\1/p"; }

public=
separator='{'
# As the genesis names them, as the keystore does, and the scheme.
for key in grandpa:gran:ed25519 babe:babe:sr25519 authority_discovery:audi:sr25519 anch:anch:sr25519; do
	IFS=: read -r name type scheme <<<"$key"
	# Through a file, for nobody to read it off the list of processes.
	"$node" key generate --scheme "$scheme" --output-type json >"$work/key"
	field secretPhrase <"$work/key" | tr -d '\n' >"$work/phrase"
	"$node" key insert --keystore-path "$work/keystore" --key-type "$type" --scheme "$scheme" --suri "$work/phrase"
	public+="$separator \"$name\": \"$(field ss58PublicKey <"$work/key")\""
	separator=,
done
# All four, or none.
mkdir -p "$keystore"
mv "$work"/keystore/* "$keystore"
printf '%s }\n' "$public"
