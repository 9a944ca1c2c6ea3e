#!/usr/bin/env bash
# espeak-ng 1.52 (espeakng-loader 0.2.4): espeak_TextToPhonemes() may have read all text and still
# hold back a clause.
#
# Guessed: the function returns one clause a call and moves the pointer on; when the rest of the
# text is empty, everything has been returned. In Python "while pointer.value:" says so.
# Instead, to tell the end of a sentence, it reads ahead past the full stop. If only one character
# follows ("Langkah no. 5"), that character is inside the library when the pointer stands at the
# end. It is returned by one more call; a loop that stops at the empty rest loses it, and it stands
# at the front of the NEXT text. With "15" instead of "5" nothing is amiss.
# Why it matters: step numbers and doses are just such texts. A pronunciation list or a cache of
# phonemes built in one go gets the wrong sounds in two entries, and each alone looks right.
# What to do: call until the pointer itself is NULL, as the header says; c_char_p hides the
# difference between NULL and an empty string behind one truth value, so test "is not None".
set -eu
packages="espeakng-loader==0.2.4"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -qq --disable-pip-version-check --target "$work" $packages ||
    { echo "could not install $packages; see that a package index is reachable" >&2; exit 2; }
PYTHONPATH="$work" python3 - <<'PY'
import ctypes
from importlib.metadata import version

import espeakng_loader

lib = ctypes.CDLL(espeakng_loader.get_library_path())
SYNCHRONOUS, NO_EXIT, UTF8 = 2, 0x8000, 1
RATE = lib.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), NO_EXIT)

lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
lib.espeak_Info.restype = ctypes.c_char_p
print("espeak-ng", lib.espeak_Info(None).decode(), "loader", version("espeakng-loader"))
assert lib.espeak_SetVoiceByName(b"id") == 0


def clauses(text, until_null):
    pointer, found = ctypes.c_char_p(text.encode()), []
    while pointer.value is not None if until_null else pointer.value:
        found.append(lib.espeak_TextToPhonemes(ctypes.byref(pointer), UTF8, 0).decode())
    return found


texts = ["Langkah no. 5", "duduk", "Langkah no. 15", "duduk"]
seen = {}
for until_null in (False, True):
    print("until NULL:" if until_null else "until the rest is empty:")
    seen[until_null] = [clauses(text, until_null) for text in texts]
    for text, found in zip(texts, seen[until_null]):
        print(f"  {text!r}: {found}")
early, whole = seen[False], seen[True]
five = whole[0][1]
assert len(whole[0]) == 2 and whole[1] == whole[3] and len(whole[1]) == 1
assert len(early[0]) == 1, early[0]
assert early[1][0].split() == [five, *whole[1][0].split()], early[1]
assert early[2:] == whole[2:]
print("as described")
PY
