#!/usr/bin/env bash
# hassil 3.12.1: a range with fractions ends half a step (or nine tenths) above its "to".
#
# Guessed: {"from": 16, "to": 30, "fractions": "halves"} has the values 16, 16.5, … 30.
# Instead every whole number of the range gets its fractions, the last one too: "30.5" and "tiga
# puluh koma lima" are 30.5; with "tenths" everything up to 30.9. 31 is refused, and without
# fractions so is 30.5.
# Why it matters: Home Assistant's limits of a thermostat or a heater are such ranges, and the value
# reaches the service as it is. A test of "to" and of "to" plus one passes.
# What to do: check the value against the limits yourself, or let "to" end one lower.
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


def value(text, **fractions):
    home = Intents.from_dict({
        "language": "id",
        "intents": {"set": {"data": [{"sentences": ["suhu {degrees}"]}]}},
        "lists": {"degrees": {"range": {"from": 16, "to": 30, **fractions}}},
    })
    found = next(iter([recognize(text, home)]), None)
    return None if found is None else next(iter(found.entities.values())).value


halves = {text: value(text, fractions="halves")
          for text in ("suhu 30", "suhu 30.5", "suhu tiga puluh koma lima", "suhu 31")}
tenths = {text: value(text, fractions="tenths") for text in ("suhu 30.9", "suhu 31")}
whole = {"suhu 30.5": value("suhu 30.5")}
for kind, found in (("halves", halves), ("tenths", tenths), ("no fractions", whole)):
    print(kind, found)
assert halves["suhu 30"] == 30 and halves["suhu 30.5"] == 30.5 and halves["suhu 31"] is None
assert tenths == {"suhu 30.9": 30.9, "suhu 31": None}
assert whole == {"suhu 30.5": None}
print("as described")
PY
