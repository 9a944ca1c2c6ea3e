"""espeak-ng through pyttsx3's ctypes binding: synchronous synthesis into memory.

Of pyttsx3, only the binding ``pyttsx3.drivers._espeak`` is used here: ``Initialize`` with
``AUDIO_OUTPUT_SYNCHRONOUS``, ``SetSynthCallback`` for PCM and word events, ``Synth``. Its engine
and event loop are not: measured on Linux with version 2.99, the first ``runAndWait()`` returns
while speech is still playing, speech cannot be interrupted, of two queued texts only the last is
heard, and ``save_to_file`` sometimes writes an empty WAV. (``system_voice`` uses ``save_to_file``
on Windows and macOS, in a worker process, with a check of the file size.) espeak-ng keeps global
state, so voice and parameters are set on every call, under one lock.

MBROLA's voices (``mb-id1``) are spoken by the system's library and the program ``mbrola``, which
it starts. Whether they really spoke is checked on every call: a library without MBROLA, or one
that does not find the voice's file, goes on with the voice that spoke before.
"""

import contextlib
import ctypes
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import soxr

from assistant.audio.interfaces import SPEECH_RATE
from assistant.audio.pcm import Samples
from assistant.core.errors import MissingError
from assistant.core.interrupts import deferred_interrupt
from assistant.core.translation import _
from assistant.tts.espeak_library import (
    ADVICE,
    default_library,
    identifier,
    mbrola_library,
    version,
)
from assistant.tts.mbrola import GLOTTAL_STOP, INSTALL, ONSET, is_mbrola, missing_packages
from assistant.tts.pronunciation import Transcription, needs_phonemes, transcribe

_WORD_GAP = 7
"""``espeakWORDGAP``, a parameter that pyttsx3's binding does not define."""

_EVENT_PHONEME = 7
"""``espeakEVENT_PHONEME``, which it does not define either."""

_WORD = re.compile(r"\w+")

_LEAD = SPEECH_RATE // 100
"""Samples of MBROLA's first pause that are not cut off again: 10 ms."""

_QUIET = 8
"""Its peak, int16."""

_LOCK = threading.Lock()


@dataclass(frozen=True)
class VoiceSettings:
    """Voice and prosody: speaking rate, pitch, pitch range, word gap."""

    voice: str
    """espeak-ng's voice name with its variant, such as ``id+f3``, or MBROLA's, ``mb-id1``."""

    words_per_minute: int
    """Speaking rate, 80 to 450."""

    pitch: int
    """Base pitch, 0 to 99; 50 is the voice's default."""

    range: int = 50
    """Pitch range, 0 (monotone) to 99."""

    gap: int = 0
    """Extra silence between words, in units of 10 ms at 100 words per minute."""

    spell: Callable[[str], str] | None = None
    """Marks é in a word (``pronunciation``); None: espeak-ng decides between é and e pepet."""


@dataclass(frozen=True)
class WordMark:
    """Word mark: the position of a word in the text and in the audio."""

    start: int
    """Index of its first character in the text, from 0."""

    length: int
    """Length in characters."""

    at: float
    """Onset in seconds from the start of the audio."""


@dataclass(frozen=True)
class Synthesis:
    """Speech in memory, and who spoke it."""

    samples: Samples
    """int16, shape (n,), mono, ``SPEECH_RATE`` Hz."""

    marks: list[WordMark]
    voice: str
    """espeak-ng's identifier of the voice that spoke, such as ``poz/id+m1`` or ``mb/mb-id1``."""

    library: str
    """Version of the library that spoke, such as ``1.52.0``."""


@dataclass
class _Recording:
    """What the library calls back with, during one call of ``Synth``."""

    binding: Any
    text: Transcription
    parts: list[Samples] = field(default_factory=list)
    events: list[tuple[int, int, int, float]] = field(default_factory=list)
    """Kind, index in the text, length, onset in seconds."""

    before: int = 0
    """Characters that were put before the text."""

    def take(self, wave: Any, count: int, events: Any) -> int:
        """The callback: keep samples and events; 0 tells the library to go on."""
        if wave and count > 0:
            self.parts.append(np.ctypeslib.as_array(wave, (count,)).copy())
        index = 0
        while events[index].type != self.binding.EVENT_LIST_TERMINATED:
            event = events[index]
            if event.type in (self.binding.EVENT_WORD, _EVENT_PHONEME):
                at = event.audio_position / 1000
                start, length = self.text.original(event.text_position - 1 - self.before)
                self.events.append((event.type, start, length or event.length, at))
            index += 1
        return 0

    def samples(self) -> Samples:
        """All samples at ``SPEECH_RATE``; MBROLA's are recorded at 16 kHz.

        The event that tells the rate comes with the first text of a voice only.
        """
        if not self.parts:
            return np.zeros(0, dtype=np.int16)
        sound = np.concatenate(self.parts)
        rate = int(self.binding.dll.espeak_ng_GetSampleRate())
        if rate == SPEECH_RATE:
            return sound
        return np.asarray(soxr.resample(sound, rate, SPEECH_RATE), dtype=np.int16)

    def word_marks(self) -> list[WordMark]:
        """espeak-ng's word events."""
        return [
            WordMark(start, length, at)
            for kind, start, length, at in self.events
            if kind == self.binding.EVENT_WORD
        ]

    def phoneme_marks(self, text: str, begin: float) -> Iterator[WordMark]:
        """Marks by the first phoneme of each word: MBROLA's first word alone has a word event.

        The first ``begin`` seconds are cut off.
        """
        words = {found.start(): len(found.group()) for found in _WORD.finditer(text)}
        for _kind, start, _end, at in self.events:
            length = words.pop(start, None)
            if length is not None:
                yield WordMark(start, length, max(0.0, at - begin))


def voices() -> list[tuple[str, str]]:
    """Return (identifier, name) of every Indonesian voice of espeak-ng, without variants."""
    binding = default_library()
    with _LOCK:
        known = [(voice.identifier, voice.languages, voice.name) for voice in binding.ListVoices()]
    return [
        (identifier.decode(), name.decode())
        for identifier, languages, name in known
        if languages[1:].split(b"\0")[0] == b"id"
    ]


def seed_noise(seed: int) -> None:
    """Seed the noise of breath and whisper, which espeak-ng seeds with the clock.

    Two processes that then speak the same texts in the same order make the same samples; within
    one, flutter goes on from text to text. Libraries before 1.52 have no such function.
    """
    library = default_library().dll
    with _LOCK, contextlib.suppress(AttributeError):
        library.espeak_ng_SetRandSeed(ctypes.c_long(seed))


def synthesise(text: str, sound: VoiceSettings) -> Synthesis:
    """Synthesise ``text`` into memory.

    Raises ``MissingError`` if the voice does not exist, or was not the one that spoke.
    """
    if is_mbrola(sound.voice):
        with deferred_interrupt(), _LOCK:
            return _by_mbrola(text, sound)
    binding = default_library()
    with deferred_interrupt(), _LOCK:
        if binding.SetVoiceByName(sound.voice.encode()) != binding.EE_OK:
            raise MissingError(_("there is no voice {voice!r}").format(voice=sound.voice), ADVICE)
        made = _synthesised(binding, text, sound)
        return Synthesis(made.samples(), made.word_marks(), identifier(binding), version(binding))


def _by_mbrola(text: str, sound: VoiceSettings) -> Synthesis:
    """The same by an MBROLA voice; the program ``mbrola`` is started again if it has ended.

    It goes on running between two calls: starting it takes 13 ms in a process of 1 GB.
    """
    if missing := missing_packages(sound.voice):
        raise MissingError(
            _("{voice} cannot speak without {missing}").format(
                voice=sound.voice, missing=", ".join(missing)
            ),
            INSTALL,
        )
    binding = mbrola_library()
    wanted = f"mb/{sound.voice}"
    for attempt in range(2):
        if attempt or identifier(binding) != wanted:
            _select(binding, sound.voice)
        made = _synthesised(binding, text, sound, ONSET)
        if made.parts or not _WORD.search(text):
            samples = made.samples()
            cut = max(0, int(np.argmax(np.abs(samples) > _QUIET)) - _LEAD) if len(samples) else 0
            marks = list(made.phoneme_marks(text, cut / SPEECH_RATE))
            return Synthesis(samples[cut:], marks, identifier(binding), version(binding))
    raise MissingError(_("{voice} gives no sound").format(voice=sound.voice), INSTALL)


def _select(binding: Any, voice: str) -> None:
    if binding.SetVoiceByName(voice.encode()) == binding.EE_OK:
        if identifier(binding) == f"mb/{voice}":
            return
    else:
        binding.SetVoiceByName(b"id")  # else the library would still name the voice that failed
    raise MissingError(
        _("espeak-ng {version} cannot load {voice}").format(version=version(binding), voice=voice),
        INSTALL,
    )


def _synthesised(binding: Any, text: str, sound: VoiceSettings, before: str = "") -> _Recording:
    binding.SetParameter(binding.RATE, min(max(sound.words_per_minute, 80), 450), 0)
    binding.SetParameter(binding.PITCH, min(max(sound.pitch, 0), 99), 0)
    binding.SetParameter(binding.RANGE, min(max(sound.range, 0), 99), 0)
    binding.SetParameter(binding.VOLUME, 100, 0)
    binding.SetParameter(_WORD_GAP, min(max(sound.gap, 0), 50), 0)
    flags = binding.ENDPAUSE | binding.CHARS_UTF8
    said = Transcription(text)
    if before or sound.spell is not None or needs_phonemes(text):
        plain, stop = text.replace("[[", "[ ["), GLOTTAL_STOP if before else ""
        said = transcribe(plain, sound.spell, partial(_phonemes, binding), stop)
        flags |= binding.PHONEMES
    made = _Recording(binding, said, before=len(before))
    binding.SetSynthCallback(made.take)
    binding.Synth(before + said.text, flags=flags)
    return made


def _phonemes(binding: Any, text: str) -> str:
    """What the current voice says for ``text``, in espeak-ng's names of phonemes."""
    translate = binding.dll.espeak_TextToPhonemes
    translate.restype = ctypes.c_char_p
    buffer = ctypes.create_string_buffer(text.encode())
    place = ctypes.c_void_p(ctypes.addressof(buffer))
    clauses: list[str] = []
    while place.value:
        clauses.append(translate(ctypes.byref(place), binding.CHARS_UTF8, 0).decode())
    return " ".join(clauses)
