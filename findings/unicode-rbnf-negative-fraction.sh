#!/usr/bin/env bash
# unicode-rbnf 2.4.1: a negative number loses its fraction, and -0.5 everything but the sign.
#
# Guessed: if 0.5 is "nol koma lima" and -3 is "negatif tiga", then -3.5 is "negatif tiga koma lima".
# Instead the rule for negative numbers goes on with int(-number): -3.5 is "negatif tiga", and -0.5
# is the single word "negatif". No error; English does the same, and strings
# and Decimals change nothing. (num2words 0.5.14 says all of it: "min tiga koma lima".)
# Why it matters: a reading of a sensor or of a scale is spoken with another value than it has.
# Tests with whole numbers and with positive fractions both pass.
# What to do: format abs(number) and put the word for minus before it yourself.
set -eu
packages="unicode-rbnf==2.4.1 num2words==0.5.14"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -qq --disable-pip-version-check --target "$work" $packages ||
    { echo "could not install $packages; see that a package index is reachable" >&2; exit 2; }
PYTHONPATH="$work" python3 - <<'PY'
from decimal import Decimal
from importlib.metadata import version

from num2words import num2words
from unicode_rbnf import RbnfEngine

print("unicode-rbnf", version("unicode-rbnf"), "num2words", version("num2words"))


def say(language, number):
    return RbnfEngine.for_language(language).format_number(number).text


for number in (3.5, -3, -3.5, Decimal("-3.5"), "-3.5", -0.5):
    print(f"{number!r}: id {say('id', number)!r}, en {say('en', number)!r}")
print(f"num2words: {num2words(-3.5, lang='id')!r}")
assert say("id", 3.5) == "tiga koma lima"
for number in (-3.5, Decimal("-3.5"), "-3.5"):
    assert say("id", number) == say("id", -3) == "negatif tiga", number
    assert say("en", number) == "minus three", number
assert say("id", -0.5) == "negatif"
assert num2words(-3.5, lang="id") == "min tiga koma lima"
print("as described")
PY
