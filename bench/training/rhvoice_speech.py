"""Indonesian read by RHVoice's voices of other languages, as more speakers for training.

RHVoice has no Indonesian voice. Its statistical voices were made of people's recordings, so they
are nearer to people than espeak-ng's formants. A text is respelled, sound by sound, in the
orthography of a language that has most of the sounds: Kyrgyz and Ukrainian, whose vowels are not
reduced, and Esperanto, which has no schwa. Only voices whose licence allows derived works for every
use are named. Debian has them in its section non-free, since the scripts that made them are
missing: `apt-get install rhvoice rhvoice-kyrgyz rhvoice-ukrainian rhvoice-esperanto`.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from assistant.asr.graph.g2p import VOWELS, pronounce
from assistant.core.errors import MissingError

PROGRAM = "RHVoice-test"
VOICES = Path("/usr/share/RHVoice/voices")


def _letters(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


KYRGYZ = _letters(
    "a=а ə=ы e=э i=и o=о u=у p=п t=т k=к b=б d=д g=г c=ч j=ж m=м n=н ny=нь ng=ң s=с z=з sy=ш kh=х "
    "f=ф h=х l=л r=р w=в y=й"
)
UKRAINIAN = _letters(
    "a=а ə=и e=е i=і o=о u=у p=п t=т k=к b=б d=д g=ґ c=ч j=дж m=м n=н ny=нь ng=нґ s=с z=з sy=ш "
    "kh=х f=ф h=г l=л r=р w=в y=й"
)
ESPERANTO = _letters(
    "a=a ə=e e=e i=i o=o u=u p=p t=t k=k b=b d=d g=g c=ĉ j=ĝ m=m n=n ny=nj ng=ng s=s z=z sy=ŝ kh=ĥ "
    "f=f h=h l=l r=r w=ŭ y=j"
)
"""Letters for each sound of ``g2p.SOUNDS``."""


@dataclass(frozen=True)
class ForeignVoice:
    """A voice of RHVoice and how its language spells Indonesian sounds."""

    name: str
    letters: Mapping[str, str]
    stressed: bool = False
    """Whether the stress has to be marked; Kyrgyz and Esperanto have it on a fixed syllable."""


FOREIGN_VOICES = (
    ForeignVoice("spomenka", ESPERANTO),
    ForeignVoice("nazgul", KYRGYZ),
    ForeignVoice("azamat", KYRGYZ),
    ForeignVoice("anatol", UKRAINIAN, stressed=True),
    ForeignVoice("natalia", UKRAINIAN, stressed=True),
)
"""All LGPL 2.1 or later, by Debian's copyright file."""

_ACUTE = "\u0301"


def respelled(text: str, voice: ForeignVoice) -> str:
    """``text`` (lower-case words) in the spelling of ``voice``'s language.

    Raises ``ValueError`` for a character that no rule of the G2P covers.
    """
    return " ".join(_respelled(word, voice) for word in text.split())


def _respelled(word: str, voice: ForeignVoice) -> str:
    sounds = pronounce(word)[0].sounds
    vowels = [place for place, sound in enumerate(sounds) if sound in VOWELS]
    stress = vowels[-2] if len(vowels) > 1 and sounds[vowels[-2]] != "ə" else vowels[-1]
    spelled = ""
    for place, sound in enumerate(sounds):
        spelled += voice.letters[sound]
        if voice.stressed and place == stress and len(vowels) > 1:
            spelled += _ACUTE
    return spelled


def can_say(text: str, voice: ForeignVoice) -> bool:
    """Whether ``voice`` has all sounds of ``text``: Esperanto has no schwa.

    Raises ``ValueError`` as ``respelled`` does.
    """
    if voice.letters["ə"] != voice.letters["e"]:
        return True
    return all("ə" not in pronounce(word)[0].sounds for word in text.split())


def read_aloud(
    text: str, voice: ForeignVoice, rate: int = 100, pitch: int = 100
) -> tuple[npt.NDArray[np.float64], int]:
    """``text`` as mono samples, full scale 1, and their sampling rate in Hz.

    ``rate`` and ``pitch``: percent of the usual ones. Raises ``MissingError`` without RHVoice or
    this voice.
    """
    if shutil.which(PROGRAM) is None or not (VOICES / voice.name).is_dir():
        # asked for a voice that is not there, the program speaks with another one
        raise MissingError(
            f"RHVoice or its voice {voice.name} is not installed",
            "install rhvoice, rhvoice-kyrgyz, rhvoice-ukrainian and rhvoice-esperanto",
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spoken.wav"
        command = [PROGRAM, "-p", voice.name, "-r", str(rate), "-t", str(pitch), "-o", str(path)]
        subprocess.run(
            command, input=respelled(text, voice), text=True, check=True, capture_output=True
        )
        sound, sampling_rate = soundfile.read(path, dtype="float64")
    return sound, int(sampling_rate)
