"""The second pass: the base model's network in numpy, and Viterbi paths through small graphs."""

import json
import os
import re
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
import soxr

from assistant.asr import model_store
from assistant.asr.graph import second_pass_export
from assistant.asr.graph.base_model import open_base
from assistant.asr.graph.const_fst import ARC, STATE, ConstFst
from assistant.asr.graph.kaldi_io import KaldiFile
from assistant.asr.graph.weight_delta import load_weight_delta
from assistant.asr.second_pass.ivector import IvectorExtractor
from assistant.asr.second_pass.mfcc import mfcc
from assistant.asr.second_pass.scorer import SecondPassScorer
from assistant.asr.second_pass.tdnn import TdnnF
from assistant.asr.second_pass.viterbi import DecodingGraph, PhoneLoop
from assistant.asr.vosk_import import KaldiRecognizer, Model
from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.pcm import RATE, Samples
from assistant.core.errors import InputError
from assistant.core.paths import OWN_WEIGHT_DELTA
from tests.support.fresh_process import speak_fresh

pytestmark = pytest.mark.decodes_sound

NOBODY = np.zeros(100, np.float32)


@pytest.fixture(scope="module")
def arrays() -> Path:
    model_store.ensure_model()
    return second_pass_export.export_base(
        open_base(model_store.BASE, load_weight_delta(OWN_WEIGHT_DELTA))
    )


@pytest.fixture(scope="module")
def speech() -> Samples:
    (clip,) = speak_fresh(("aduh kaki saya kram",), "id+m3")
    sound = soxr.resample(clip.samples, SPOKEN_RATE, RATE).astype(np.int16)
    rest = np.zeros(RATE // 4, np.int16)
    noise = np.random.default_rng(2).normal(0, 20, len(sound) + 2 * len(rest))
    return (np.concatenate([rest, sound, rest]) + noise).astype(np.int16)


def test_numbers_of_a_kaldi_file(tmp_path: Path) -> None:
    triangle = b"FP " + b"\4" + struct.pack("<i3f", 2, 1, 2, 3)
    data = b"<Here> \4" + struct.pack("<i", 7) + b"<Then> \10" + struct.pack("<d", 0.5)
    path = tmp_path / "x"
    path.write_bytes(b"\0B" + data + b"<Last> " + triangle)
    file = KaldiFile(path).after("<Here>")
    assert file.integer() == 7
    assert file.after("<Then>").number() == 0.5
    assert file.after("<Last>").array().tolist() == [[1, 2], [2, 3]]
    with pytest.raises(InputError, match=r"no <Here>.*unpack"):
        file.after("<Here>")
    path.write_bytes(b"\0B<Last> " + triangle[:-2])
    with pytest.raises(InputError, match="cut off"):
        KaldiFile(path).after("<Last>").array()


def test_a_network_of_another_kind_is_named(tmp_path: Path) -> None:
    path = tmp_path / "final.mdl"
    path.write_bytes(b"\0B<Nnet3> \ninput-node\n<NumComponents> ")
    with pytest.raises(InputError, match="another kind"):
        second_pass_export.extract_network(path)


def test_a_tone_is_in_its_band() -> None:
    time = np.arange(RATE) / RATE
    low, high = (
        mfcc((8000 * np.sin(2 * np.pi * hertz * time)).astype(np.int16)) for hertz in (300, 4000)
    )
    assert low.shape == (98, 40)
    # The second cepstrum is the slope from the low bands to the high ones.
    assert low[50, 1] > 20 > -20 > high[50, 1]


def with_wide_beams(model: Path, copy: Path) -> Path:
    """A copy of a model folder; with its own narrow beams Vosk may lose the sentence's path.

    Its acoustic scale is 1, so that its scores can be compared with the second pass's.
    """
    shutil.copytree(model.absolute(), copy, copy_function=os.symlink)
    settings = copy / "conf" / "model.conf"
    text = settings.read_text(encoding="ascii")
    settings.unlink()
    text = re.sub(r"--acoustic-scale=\S+", "--acoustic-scale=1.0", text)
    settings.write_text(re.sub(r"--beam=\S+", "--beam=20.0", text), encoding="ascii")
    return copy


def test_the_network_hears_as_vosk_does_and_a_little_better(
    arrays: Path, speech: Samples, tmp_path: Path
) -> None:
    """Vosk takes the i-vector from what it has heard so far, we from the whole utterance."""
    folder = with_wide_beams(model_store.ensure_model() / "states/idle", tmp_path / "wide")
    network, features = TdnnF(arrays), mfcc(speech)
    speaker = IvectorExtractor(arrays).extract(features)
    ours = DecodingGraph(folder / "second/phrases.npz").score(
        network.log_likelihoods(network.prefinal(features, speaker)[0])
    )
    decoder = KaldiRecognizer(Model(str(folder)), RATE)
    decoder.SetMaxAlternatives(1)
    decoder.AcceptWaveform(speech.tobytes())
    (best,) = json.loads(decoder.FinalResult())["alternatives"]
    assert best["text"].strip() == "aduh kaki saya kram"
    assert best["confidence"] < ours == pytest.approx(best["confidence"], rel=0.15)


def _graph(path: Path, costs: tuple[float, float]) -> DecodingGraph:
    """Two ways: acoustic states 0 then 1 ("a"), or 0 then 2 ("b"), each entered once."""
    tuples = np.array([[11, 0, 0, 0], [12, 0, 1, 1], [13, 0, 2, 2]], np.int32)
    states = np.array(
        [(np.inf, 0, 1, 0, 0), (np.inf, 1, 3, 0, 0), (0.0, 4, 1, 0, 0), (0.5, 5, 1, 0, 0)], STATE
    )
    arcs = np.array(
        [
            (2, 0, 0.0, 1),
            (1, 0, 0.0, 1),
            (4, 1, costs[0], 2),
            (6, 2, costs[1], 3),
            (3, 0, 0.0, 2),
            (5, 0, 0.0, 3),
        ],
        ARC,
    )
    second_pass_export.export_graph(path, ConstFst(0, states, arcs), tuples)
    return DecodingGraph(path, ("a", "b"))


def test_the_best_way_through_a_graph(tmp_path: Path) -> None:
    graph = _graph(tmp_path / "g.npz", (1.0, 0.0))
    rows = np.array([[1, 0, 0], [1, 0, 0], [0, 3, 0], [0, 3, 0]], np.float32)
    way = graph.best_path(rows)
    assert way is not None
    assert way.score == pytest.approx(1 + 1 - 1 + 3 + 3)
    assert graph.score(rows) == pytest.approx(way.score)
    assert way.pdf_ids.tolist() == [0, 0, 1, 1]
    assert [(s.begin, s.end, s.word) for s in way.segments] == [(0, 2, ""), (2, 4, "a")]
    other = graph.best_path(rows[:, [0, 2, 1]])
    assert other is not None and other.segments[-1].word == "b"
    assert other.score == pytest.approx(1 + 1 + 3 + 3 - 0.5)


def test_no_way_when_the_sound_is_too_short(tmp_path: Path) -> None:
    graph = _graph(tmp_path / "g.npz", (0.0, 0.0))
    assert graph.best_path(np.zeros((1, 3), np.float32)) is None
    assert graph.score(np.zeros((1, 3), np.float32)) == -np.inf


def test_the_loop_pays_for_each_change(tmp_path: Path) -> None:
    np.savez(
        tmp_path / "p.npz",
        entering=[0, 1], entering_at=[0, 1], staying=[0, 1], staying_at=[0, 1],
    )  # fmt: skip
    rows = np.array([[2, 0], [0, 0.9], [2, 0], [0, 5], [0, 5]], np.float32)
    # One row of another sound is not worth two changes; two rows are worth one.
    best = PhoneLoop(tmp_path / "p.npz", cost=1.0).frame_log_likelihoods(rows)
    assert best.tolist() == pytest.approx([2, 0, 2, 5, 5])
    assert PhoneLoop(tmp_path / "p.npz", cost=1.0).best_phones(rows) == [0, 1]


def test_a_phrase_stands_out_and_noise_does_not(speech: Samples) -> None:
    look = SecondPassScorer(model_store.ensure_model() / "states/idle")
    heard = look.score(speech)
    assert heard is not None and heard.words == "aduh kaki saya kram"
    noise = np.random.default_rng(4).normal(0, 300, 2 * RATE).astype(np.int16)
    nothing = look.score(noise)
    assert nothing is None or nothing.features.lead < heard.features.lead - 10
    assert look.score(speech[:1000]) is None
