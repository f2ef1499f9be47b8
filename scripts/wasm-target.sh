#!/usr/bin/env bash
# Ensures that the Rust toolchain can build for wasm32v1-none. It tries, in this order:
#
#   1. an installed target;
#   2. `rustup target add`, the standard method;
#   3. `core` and `alloc` built from Debian's rust-src of the same version, for machines that can reach a Debian archive but
#      not Rust's own distribution.
#
# usage: wasm-target.sh [--only debian]
# SYSROOT sets another toolchain than the default one, which `check-wasm-target.sh` uses.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

TARGET=wasm32v1-none
only=
[ "${1:-}" = --only ] && only=${2:-}

sysroot=${SYSROOT:-$(rustc --print sysroot)}
rustc=$sysroot/bin/rustc
cargo=$sysroot/bin/cargo
lib=$sysroot/lib/rustlib/$TARGET/lib

# The package in Debian for the toolchain that `rust-toolchain.toml` pins. apt verifies packages of other versions with the
# signature of the archive.
RUST_SRC_SHA256_1_95_0=7b76db5b880a77f9e52975d2baa6209d2f76d2c9c2789515c3088cb960e2c83b

present() { compgen -G "$lib/libcore-*.rlib" >/dev/null && compgen -G "$lib/liballoc-*.rlib" >/dev/null; }

by_rustup() {
	have rustup || return 1
	say "installing the Rust target $TARGET with rustup"
	timeout 300 rustup target add "$TARGET" >/dev/null 2>&1 && present
}

# Adds trixie-backports, from the mirror of this machine, to a private copy of apt's state. This requires no root and does
# not change the configuration of the system.
fetch_rust_src() {
	local version=$1 dir=$2 mirror sources
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -E '/debian/?$' | sort -u | head -n 1)
	[ -n "$mirror" ] || die "no Debian archive is configured on this machine"
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	sources=$dir/sources.list
	printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie-backports main\n' "$mirror" >"$sources"
	cat >"$dir/apt.conf" <<-CONF
		Dir::Etc::SourceList "$sources";
		Dir::Etc::SourceParts "/dev/null";
		Dir::State::Lists "$dir/lists";
		Dir::Cache "$dir/cache";
		APT::Sandbox::User "";
	CONF
	export APT_CONFIG=$dir/apt.conf
	apt-get -qq update || die "Debian's archive could not be read"
	local package
	package=$(apt-cache madison rust-src | awk -F' *[|] *' -v v="$version" 'index($2, v "+dfsg") == 1 {print $2; exit}')
	[ -n "$package" ] || die "Debian's archive has no rust-src $version" "install the target by hand: rustup target add $TARGET"
	(cd "$dir" && apt-get -qq download "rust-src=$package") || die "rust-src $package could not be downloaded"
	unset APT_CONFIG
	local pinned=RUST_SRC_SHA256_${version//./_}
	if [ -n "${!pinned:-}" ]; then
		printf '%s  %s\n' "${!pinned}" "$(ls "$dir"/rust-src_*.deb)" | sha256sum --check --quiet - ||
			die "rust-src $package is not the package that this project knows" "do not use it; report this"
	fi
	dpkg-deb -x "$dir"/rust-src_*.deb "$dir/unpacked"
}

by_debian() {
	have apt-get && have dpkg-deb || die "the Rust target $TARGET is missing, and rustup could not install it" "run: rustup target add $TARGET"
	local version dir
	version=$("$rustc" --version | awk '{print $2}')
	dir=$(mktemp -d)
	# shellcheck disable=SC2064
	trap "rm -rf '$dir'" EXIT
	say "building the Rust target $TARGET from Debian's rust-src $version"
	fetch_rust_src "$version" "$dir"

	# Cargo's build-std requires the sources inside the sysroot.
	local src=$sysroot/lib/rustlib/src/rust brought=
	if [ ! -e "$src/library/core" ]; then
		rm -rf "$src"
		mkdir -p "$src"
		cp -a "$dir"/unpacked/usr/src/rustc-"$version"/. "$src/"
		brought=$src
	fi

	mkdir -p "$dir/empty/src"
	printf '[package]\nname = "empty"\nedition = "2021"\n[workspace]\n' >"$dir/empty/Cargo.toml"
	printf '#![no_std]\n' >"$dir/empty/src/lib.rs"
	# The runtime's link-time optimisation requires bitcode in the rlibs.
	(cd "$dir/empty" && RUSTC=$rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR=$dir/target \
		"$cargo" build --quiet --release -Zbuild-std=core,alloc --target "$TARGET") || die "core and alloc could not be built for $TARGET"

	# A sysroot must not contain two builds of core.
	rm -rf "$lib"
	mkdir -p "$lib"
	local crate
	for crate in core alloc compiler_builtins; do
		cp "$dir"/target/"$TARGET"/release/deps/lib"$crate"-*.rlib "$lib/"
	done
	[ -z "$brought" ] || rm -rf "$brought"
	present || die "the Rust target $TARGET is still missing after its build"
}

present && [ -z "$only" ] && exit 0
if [ "$only" != debian ] && by_rustup; then exit 0; fi
by_debian
