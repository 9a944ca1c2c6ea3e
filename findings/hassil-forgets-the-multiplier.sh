#!/usr/bin/env bash
# hassil 3.12.1: of two ranges with the same limits, a number in words gets the multiplier of the
# one that was used first; in digits it gets its own.
#
# Guessed: {"from": 0, "to": 10} and the same with "multiplier": -1 are two lists, so "turun lima"
# is -5 whatever else was said before.
# Instead the words of a range are kept, already multiplied, in a cache for the whole process whose
# key is start, stop, step and fractions. After "naik lima", "turun lima" is 5; "turun 5" is -5. In
# the other order "naik lima" is -5.
# Why it matters: Home Assistant's own lists have both ("volume_step_up" and "_down", 0 to 100,
# the second times -1), so "down by ten" can turn it up, depending on what was said first.
# A test of each list alone, or with digits, passes.
# What to do: give the lists different limits, or multiply the value yourself.
set -eu
packages="hassil==3.12.1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -qq --disable-pip-version-check --target "$work" $packages ||
    { echo "could not install $packages; see that a package index is reachable" >&2; exit 2; }
PYTHONPATH="$work" python3 - <<'PY'
from importlib.metadata import version

from hassil import Intents, recognize

print("hassil", version("hassil"))
home = Intents.from_dict({
    "language": "id",
    "intents": {
        "up": {"data": [{"sentences": ["naik {up}"]}]},
        "down": {"data": [{"sentences": ["turun {down}"]}]},
    },
    "lists": {
        "up": {"range": {"from": 0, "to": 10}},
        "down": {"range": {"from": 0, "to": 10, "multiplier": -1}},
    },
})
said = ("naik lima", "turun lima", "turun 5")
found = {text: next(iter(recognize(text, home).entities.values())).value for text in said}
for text, value in found.items():
    print(f"{text!r}: {value}")
assert found == {"naik lima": 5, "turun lima": 5, "turun 5": -5}
print("as described")
PY
