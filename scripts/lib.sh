# Functions shared by the scripts: one line of output for each action, and one clear line for each error.
# shellcheck shell=bash

say() { printf '  %s\n' "$*"; }

die() {
	printf 'error: %s\n' "$1" >&2
	shift
	for line in "$@"; do printf '       %s\n' "$line" >&2; done
	exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Installs a Debian package, or prints how to install it.
# usage: apt_install PACKAGE WHAT_FOR
apt_install() {
	local sudo=()
	if ! have apt-get; then
		die "$1 is missing ($2), and this machine has no apt to install it with" "install it with your system's package manager, then run this again"
	fi
	if [ "$(id -u)" != 0 ]; then
		have sudo && sudo -n true 2>/dev/null || die "$1 is missing ($2), and its installation requires root" "run: sudo apt-get install $1"
		sudo=(sudo)
	fi
	say "installing $1 ($2)"
	"${sudo[@]}" apt-get -qq update >/dev/null || say "apt-get update failed, going on with the lists that are here"
	DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get -qq install -y --no-install-recommends "$1" >/dev/null ||
		die "apt could not install $1" "run: apt-get install $1"
}

# Unpacks a Debian package into a folder, without installing it.
# usage: apt_unpack PACKAGE FOLDER WHAT_FOR
apt_unpack() {
	local work
	have apt-get && have dpkg-deb ||
		die "$1 is missing ($3), and this machine has no apt to fetch it with" "install it with your system's package manager, then run this again"
	say "unpacking $1 ($3)"
	work=$(mktemp -d)
	apt_download "$1" "$work" || die "apt could not fetch $1" "run: apt-get update && apt-get download $1"
	mkdir -p "$2"
	dpkg-deb -x "$work"/*.deb "$2"
	rm -r "$work"
}

# Downloads a package. Only root can update the package lists of apt, otherwise the existing ones are used.
apt_download() {
	chmod 755 "$2"
	(cd "$2" && apt-get -qq download "$1" >/dev/null 2>&1) && return
	if [ "$(id -u)" = 0 ]; then apt-get -qq update >/dev/null; elif have sudo; then sudo -n apt-get -qq update >/dev/null; fi
	(cd "$2" && apt-get -qq download "$1" >/dev/null)
}
