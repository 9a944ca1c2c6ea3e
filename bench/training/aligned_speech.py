"""Synthetic Indonesian whose pdf of every output frame is known, as labels for training.

A sentence is spoken by espeak-ng, or by a Piper voice given Indonesian phonemes, and aligned by
exact Viterbi search with the graph of its own words.
"""

import importlib
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from assistant.asr.graph.base_model import BaseModel
from assistant.asr.graph.context_dependency import read_tuples
from assistant.asr.graph.hclg import GraphSpec, compile_graph
from assistant.asr.graph.language_model import read_corpus
from assistant.asr.graph.lexicon import Lexicon, WordPronunciations, load_exceptions
from assistant.asr.graph.phone_map_reader import load_phone_map
from assistant.asr.graph.second_pass_export import export_base, export_graph
from assistant.asr.graph.word_grammar import SentenceCosts
from assistant.asr.second_pass.ivector import IvectorExtractor
from assistant.asr.second_pass.mfcc import mfcc
from assistant.asr.second_pass.tdnn import TdnnF
from assistant.asr.second_pass.viterbi import DecodingGraph, PdfIds
from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.pcm import Samples, to_int16
from assistant.core.errors import InputError, MissingError
from assistant.core.paths import OWN_PHONE_MAP, OWN_PHRASES
from assistant.nlu.templates import load_phrases
from assistant.tts.espeak_voice import EspeakVoice
from bench.training.adapt import RATE, Floats, dithered, recording
from bench.training.kokoro_speech import KokoroSpeakers
from bench.training.rhvoice_speech import FOREIGN_VOICES, can_say, read_aloud

VOICES = tuple(
    f"id+{name}"
    for name in (
        "f1", "f3", "f4", "f5", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "klatt2", "klatt3",
        "croak", "linda", "steph", "max", "iven", "grandma", "grandpa", "alicia", "pablo", "rob",
        "quincy", "hugo", "adam",
    )
)  # fmt: skip
"""espeak-ng's voices; ``id+f2`` is held out for evaluation."""

PIPER_SHARE, FOREIGN_SHARE, KOKORO_SHARE = 0.1, 0.2, 0.45
"""Shares of the sentences that the Piper voice speaks, if there is one, and RHVoice's and Kokoro's,
likewise; espeak-ng speaks the others."""

CORPUS_SHARE, PHRASE_SHARE = 0.7, 0.15
"""Shares of the sentences from ``corpus/`` and from the phrases; the rest are random words."""

LONGEST = 10
"""Words of a sentence; of a longer one, so many in a row are spoken."""

VARIANTS = 12
"""Pronunciations per word in an alignment graph, cheapest first."""

PEAK = 0.35
"""Peak of a clip, full scale 1."""

_MISSES = 50
"""Sentences, besides as many as are wanted, that may fail before the work is given up."""


@dataclass(frozen=True)
class AlignedClip:
    """A spoken sentence and its alignment."""

    samples: Samples
    """int16, 16 kHz, peak ``PEAK``, with digital silence at both ends."""

    pdf_ids: PdfIds
    """pdf-id per output frame (30 ms), int16, shape (output frames,)."""


class Aligner:
    """Aligns speech with its words by the network of ``base``; writes graphs into ``folder``."""

    def __init__(self, base: BaseModel, folder: Path) -> None:
        arrays, table = export_base(base), load_phone_map(OWN_PHONE_MAP)
        self._table = table.fitted or table
        self._lexicon = Lexicon(self._table, load_exceptions(OWN_PHRASES / "pronunciations.yaml"))
        self._contexts, self._tuples = base.contexts(), read_tuples(base.network)
        self._network, self._speaker = TdnnF(arrays), IvectorExtractor(arrays)
        self._path = folder / "graph.npz"

    def align(self, samples: Samples, text: str) -> PdfIds | None:
        """pdf-id per output frame of ``samples`` (int16, 16 kHz); None if no path fits.

        Raises ``InputError`` for a word without a pronunciation.
        """
        features = mfcc(samples)
        chain, _ = self._network.prefinal(features, self._speaker.extract(features))
        path = self._graph(text).best_path(self._network.log_likelihoods(chain), beam=np.inf)
        return None if path is None else path.pdf_ids

    def _graph(self, text: str) -> DecodingGraph:
        table = self._table
        plan = GraphSpec(
            SentenceCosts({text: 0.0}), self._pronounce, table.silence, self._contexts,
            flow=table.flow, self_loop_costs=table.self_loop_costs(),
        )  # fmt: skip
        graph = compile_graph(plan)
        export_graph(self._path, graph.fst, self._tuples)
        return DecodingGraph(self._path, tuple(graph.words))

    def _pronounce(self, word: str) -> WordPronunciations:
        both = self._lexicon.pronounce(word)
        return WordPronunciations(both.after_pause[:VARIANTS], both.in_flow[:VARIANTS])


class Texts:
    """Draws sentences: of the corpus, of the phrases, and of random frequent words.

    Raises ``InputError`` if the phrases have no corpus.
    """

    def __init__(self, chance: random.Random) -> None:
        from wordfreq import top_n_list

        corpus = read_corpus(OWN_PHRASES)
        if corpus is None:
            raise InputError(f"{OWN_PHRASES} has no corpus", "download the project again")
        self._chance = chance
        self._corpus = [*corpus.calls, *corpus.other]
        self._phrases = [phrase.text for phrase in load_phrases(OWN_PHRASES).phrases]
        self._usual = [
            word for word in top_n_list("id", 4000)
            if word.isalpha() and word.isascii() and len(word) > 1
        ]  # fmt: skip

    def next(self) -> str:
        """A sentence of at most ``LONGEST`` words."""
        chance, kind = self._chance, self._chance.random()
        if kind < CORPUS_SHARE:
            words = chance.choice(self._corpus).split()
        elif kind < CORPUS_SHARE + PHRASE_SHARE:
            words = chance.choice(self._phrases).split()
        else:
            words = chance.choices(self._usual, k=chance.randint(2, 7))
        begin = chance.randint(0, max(0, len(words) - LONGEST))
        return " ".join(words[begin : begin + LONGEST])


@dataclass(frozen=True)
class SpeechSources:
    """Which synthesizers read besides espeak-ng."""

    piper: Path | None = None
    """A Piper voice, NAME.onnx."""

    foreign: bool = False
    """RHVoice's voices of other languages."""

    kokoro: Path | None = None
    """A folder with the styles of Kokoro's speakers."""


ESPEAK_ONLY = SpeechSources()


class Voices:
    """Speaks each sentence in a random voice, at a random pitch and pace.

    Raises ``MissingError`` without piper-tts, RHVoice or Kokoro, ``InputError`` for a missing file.
    """

    def __init__(self, chance: random.Random, sources: SpeechSources = ESPEAK_ONLY) -> None:
        self._chance = chance
        self._foreign = sources.foreign
        self._kokoro = KokoroSpeakers(sources.kokoro) if sources.kokoro else None
        piper = sources.piper
        self._voice: Any = None
        if piper is None:
            return
        if not piper.is_file():
            raise InputError(f"{piper} is not there", "give a Piper voice, NAME.onnx")
        try:
            self._piper = importlib.import_module("piper")
        except ImportError as error:
            advice = "run `pip install -r requirements-piper.txt`"
            raise MissingError(f"piper-tts is not installed ({error})", advice) from error
        self._voice = self._piper.PiperVoice.load(piper)
        self._voice.config.espeak_voice = "id"

    def speak(self, text: str) -> Floats:
        """``text`` as float64, full scale 1, ``RATE`` Hz, at 0.85 to 1.2 of its speed.

        Raises ``InputError`` for a character that the G2P has no rule for.
        """
        chance = self._chance
        kind = chance.random()
        if self._voice is not None and kind < PIPER_SHARE:
            sound, rate = self._by_piper(text), self._voice.config.sample_rate
        elif self._foreign and PIPER_SHARE <= kind < PIPER_SHARE + FOREIGN_SHARE:
            sound, rate = self._by_foreigner(text)
        elif self._kokoro is not None and kind >= 1 - KOKORO_SHARE:
            sound, rate = self._by_kokoro(self._kokoro, text)
        else:
            voice = EspeakVoice(
                chance.choice(VOICES), chance.randint(20, 75), chance.randint(115, 195)
            )
            sound, rate = voice.speak(text).samples / 32768, SPOKEN_RATE
        sound = soxr.resample(sound, rate, RATE)
        if chance.random() < 0.7:
            sound = soxr.resample(sound, RATE, RATE * chance.uniform(0.85, 1.2))
        return np.asarray(sound, np.float64)

    def _by_foreigner(self, text: str) -> tuple[Floats, int]:
        chance = self._chance
        try:
            voice = chance.choice([one for one in FOREIGN_VOICES if can_say(text, one)])
        except ValueError as error:
            raise InputError(f"no rule for {error} in {text!r}") from error
        return read_aloud(text, voice, chance.randint(75, 125), chance.randint(85, 120))

    def _by_kokoro(self, kokoro: KokoroSpeakers, text: str) -> tuple[Floats, int]:
        speaker = self._chance.choice(kokoro.names)
        try:
            return kokoro.read_aloud(text, speaker, self._chance.uniform(0.8, 1.25))
        except ValueError as error:
            raise InputError(f"no rule for {error} in {text!r}") from error

    def _by_piper(self, text: str) -> Floats:
        config = self._piper.SynthesisConfig(
            length_scale=self._chance.uniform(0.85, 1.35),
            noise_scale=0.667,
            noise_w_scale=self._chance.uniform(0.5, 1),
        )
        chunks = self._voice.synthesize(text, config)
        return np.concatenate([chunk.audio_float_array for chunk in chunks]).astype(np.float64)


def aligned_clips(
    count: int, base: BaseModel, sources: SpeechSources = ESPEAK_ONLY, seed: int = 1
) -> list[AlignedClip]:
    """Speak and align ``count`` sentences; about 0.3 s each on one core.

    Raises ``InputError`` when too many of them cannot be aligned; see ``Voices`` and ``Texts``.
    """
    chance, noise = random.Random(seed), np.random.default_rng(seed)
    texts, voices = Texts(chance), Voices(chance, sources)
    found: list[AlignedClip] = []
    with tempfile.TemporaryDirectory() as folder:
        aligner = Aligner(base, Path(folder))
        for _ in range(2 * count + _MISSES):
            text = texts.next()
            try:
                dry = _padded(voices.speak(text), chance)
                pdf_ids = aligner.align(dithered(dry, noise), text)
            except InputError:
                continue  # a frequent word that the rules cannot pronounce
            if pdf_ids is None:
                continue
            found.append(AlignedClip(to_int16(dry), pdf_ids))
            if len(found) % 200 == 0:
                print(f"{len(found)}/{count} sentences", flush=True)
            if len(found) == count:
                return found
    raise InputError(f"only {len(found)} of {count} sentences could be aligned")


def aligned_words(folder: Path, base: BaseModel, seed: int = 1) -> list[AlignedClip]:
    """Recordings of people saying one word, ``folder``/WORD/*.wav, each aligned with its WORD.

    Each twice, once at 0.88 to 1.14 of its speed. Raises ``InputError`` when none of them can be
    aligned.
    """
    chance, noise = random.Random(seed), np.random.default_rng(seed)
    found: list[AlignedClip] = []
    with tempfile.TemporaryDirectory() as graphs:
        aligner = Aligner(base, Path(graphs))
        for path in sorted(folder.glob("*/*.wav")):
            sound = recording(path)
            for speed in (1.0, chance.uniform(0.88, 1.14)):
                dry = _padded(soxr.resample(sound, RATE, RATE / speed), chance)
                pdf_ids = aligner.align(dithered(dry, noise), path.parent.name)
                if pdf_ids is not None:
                    found.append(AlignedClip(to_int16(dry), pdf_ids))
    if not found:
        raise InputError(f"{folder} holds no WORD/*.wav that can be aligned with its WORD")
    return found


def _padded(sound: Floats, chance: random.Random) -> Floats:
    """``sound`` with silence before (0.1 to 0.4 s) and after (0.15 to 0.5 s), peak ``PEAK``."""
    ends = int(RATE * chance.uniform(0.1, 0.4)), int(RATE * chance.uniform(0.15, 0.5))
    dry = np.pad(sound, ends)
    return PEAK / max(1e-6, float(np.abs(dry).max())) * dry
