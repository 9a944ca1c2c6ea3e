#!/usr/bin/env bash
# wordfreq 3.1.1: an Indonesian word said twice has a frequency that was computed, not counted.
#
# Guessed: "kadang-kadang" (sometimes), "laki-laki" (man) and "hati-hati" (careful) are everyday
# words, so a list of the most frequent Indonesian words has them and they have figures of their own.
# Instead the text is cut at the hyphen, when the lists were made and when a word is looked up. No
# entry has a hyphen; the figure for "x-x" is always half of that for "x", a zipf value 0.3 below,
# whether the word exists or not ("betis-betis"). The way people type it, "kadang2", is one token
# with a count of its own. And "laki", hardly a word alone, ranks among the 300 most frequent, as
# it would if every "laki-laki" had been counted twice.
# Why it matters: a language model or a background list for a recogniser made of top_n_list("id")
# lacks all reduplications, which Indonesian is full of, and has halves that are seldom said alone.
# What to do: count reduplications in a corpus of your own or add them from a dictionary, and drop
# halves such as "laki", "kupu" and "gara" that live only in pairs.
set -eu
packages="wordfreq==3.1.1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -qq --disable-pip-version-check --target "$work" $packages ||
    { echo "could not install $packages; see that a package index is reachable" >&2; exit 2; }
PYTHONPATH="$work" python3 - <<'PY'
from importlib.metadata import version

from wordfreq import tokenize, top_n_list, word_frequency, zipf_frequency

print("wordfreq", version("wordfreq"))
for word in ("kadang", "laki", "hati", "betis", "gelas"):
    double = f"{word}-{word}"
    ratio = word_frequency(double, "id", minimum=0) / word_frequency(word, "id")
    print(
        f"{word} {zipf_frequency(word, 'id')}, {double} {zipf_frequency(double, 'id')}"
        f" (ratio {ratio:.2f}), tokens {tokenize(double, 'id')}"
    )
    assert abs(ratio - 0.5) < 0.02, (word, ratio)
    assert tokenize(double, "id") == [word, word]
words = top_n_list("id", 20000)
print("entries with a hyphen among 20,000:", sum("-" in word for word in words))
print("rank of laki:", words.index("laki") + 1, "of kupu:", words.index("kupu") + 1)
print("kadang2:", tokenize("kadang2", "id"), zipf_frequency("kadang2", "id"))
assert not any("-" in word for word in words)
assert words.index("laki") < 300
assert tokenize("kadang2", "id") == ["kadang2"] and zipf_frequency("kadang2", "id") > 0
print("as described")
PY
