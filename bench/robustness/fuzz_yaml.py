"""Mutated files of a phrase folder, each used as Kram uses it."""

import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from assistant.apps.demo.story import load_story
from assistant.apps.enrolment.prompts import load_enrolment_texts
from assistant.apps.wyoming.text_script import load_text_replies, text_script
from assistant.asr.graph.lexicon import Lexicon, load_exceptions
from assistant.asr.graph.phone_map_reader import load_phone_map
from assistant.core.errors import InputError
from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_PHONE_MAP, OWN_PHRASES
from assistant.core.yaml_reader import read_yaml
from assistant.dialogue import policy
from assistant.dialogue.dry_run import sentences, walk_through
from assistant.dialogue.events import Doubtful, Event, Finished, NotUnderstood, Understood
from assistant.dialogue.notes import (
    DiaryAdd,
    DiaryCount,
    DiaryDelete,
    DiaryLast,
    EpisodeEnded,
    EpisodeStarted,
    SeverityReported,
)
from assistant.dialogue.script.loader import load_script
from assistant.dialogue.script.model import Script
from assistant.dialogue.state import State
from assistant.dialogue.state_json import to_json
from assistant.nlu.intent import Intent
from assistant.nlu.templates import load_phrases
from assistant.nlu.verbatim_interpreter import VerbatimInterpreter
from assistant.nlu.vocabulary import load_vocabulary
from assistant.runtime.diary.store import SqliteDiary
from assistant.runtime.diary.texts import load_diary_texts
from bench.robustness.attempt import OwnProcess
from bench.robustness.mutations import changed_text

Use = Callable[[Path], object]
"""Reads a file, and uses what was read as Kram would."""

_NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


def _converse(script: Script, state: State) -> None:
    events: list[Event] = [
        Understood(0.0, Intent("cramp_now")), *(Finished(i * 5.0) for i in range(1, 8)),
        Understood(41.0, Intent("left")), NotUnderstood(42.0),
        Doubtful(60.0, Intent("swollen", {"sign": "swollen"})), Understood(62.0, Intent("no")),
        Understood(64.0, Intent("ask", {"topic": "causes"})), Finished(70.0),
        Understood(71.0, Intent("still_hurts")), Finished(80.0), Finished(90.0),
        Understood(300.0, Intent("stop")), Understood(301.0, Intent("emergency")), Finished(310.0),
    ]  # fmt: skip
    for event in events:
        state, _ = policy.step(state, event, script)
    to_json(state)


def _use_script(folder: Path) -> None:
    script = load_script(folder)
    sentences(script)
    for guide in script.guides.values():
        for _ in walk_through(script, guide):
            pass
    _converse(script, policy.initial())


def _use_diary(path: Path) -> None:
    diary = SqliteDiary(None, load_diary_texts(path.parent), lambda: _NOW)
    added = (
        DiaryAdd("mild"),
        EpisodeStarted("left", ("night",)),
        EpisodeEnded(60.0, helped="stretch"),
    )
    for record in (DiaryLast(), DiaryCount(7), *added, SeverityReported("severe"), DiaryLast(),
                   DiaryCount(30), DiaryDelete()):  # fmt: skip
        diary.take(record)
    diary.close()


def _use_phone_map(path: Path) -> None:
    lexicon = Lexicon(load_phone_map(path))
    for word in ("kram", "betis"):
        lexicon.pronounce(word)


def _use_exceptions(path: Path) -> None:
    Lexicon(load_phone_map(OWN_PHONE_MAP), load_exceptions(path)).pronounce("igd")


def _use_text_replies(path: Path) -> None:
    text_script(load_script(OWN_PHRASES), load_text_replies(path.parent))


def _use_intents(path: Path) -> None:
    """One file of templates, with the rules that it needs: as a guide's, or as a home's."""
    folder = path.parent
    if path.parent.name == "wordings":
        folder = folder.parent
        shutil.copy(OWN_PHRASES / "intents" / "routines.yaml", folder)
    if path.name != "_rules.yaml":
        shutil.copy(OWN_PHRASES / "intents" / "_rules.yaml", folder)
    book = load_phrases(folder, warn=False)
    if book.foreign:
        VerbatimInterpreter(book).interpret("kaki saya kram", ListeningState.ALL)


_SIDE_FILES: Mapping[str, Use] = {
    "diary.yaml": _use_diary,
    "demo.yaml": load_story,
    "enrol.yaml": load_enrolment_texts,
    "by_text.yaml": _use_text_replies,
    "words.yaml": load_vocabulary,
    "pronunciations.yaml": _use_exceptions,
    "ko.yaml": _use_phone_map,
}


class _YamlAttempt(OwnProcess):
    """A copy of the project's phrases in which one file at a time is changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "phrases"
        shutil.copytree(OWN_PHRASES, self._folder)
        shutil.copy(OWN_PHONE_MAP, self._folder)
        self._files = sorted(self._folder.rglob("*.yaml"))

    def __call__(self, chance: random.Random) -> bool:
        path = chance.choice(self._files)
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(self._folder).as_posix()
        data = changed_text(chance, text)
        if path.parent.name in {"intents", "wordings"}:
            self._in_a_folder_of_its_own(name, data, chance)
            return True
        path.write_bytes(data)
        try:
            self._use(name)(path)
        except InputError as error:
            assert path.name in str(error) or path.parent.name in str(error), str(error)
            raise
        finally:
            path.write_text(text, encoding="utf-8")
        return True

    def _use(self, name: str) -> Use:
        if "/" in name or name == "replies.yaml":
            return lambda path: _use_script(self._folder)
        return _SIDE_FILES.get(name, read_yaml)

    def _in_a_folder_of_its_own(self, name: str, data: bytes, chance: random.Random) -> None:
        alone = self._folder.with_name("alone")
        shutil.rmtree(alone, ignore_errors=True)
        path = alone / name
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        if chance.random() < 0.5:
            (alone / "replies.yaml").touch()  # what a guide's folder is known by
        _use_intents(path)


@contextmanager
def open_yaml(folder: Path) -> Iterator[_YamlAttempt]:
    """The kind ``yaml``: every file of a folder of phrases, and the phone map."""
    yield _YamlAttempt(folder)
