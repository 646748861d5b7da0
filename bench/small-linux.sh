#!/bin/sh
# Builds the small Linux that a careful user would start on microvm: Debian's linux-source-6.1, configured by small-linux.config, as vmlinux, which QEMU starts by PVH.
# usage: small-linux.sh FOLDER    leaves FOLDER/vmlinux; some ten minutes on one core. Nothing is installed but what the kernel's build needs.
set -eu

folder=$1
config=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)/small-linux.config
needed=
for pair in flex:flex bison:bison bc:bc xz:xz-utils make:make gcc:gcc; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || needed="$needed ${pair#*:}"
done
[ -e /usr/include/libelf.h ] || needed="$needed libelf-dev"
if [ -n "$needed" ]; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $needed
fi

work=$(mktemp -d "$folder/build.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
cd "$work"
apt-get download -q linux-source-6.1
dpkg-deb --fsys-tarfile linux-source-6.1_*.deb | tar -xO ./usr/src/linux-source-6.1.tar.xz | tar -xJ
cd linux-source-6.1
make -s tinyconfig
./scripts/kconfig/merge_config.sh -m .config "$config" >/dev/null
make -s olddefconfig

# A word that the source does not know, or that lacks what it depends on, would be dropped in silence.
while read -r line; do
    case $line in
        CONFIG_*=n) ! grep -q "^${line%=n}=y" .config || { echo "$line was not taken" >&2; exit 1; } ;;
        CONFIG_*) grep -qx "$line" .config || { echo "$line was not taken" >&2; exit 1; } ;;
    esac
done <"$config"

make -s -j"$(nproc)" vmlinux
strip -o "$folder/vmlinux" vmlinux
