#!/bin/sh
# Serves as the user kram; an add-on's options are in a file that only root may read. Whatever is
# given to the container is passed on to `kram serve`.
set -eu

options=/data/options.json
if [ -f "$options" ]; then
    phrases=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1])).get("phrases") or "")' "$options")
    [ -z "$phrases" ] || set -- --phrases "$phrases" "$@"
fi
exec setpriv --reuid kram --regid kram --init-groups env HOME=/home/kram \
    kram serve --uri tcp://0.0.0.0:10300 --expose "$@"
