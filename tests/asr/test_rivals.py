"""Ordinary sentences over the guide's voice are no emergencies; commands and signs still count.

Synthetic clips in a simulated room, 20 dB. The counts are those of this version, with margins for
other builds of espeak-ng or numpy; ``bench rivals`` measures a larger sample.
"""

from collections import Counter
from pathlib import Path

import pytest

from assistant.apps.simulation.over_prompt import OverPrompt, OverPromptOutcome, hear_over_prompt
from assistant.asr.graph.sentence_set import RARE_SENTENCE_COST, RIVAL_SHARE, read_sentences
from assistant.asr.model_store import OWN_PHRASES, ensure_model
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.room_simulation import spoken_in_room
from assistant.core.listening_state import ListeningState
from tests.support.fresh_process import speak_fresh
from tests.support.own_interpreter import BOOK, KRAM

pytestmark = pytest.mark.decodes_sound

SNR_DB = 20

ORDINARY = (
    "panggil saya kak", "panggil saya bapak", "panggil saja saya pak", "kaki saya kebas",
    "kaki saya kram waktu senam pagi", "kaki saya kram habis lari", "betis saya bengkak",
    "berapa lama lagi", "kenapa kaki saya kram", "kaki kiri", "saya sedang hamil",
    "terima kasih", "kapan harus ke dokter", "saya tidak sesak napas", "dada gak nyeri",
)  # fmt: skip
"""Before the graph had rivals, 9 of these 30 clips were taken for an emergency with a confidence of
0.99 or more, 11 with 0.75 or more."""

COMMANDS = ("tunggu sebentar", "ulangi", "lanjut", "lebih pelan", "masih sakit", "sudah reda")
SIGNS = (
    "saya sesak napas", "dada saya sakit", "panggil ambulans", "saya mau pingsan",
    "tolong panggil ibu saya", "napas saya sesak",
)  # fmt: skip


@pytest.fixture(scope="module")
def heard() -> dict[str, list[OverPrompt]]:
    recognizer = VoskRecognizer(ensure_model(), (ListeningState.BARGE_IN,))
    interpreter = KRAM
    found: dict[str, list[OverPrompt]] = {}
    for kind, texts in (("ordinary", ORDINARY), ("commands", COMMANDS), ("signs", SIGNS)):
        found[kind] = [
            hear_over_prompt(
                recognizer, interpreter, spoken_in_room(clip, SNR_DB, number), clip.seconds
            )
            for voice in ("id+m3", "id+f2")
            for number, clip in enumerate(speak_fresh(texts, voice, 160))
        ]
    return found


def outcomes(said: list[OverPrompt], *intents: str) -> Counter[OverPromptOutcome]:
    return Counter(one.outcome for one in said if not intents or one.intent in intents)


def test_ordinary_sentences_are_no_emergencies(heard: dict[str, list[OverPrompt]]) -> None:
    counts = outcomes(heard["ordinary"])
    alarms = outcomes(heard["ordinary"], "emergency")
    print(counts, alarms, [one for one in heard["ordinary"] if one.outcome != "ignored"])
    assert alarms[OverPromptOutcome.OBEYED] == 0
    assert alarms[OverPromptOutcome.ASKED] <= 1
    assert counts[OverPromptOutcome.OBEYED] <= 1


def test_commands_and_signs_still_count(heard: dict[str, list[OverPrompt]]) -> None:
    print(heard["commands"], heard["signs"])
    assert outcomes(heard["commands"])[OverPromptOutcome.OBEYED] >= 11
    signs = outcomes(heard["signs"], "emergency")
    assert signs[OverPromptOutcome.OBEYED] >= 9
    assert signs[OverPromptOutcome.OBEYED] + signs[OverPromptOutcome.ASKED] >= 11


def test_what_may_interrupt_has_no_rival_of_its_own_meaning() -> None:
    found = read_sentences(OWN_PHRASES)
    interrupting = set(found.states[ListeningState.BARGE_IN].listed)
    assert interrupting.isdisjoint(found.rivals)
    assert {"panggil saya kak", "saya tidak sesak napas", "kaki saya kebas"} <= found.rivals.keys()
    meanings = {one.text: one.meaning for one in BOOK.phrases}
    own = {meanings[text] for text in interrupting & meanings.keys()}
    assert not own & {meanings[text] for text in found.rivals.keys() & meanings.keys()}
    assert set(found.rivals.values()) == {0.0, RIVAL_SHARE * RARE_SENTENCE_COST}


def test_a_folder_without_a_barge_in_grammar_has_no_rivals(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "language: id\nintents: {lamp: {data: [{sentences: [nyalakan lampu]}]}}\n",
        encoding="utf-8",
    )
    assert read_sentences(tmp_path).rivals == {}
