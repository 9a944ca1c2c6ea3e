"""Data for ``rejection`` and ``calibrate``: clips, decoding, feature rows."""

import json
import random
import tempfile
import time
import wave
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import yaml

from assistant.asr.model_store import OWN_PHRASES, ensure_model
from assistant.asr.second_pass.scorer import SecondPassFeatures, SecondPassScorer
from assistant.asr.vosk_graphs import load_second_pass
from assistant.audio.dither import add_dither
from assistant.audio.pcm import RATE, Samples
from assistant.audio.room_simulation import add_noise, add_reverb, spoken_in_room
from assistant.audio.utterance_gain import amplify
from assistant.core.errors import InputError
from assistant.core.listening_state import ListeningState
from assistant.nlu.templates import load_phrases
from assistant.nlu.templates.phrases import Phrase
from assistant.tts.espeak_voice import EspeakVoice
from bench.common.rows import Row
from bench.common.whisper import NearestSentence, progress

DIGITS = "indspeech01-digits"
SENTENCES = "indspeech02-sentences"
COMMANDS = range(1, 43)
"""Numbers of the multi-word INDspeech02 utterances, digit strings excluded."""

VOICES = (*(f"id+f{n}" for n in range(1, 6)), *(f"id+m{n}" for n in range(1, 8)), "id")
GROUPS = (
    *("commands", "digits", "noisy-commands", "noisy-digits"),
    *("own-20", "own-10", "own-sentences", "own-digits", "own-noisy", "own-talk"),
)
"""First line, with the 42 sentences as phrases: these sentences, digits, and both in a noisy room.
Second line, with the project's own phrases: these phrases, synthetic, at 20 and 10 dB; people
reading sentences and digits, and both in a noisy room; synthetic speech."""
SHORT = 14
"""Letters up to which an emergency phrase counts as short."""


@dataclass(frozen=True)
class RejectionRow(Row):
    """One recording, decoded in the idle state."""

    group: str
    file: str
    speaker: str
    intent: str
    """Intent of a synthetic phrase; otherwise empty."""
    measure: SecondPassFeatures | None
    """None if no complete phrase was found."""
    seconds: float
    taken: float
    whisper: str = ""
    """The phrase nearest to Whisper's transcript, if Whisper was used."""
    likeness: float | None = None
    """Similarity of that phrase to the transcript, 0 to 1; None without Whisper."""


@dataclass(frozen=True)
class Clip:
    """A clip to decode."""

    name: str
    speaker: str
    said: str
    samples: Samples
    intent: str = ""


def load_rows(path: Path) -> list[RejectionRow]:
    """Read rows as ``save_rows`` wrote them. Raises ``InputError``."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        for row in rows:
            row["measure"] = SecondPassFeatures(**row["measure"]) if row["measure"] else None
        return [RejectionRow(**row) for row in rows]
    except OSError as error:
        advice = "make it with `python3 run.py bench rejection`"
        raise InputError(f"cannot read {path}: {error.strerror}", advice) from error
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path} holds no rows of `bench rejection`", "make it again") from error


def save_rows(rows: Sequence[RejectionRow], path: Path) -> None:
    """Write rows for ``calibrate``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = ",\n".join(json.dumps(asdict(row), ensure_ascii=False) for row in rows)
    path.write_text(f"[{text}]\n", encoding="utf-8")


def collect(
    corpus: Path, groups: Sequence[str], every: int, clips: int, seed: int, whisper: bool = False
) -> list[RejectionRow]:
    """Decode all ``groups``; of the non-commands only every ``every``-th file.

    ``whisper``: transcribe with Whisper too; raises ``MissingError`` if it is not installed.
    """
    digits = sorted((corpus / DIGITS).glob("*.wav"))[::every]
    sentences = sorted((corpus / SENTENCES).glob("*.wav"))
    commands = [path for path in sentences if int(path.stem[-3:]) in COMMANDS]
    rows: list[RejectionRow] = []
    if any("own" not in group for group in groups):
        with tempfile.TemporaryDirectory() as folder:
            known = sorted({words_of(path) for path in commands})
            write_phrases(Path(folder), known)
            scorer = load_second_pass(ensure_model(Path(folder)))
        whisper_model = NearestSentence(known, beam=1) if whisper else None
        for group, paths in (("commands", commands), ("digits", digits)):
            if group in groups:
                rows += decode(scorer, group, recordings(paths), len(paths), whisper_model)
            if f"noisy-{group}" in groups:
                some = paths[:: 2 if group == "commands" else 4]
                rows += decode(scorer, f"noisy-{group}", noisy(some), len(some), whisper_model)
        if whisper_model is not None:
            whisper_model.close()
    if not any("own" in group for group in groups):
        return rows
    scorer = load_second_pass(ensure_model())
    for noise in (20, 10):
        if f"own-{noise}" in groups:
            spoken = synthesised(clips, noise, seed)
            rows += decode(scorer, f"own-{noise}", spoken, clips)
    for group, paths in (("own-sentences", sentences[::every]), ("own-digits", digits)):
        if group in groups:
            rows += decode(scorer, group, recordings(paths), len(paths))
    if "own-noisy" in groups:
        paths = [*sentences[:: 2 * every], *digits[::4]]
        rows += decode(scorer, "own-noisy", noisy(paths), len(paths))
    if "own-talk" in groups:
        rows += decode(scorer, "own-talk", talk(clips, seed), clips)
    return rows


def noisy(paths: Sequence[Path]) -> Iterator[Clip]:
    """Recordings with reverberation and noise, at alternating SNRs of 20 and 10 dB."""
    for number, clip in enumerate(recordings(paths)):
        sound = clip.samples.astype(np.float32) / 32768
        samples = add_noise(add_reverb(sound, seed=number), (20, 10)[number % 2], number // 2)
        yield replace(clip, samples=samples)


def talk(count: int, seed: int) -> Iterator[Clip]:
    """Synthetic random words and digits, at alternating SNRs of 20 and 10 dB."""
    from wordfreq import top_n_list

    chance = random.Random(seed + 1)
    usual = [word for word in top_n_list("id", 3000) if word.isalpha() and len(word) > 1]
    digits = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"]
    for number in range(count):
        words = chance.choices(digits if number % 4 == 0 else usual, k=chance.randint(1, 7))
        voice = EspeakVoice(chance.choice(VOICES), chance.randint(25, 70), chance.randint(110, 180))
        text = " ".join(words)
        samples = spoken_in_room(voice.speak(text), (20, 10)[number % 2], seed * 3000 + number)
        yield Clip(f"{number:04d}", "espeak", text, samples)


def write_phrases(folder: Path, sentences: Sequence[str]) -> None:
    """Write ``sentences`` as hassil YAML, one intent each."""
    intents = {
        f"s{number}": {"data": [{"sentences": [sentence]}]}
        for number, sentence in enumerate(sentences)
    }
    text = yaml.safe_dump({"language": "id", "intents": intents}, allow_unicode=True)
    (folder / "phrases.yaml").write_text(text, encoding="utf-8")


def words_of(path: Path) -> str:
    """The transcript of a recording."""
    return path.with_suffix(".txt").read_text(encoding="utf-8").strip()


def recordings(paths: Sequence[Path]) -> Iterator[Clip]:
    """Recordings of the corpora: 16 kHz, mono, int16, named after their speaker."""
    for path in paths:
        with wave.open(str(path)) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        yield Clip(path.name, path.name[:3], words_of(path), samples)


def choose_phrases(count: int, seed: int) -> list[Phrase]:
    """Phrases of the idle state: intents in turn, a random phrase of each."""
    chance = random.Random(seed)
    by_intent: dict[str, list[Phrase]] = {}
    for phrase in load_phrases(OWN_PHRASES).for_state(ListeningState.IDLE):
        by_intent.setdefault(phrase.intent, []).append(phrase)
    names = sorted(by_intent)
    return [chance.choice(by_intent[names[n % len(names)]]) for n in range(count)]


def synthesised(count: int, noise: int, seed: int) -> Iterator[Clip]:
    """Our own idle phrases, spoken by espeak-ng in a room, at an SNR of ``noise`` dB."""
    chance = random.Random(seed)
    for number, phrase in enumerate(choose_phrases(count, seed)):
        voice = EspeakVoice(chance.choice(VOICES), chance.randint(25, 70), chance.randint(110, 180))
        samples = spoken_in_room(voice.speak(phrase.text), noise, seed * 1000 + number)
        yield Clip(f"{number:04d}", "espeak", phrase.text, samples, phrase.intent)


def decode(
    scorer: SecondPassScorer, group: str, clips: Iterator[Clip], total: int,
    whisper_model: NearestSentence | None = None,
) -> Iterator[RejectionRow]:  # fmt: skip
    """Score clips as the idle state does, with a progress line on stderr.

    Only the second-pass scorer decides in that state; Vosk serves for endpointing only.
    """
    for number, clip in enumerate(clips, 1):
        begun = time.process_time()
        seen = scorer.score(add_dither(amplify(clip.samples)))
        taken = time.process_time() - begun
        nearest, likeness, _ = (
            whisper_model.hear(clip.samples) if whisper_model else ("", None, 0.0)
        )
        progress(group, number, total)
        yield RejectionRow(
            clip.said,
            seen.words if seen else "",
            group,
            clip.name,
            clip.speaker,
            clip.intent,
            seen.features if seen else None,
            len(clip.samples) / RATE,
            taken,
            nearest,
            likeness,
        )
