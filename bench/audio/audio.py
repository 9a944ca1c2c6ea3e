"""Barge-in, echo, endpointing and idle load, in audio time in a simulated room.

`python3 run.py bench audio [--hours 2] [--corpus DIR]`: the requirements on the audio loop,
measured; a table on stdout, JSON in bench/out/audio.json. The voices of guide and users are
synthetic, except the people of ``--corpus`` (a folder with ``indspeech02-sentences``).
"""

import argparse
import logging
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant.apps.simulation.overlapping_speech import (
    GRID,
    OverlapSimulation,
    RandomBlockLoss,
    own_phrases,
)
from assistant.asr.endpointing import final_prefixes
from assistant.asr.listener_events import SpeechStarted
from assistant.asr.model_store import OWN_PHRASES, ensure_model
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.pcm import BLOCK, RATE, Samples
from assistant.audio.room_simulation import EchoPath, users_voice
from assistant.core.listening_state import ListeningState
from assistant.core.numerals import decimal, integer
from assistant.nlu import Interpreter
from assistant.nlu.templates import load_phrases
from assistant.tts.espeak_voice import EspeakVoice
from bench.audio.answer_times import answer_times
from bench.audio.body_noises import noises
from bench.audio.comparison import WARM, compared, sentences, times
from bench.common.paths import OUT
from bench.common.rejection_data import COMMANDS, SENTENCES, recordings, write_phrases
from bench.common.rows import write_json

COMMAND_TEXTS = (
    "berhenti", "tunggu sebentar", "ulangi", "sudah reda", "masih sakit", "lanjut", "tunggu dulu",
    "selanjutnya", "lebih pelan", "lebih keras", "saya sesak napas", "pelan pelan", "belum reda",
    "sudah cukup", "sebelumnya", "tolong ulangi",
)  # fmt: skip
USERS = (("id+m3", 160), ("id+f4", 145), ("id+m7", 150))


def main(argv: Sequence[str]) -> int:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(prog="bench audio", description=__doc__)
    parser.add_argument(
        "--hours", type=decimal, default=2.0, help="guide speech in the self-echo measurement"
    )
    parser.add_argument("--corpus", type=Path, help="recordings of people; see docs/rejection.md")
    parser.add_argument("--people", type=integer, default=60, help="recordings of the corpus")
    parser.add_argument(
        "--apart", type=decimal, metavar="PPM",
        help="commands in three rooms with this clock drift",
    )  # fmt: skip
    parser.add_argument(
        "--users", type=integer, default=len(USERS), help="voices in the latency measurement"
    )
    parser.add_argument(
        "--card", type=integer, default=0, metavar="TIMES", help="also on a virtual sound card"
    )
    parser.add_argument(
        "--only", nargs="+", choices=tuple(MEASUREMENTS), default=tuple(MEASUREMENTS)
    )
    parser.add_argument("--output", type=Path, default=OUT / "audio.json")
    args = parser.parse_args(argv)
    logging.disable(logging.WARNING)
    result: dict[str, object] = {}
    for name in args.only:
        found = MEASUREMENTS[name](args)
        result[name] = found
        for key, value in found.items():
            print(f"{name:10} {key:44} {value}", flush=True)
        write_json(args.output, result)
    return 0


def own_voice(args: argparse.Namespace) -> dict[str, object]:
    """Self-echo: the guide alone in the rooms of the grid.

    A tenth of the time again on a busy machine, and with a distorting loudspeaker.
    """
    recognizer = VoskRecognizer(
        ensure_model(), (ListeningState.CONVERSATION, ListeningState.BARGE_IN)
    )
    found: dict[str, object] = {}
    for name, hours, losses, distorts in (
        ("", args.hours, None, False),
        ("busy machine: ", args.hours / 10, 5.0, False),
        ("it distorts: ", args.hours / 10, None, True),
    ):
        ducked, obeyed, refused = 0, [], 0
        each = hours * 3600 / len(GRID)
        for echo in GRID:
            talk = OverlapSimulation(
                recognizer, EspeakVoice(), sentences(), replace(echo, distorts=distorts),
                losses=RandomBlockLoss(losses, chance=random.Random(echo.seed)) if losses else None,
            )  # fmt: skip
            for event in talk.run(each):
                if isinstance(event, SpeechStarted):
                    ducked += 1
                elif event.accepted and not event.rejection:
                    obeyed.append(event.words)
                else:
                    refused += 1
        found |= {
            f"{name}hours": round(hours, 2),
            f"{name}own voice obeyed": len(obeyed),
            f"{name}own voice obeyed as": obeyed,
            f"{name}ducked by it": ducked,
        }
    return found


def commands(args: argparse.Namespace) -> dict[str, object]:
    """Commands of synthetic users over the guide, and in silence."""
    if args.apart is None:
        return _commands(GRID)
    return _commands([replace(echo, ahead=args.apart * 1e-6) for echo in GRID[::4]])


def cheap(args: argparse.Namespace) -> dict[str, object]:
    """The same with a distorting loudspeaker, in three rooms."""
    return _commands([replace(echo, distorts=True) for echo in GRID[::4]])


def _commands(rooms: Sequence[EchoPath]) -> dict[str, object]:
    recognizer = VoskRecognizer(
        ensure_model(), (ListeningState.CONVERSATION, ListeningState.BARGE_IN)
    )
    interpreter = Interpreter(load_phrases(OWN_PHRASES))

    def intent(words: str) -> str:
        meaning = interpreter.interpret(words, ListeningState.CONVERSATION).intent
        return meaning.name if meaning else ""

    said = []
    for voice, pace in USERS:
        user = EspeakVoice(voice, words_per_minute=pace)
        said += [(text, users_voice(user.speak(text))) for text in COMMAND_TEXTS]
    return compared(recognizer, said, intent, rooms)


def people(args: argparse.Namespace) -> dict[str, object]:
    """Recorded sentences of people, as phrases, over the guide, and in silence."""
    if args.corpus is None:
        return {}
    paths = sorted((args.corpus / SENTENCES).glob("*.wav"))
    paths = [path for path in paths if int(path.stem[-3:]) in COMMANDS]
    clips = list(recordings(random.Random(3).sample(paths, args.people)))
    with tempfile.TemporaryDirectory() as folder:
        texts = sorted({clip.said for clip in recordings(paths)})
        write_phrases(Path(folder), texts)
        recognizer = VoskRecognizer(ensure_model(Path(folder)))
    said = [(clip.said, _as_loud(clip.samples)) for clip in clips]
    found = compared(recognizer, said, lambda words: words)
    # the recordings begin and end with silence, so latencies from their ends mean nothing
    return {name: value for name, value in found.items() if not name.endswith(", ms")}


def _as_loud(samples: Samples) -> Samples:
    """A recording (int16) scaled to the synthetic users: peak at 35 % of full scale."""
    peak = int(np.abs(samples.astype(np.int32)).max()) or 1
    return (samples * (0.35 * 32767 / peak)).astype(np.int16)


def disturbances(args: argparse.Namespace) -> dict[str, object]:
    """Coughs, moans, hums and fillers over the guide."""
    recognizer = VoskRecognizer(
        ensure_model(), (ListeningState.CONVERSATION, ListeningState.BARGE_IN)
    )
    found: dict[str, object] = {}
    for kind, sounds in noises().items():
        obeyed = []
        for echo in GRID[::4]:
            talk = OverlapSimulation(recognizer, EspeakVoice(), sentences(), echo)
            talk.run(WARM)
            for sound in sounds:
                while not talk.player.playing or talk.player.left < len(sound) / RATE + 0.4:
                    talk.step()
                words = talk.say(kind, sound, patience=1.5).obeyed
                obeyed += [words] if words else []
        found[f"{kind}: obeyed of {len(sounds) * len(GRID[::4])}"] = f"{len(obeyed)} {obeyed}"
    return found


def idle(args: argparse.Namespace) -> dict[str, object]:
    """Processor load in five minutes of a quiet room, in % of one core."""
    talk = OverlapSimulation(
        VoskRecognizer(ensure_model(), (ListeningState.IDLE,)), EspeakVoice(), sentences(), GRID[0]
    )
    talk.quiet = True
    blocks = [talk.room.block() for _ in range(round(300 * RATE / BLOCK))]
    begun = time.process_time()
    for block in blocks:
        talk.player.reference(0)
        talk.listener.feed(block)
    return {"processor, % of a core": round((time.process_time() - begun) / 3.0, 2)}


def answers(args: argparse.Namespace) -> dict[str, object]:
    """Latency from the end of a command in silence to the first sample of the answer."""
    answered = answer_times(COMMAND_TEXTS, USERS[: args.users])
    is_final = final_prefixes(own_phrases().phrases)
    refused = [one.first for one in answered if not one.understood]
    found: dict[str, object] = {"not understood": f"{len(refused)} of {len(answered)}"}
    found |= times("end to first sound, not understood, ms", refused)
    for kind, wanted in (("complete", True), ("may go on", False)):
        some = [one for one in answered if one.understood and is_final(one.said) is wanted]
        found |= times(f"end to first sound, {kind}, ms", [one.first for one in some])
        found |= times(f"of which until it is known, {kind}, ms", [one.known for one in some])
    return found


def card(args: argparse.Namespace) -> dict[str, object]:
    """Latencies on a virtual sound card, in wall-clock time."""
    if not args.card:
        return {}
    from bench.audio.sound_card import on_the_card, stops

    found = on_the_card(args.card)
    return (
        times("stop to silence, ms", stops(5 * args.card))
        | times("end to obeyed, over the guide, ms", found["obeyed"])
        | times("end to first sound, ms", found["answered"])
        | {"not heard over the guide": f"{len(found['unheard'])} of {args.card}"}
    )


MEASUREMENTS: dict[str, Callable[[argparse.Namespace], dict[str, object]]] = {
    "own": own_voice,
    "commands": commands,
    "cheap": cheap,
    "people": people,
    "noises": disturbances,
    "answers": answers,
    "idle": idle,
    "card": card,
}
