#!/usr/bin/env bash
# The proof that a server killed in mid-stream loses one utterance, not the room: two `serve` behind
# the HAProxy of docs/many-rooms.md, on the loopback interface.
#
#   tests/many_rooms.sh [HAPROXY]
#
# Needs HAProxy (Debian: apt-get install haproxy) and Kram's own environment (`python3 run.py test`
# makes it). Takes a minute.
set -euo pipefail

haproxy=$(command -v "${1:-haproxy}" || command -v /usr/sbin/haproxy) ||
    { echo "haproxy is not installed: apt-get install haproxy, or name the program" >&2; exit 2; }
haproxy=$(realpath "$haproxy")
cd "$(dirname "$0")/.."
exec .venv/bin/python -m tests.support.many_rooms_proof "$haproxy"
