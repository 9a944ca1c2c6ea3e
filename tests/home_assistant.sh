#!/usr/bin/env bash
# The proof that Home Assistant itself hears through `serve`: sound → text → intent → a light.
#
#   tests/home_assistant.sh FOLDER
#
# Installs the newest Home Assistant that $PYTHON (default: the newest python3.x there is) takes from
# the package index into FOLDER/environment (kept for the next time; a gigabyte), with the versions
# that this release names for what it needs, and for the rest those of its month. Then tests/support/home_assistant_proof.py runs it on
# the loopback interface: an owner, the Wyoming integration by its config flow, pipelines by the
# WebSocket interface, two lamps. Needs a package index for the first time, and Kram's own
# environment (`python3 run.py test` makes it).
set -euo pipefail

folder=$(realpath -m "${1:?name a folder for Home Assistant}")
repository=$(cd "$(dirname "$0")/.." && pwd)
environment=$folder/environment

newest() {
    for name in $(compgen -c python3. | grep -xE 'python3\.[0-9]+' | sort -uVr) python3; do
        ! "$name" -c "" 2>/dev/null || { echo "$name"; return; }
    done
}
python=${PYTHON:-$(newest)}

install() {
    "$python" -m venv "$environment.part"
    local inside="$environment.part/bin/python"
    "$inside" -m pip --disable-pip-version-check -q install uv
    # --no-deps first: it names the versions that it has been released with
    "$inside" -m uv pip install -q --python "$inside" --no-deps homeassistant
    local home
    home=$("$inside" -c 'import importlib.util as u; print(u.find_spec("homeassistant").submodule_search_locations[0])')
    "$inside" "$repository/tests/support/ha_requirements.py" wyoming frontend onboarding backup \
        > "$folder/integrations.txt"
    # What it needs without naming a version must be as old as it is (acme 2.8, of 2024, fails with
    # josepy 2): nothing newer than a month after its frontend, whose version is a date.
    local frontend
    frontend=$(sed -n 's/^home-assistant-frontend==\([0-9]*\).*/\1/p' "$home/package_constraints.txt")
    # imageio-ffmpeg brings the program ffmpeg, without which the integration is not set up
    "$inside" -m uv pip install -q --python "$inside" \
        --exclude-newer "$(date -d "$frontend + 31 days" +%F)" -c "$home/package_constraints.txt" \
        -r "$folder/integrations.txt" imageio-ffmpeg \
        "homeassistant==$(cat "$home"-*.dist-info/METADATA | sed -n 's/^Version: //p')"
    mv "$environment.part" "$environment"
}

mkdir -p "$folder"
if [ ! -d "$environment" ]; then
    echo "=== Home Assistant is installed with $("$python" --version)"
    rm -rf "$environment.part"
    install
fi
cd "$repository"
exec .venv/bin/python -m tests.support.home_assistant_proof "$environment" "$folder/run"
