#!/usr/bin/env bash
# The proof that a fresh Debian 12 with only python3 and git is enough, with and without network.
#
#   tests/fresh_machine.sh FOLDER [COMMAND...]
#
# Makes a minimal Debian in FOLDER/base (kept for the next time) with the mirror, certificates and
# pip settings of this machine, copies it to FOLDER/run, clones the committed HEAD into it and runs
# each COMMAND there (default: demo, test), first as it is, then in a network namespace without
# routes. Needs root and debootstrap; everything is mounted in a namespace of its own.
set -euo pipefail

folder=$(realpath -m "${1:?name a folder for the fresh machine}")
shift
commands=("$@")
[ ${#commands[@]} -gt 0 ] || commands=(demo test)
repository=$(cd "$(dirname "$0")/.." && pwd)
base=$folder/base run=$folder/run

make_base() {
    local mirror
    mirror=$(shopt -s nullglob
        awk '$1 == "URIs:" || $1 == "deb" {
            for (i = 2; i <= NF; i++) if ($i ~ "://") { print $i; exit } }' \
            /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list* 2>/dev/null || true)
    debootstrap --variant=minbase --include=ca-certificates,git,python3 bookworm "$base.part" "$mirror"
    mkdir -p "$base.part/etc/apt/sources.list.d"
    cp /etc/apt/sources.list.d/debian.sources "$base.part/etc/apt/sources.list.d/" 2>/dev/null &&
        rm -f "$base.part/etc/apt/sources.list"
    cp -L /etc/ssl/certs/ca-certificates.crt "$base.part/etc/ssl/certs/"
    [ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$base.part/etc/"
    rm -rf "$base.part"/var/cache/apt/*.bin "$base.part"/var/cache/apt/archives/*.deb \
        "$base.part"/var/lib/apt/lists/*
    mv "$base.part" "$base"
}

# Runs a script inside; proc, shm and everything else are mounted for this call only.
inside() {
    unshare --mount --pid --fork --propagation private "${cut[@]}" bash -euo pipefail -c '
        mount --bind "$1" "$1" && mount -t proc proc "$1/proc"
        mkdir -p "$1/dev/shm" && mount -t tmpfs tmpfs "$1/dev/shm"
        cp -L /etc/resolv.conf /etc/hosts "$1/etc/"
        exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM="${TERM:-dumb}" LANG=C.UTF-8 \
            ${PIP_CERT:+PIP_CERT="$PIP_CERT"} ${PIP_INDEX_URL:+PIP_INDEX_URL="$PIP_INDEX_URL"} \
            chroot "$1" sh -euc "$2"
    ' inside "$run" "$1"
}

each() {
    for command in "${commands[@]}"; do
        echo "=== fresh machine, $1: python3 run.py $command"
        begun=$(date +%s)
        inside "cd /root/kram && python3 run.py $command"
        echo "=== $command: exit 0 after $(($(date +%s) - begun)) s"
    done
}

[ -d "$base" ] || make_base
rm -rf --one-file-system "$run"
cp -a --one-file-system "$base" "$run"
git clone -q "$repository" "$run/root/kram"
cut=()
inside 'echo "only: $(python3 --version), $(git --version)"; ! python3 -c "import ensurepip" 2>/dev/null'
each "with network"
cut=(--net)
inside '! python3 -c "import socket; socket.create_connection((\"192.0.2.1\", 80), 3)" 2>/dev/null'
each "network cut"
echo "=== a fresh machine is enough, with and without network"
