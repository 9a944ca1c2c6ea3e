"""Endpointing: early if no continuation can change the meaning, later otherwise."""

from assistant.apps.simulation.overlapping_speech import own_phrases
from assistant.asr.endpointing import Endpointer, EndpointingConfig, final_prefixes
from assistant.nlu.templates.phrases import Phrase


def test_a_meaning_is_settled_when_nothing_that_follows_changes_it() -> None:
    phrases = (
        Phrase("berhenti", "stop"),
        Phrase("berhenti dulu", "pause"),
        Phrase("ulangi", "repeat"),
        Phrase("ulangi lagi", "repeat"),
        Phrase("kaki kiri", "leg", (("leg", "left"),)),
        Phrase("kaki kiri saya", "leg", (("leg", "left"),)),
        Phrase("kaki", "leg"),
        Phrase("iya", "yes"),
        Phrase("iya", "better"),
    )
    settled = final_prefixes(phrases)
    known = {phrase.text for phrase in phrases}
    assert {text for text in known if settled(text)} == {
        "berhenti dulu", "ulangi", "ulangi lagi", "kaki kiri", "kaki kiri saya",
    }  # fmt: skip
    assert not settled("ulang")


def test_most_usual_sentences_are_settled() -> None:
    book = own_phrases()
    settled = final_prefixes(book.phrases)
    usual = [phrase.text for phrase in book.phrases if phrase.usual]
    assert sum(map(settled, usual)) > 0.6 * len(usual)
    assert not settled("berhenti"), "it may become 'berhenti dulu', a pause"


def test_over_the_guide_there_is_less_patience() -> None:
    usual = EndpointingConfig()
    hurried = usual.for_barge_in()
    for name in ("after_complete", "after_final", "after_whole", "after_partial"):
        assert getattr(hurried, name) < getattr(usual, name)
    assert hurried.after_nothing == usual.after_nothing
    assert usual.after_complete < usual.after_final < usual.after_whole < usual.after_partial


def begins(endpointer: Endpointer, blocks: list[tuple[float, bool]], at: float) -> bool:
    """Whether an utterance begins in blocks of 20 ms: probability, and whether it has faded."""
    times = [at + 0.02 * number for number in range(len(blocks))]
    return any(
        endpointer.detect_start(probability, faded, time, time + 0.02)
        for (probability, faded), time in zip(blocks, times, strict=True)
    )


def test_a_probability_that_dies_away_begins_no_second_utterance() -> None:
    for after, again in (
        ([(0.6, True)] * 5, False),
        ([(0.6, True)] * 2 + [(0.9, False)] * 3, True),
        ([(0.6, True), (0.1, True)] + [(0.9, True)] * 3, True),
    ):
        endpointer = Endpointer(EndpointingConfig())
        assert begins(endpointer, [(0.9, False)] * 3, 0.0)
        for number in range(3, 16):
            endpointer.update(0.9, number > 5, 0.02 * number + 0.02)
        endpointer.close()
        assert begins(endpointer, after, 0.32) is again


def test_over_the_guide_less_is_enough_to_begin() -> None:
    little = [(0.4, False)] * 2
    assert begins(Endpointer(EndpointingConfig().for_barge_in()), little, 0.0)
    assert not begins(Endpointer(EndpointingConfig()), little, 0.0)
