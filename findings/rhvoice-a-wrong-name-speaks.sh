#!/usr/bin/env bash
# RHVoice 1.8.0 (Debian 12, section non-free): RHVoice-test tells success whatever becomes of the voice and the text.
#
# Guessed: a voice that is not installed, or a text that the voice cannot read, is an error; the exit
# status says so, or at least stderr.
# Instead: a name that no voice has is ignored, another voice that can read the text speaks, and the
# status is 0. A text without one letter of the voice's language (Cyrillic for an Esperanto voice, or
# dots alone) makes no file at all, again with status 0 and not a word: a WAV of an earlier text
# stays where it was and is played again. A rate above 200 % is 200 %, unsaid.
# Why it matters: this program is the usual way to RHVoice from a script. A misspelt voice sounds
# right to whoever does not know it, and a guide repeats its last sentence in place of the next.
# What to do: delete the output file before the call and see that it is there afterwards; ask the
# folder of voices for the name, not the program; clamp the rate yourself.
set -eu
version="1.8.0+dfsg-3"
packages="rhvoice=$version rhvoice-esperanto=$version rhvoice-kyrgyz=$version
    librhvoice5=$version librhvoice-core7=$version librhvoice-audio2=$version"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
apt-get download -q $packages >/dev/null 2>&1 && for one in *.deb; do dpkg -x "$one" .; done ||
    { echo "could not download $packages; it needs Debian 12 and its section non-free" >&2; exit 2; }
export RHVOICE_DATA_PATH="$work/usr/share/RHVoice" RHVOICE_CONFIG_PATH="$work/etc/RHVoice"
export LD_LIBRARY_PATH=$(dirname "$(find usr/lib -name 'libRHVoice.so.5')")
WORK="$work" python3 - <<'PY'
import hashlib
import os
import subprocess
import wave
from pathlib import Path

work = Path(os.environ["WORK"])
out = work / "spoken.wav"
voices = sorted(path.name for path in (work / "usr/share/RHVoice/voices").iterdir())
print("RHVoice 1.8.0+dfsg-3, voices:", ", ".join(voices))


def speak(text, *options, keep=False):
    """Exit status, what the program printed, seconds and digest of its WAV; None without one."""
    if not keep:
        out.unlink(missing_ok=True)
    done = subprocess.run(
        [work / "usr/bin/RHVoice-test", *options, "-o", out], input=text, text=True, capture_output=True
    )
    told = (done.stdout + done.stderr).strip()
    if not out.exists():
        return done.returncode, told, None, None
    with wave.open(str(out)) as file:
        seconds = file.getnframes() / file.getframerate()
    return done.returncode, told, round(seconds, 2), hashlib.md5(out.read_bytes()).hexdigest()[:8]


named = {name: speak("saluton al vi\n", "-p", name) for name in (*voices, "spomenk", "nobody")}
for name, seen in named.items():
    print(f"{name:<10}", seen)
assert named["nobody"] == named["spomenk"] == named["spomenka"] != named["azamat"]
assert all(status == 0 and not told for status, told, _, _ in named.values())

nothing = {text: speak(text, "-p", "spomenka") for text in ("саламатсызбы\n", "...\n")}
print("nothing to read:", nothing)
assert all(seen == (0, "", None, None) for seen in nothing.values())
before = speak("saluton al vi\n", "-p", "spomenka")
after = speak("саламатсызбы\n", "-p", "spomenka", keep=True)
print("with the earlier file still there:", after)
assert before == after

rates = {rate: speak("saluton al vi\n", "-p", "spomenka", "-r", str(rate))[2] for rate in (100, 200, 400)}
print("seconds by rate:", rates)
assert rates[100] > 1.9 * rates[200] and rates[200] == rates[400]
print("as described")
PY
