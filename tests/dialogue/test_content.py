"""The spoken texts: complete, with sources, short, and fit for speech."""

import re
from collections.abc import Iterator

import pytest
import yaml

from assistant.dialogue.handlers.commands import CONTROLS
from assistant.dialogue.handlers.profile import STORABLE
from assistant.dialogue.script.model import Action, Line, Question
from tests.support.dialogue_driver import PHRASES, SCRIPT
from tests.support.paths import ROOT

DOC = (ROOT / "docs" / "content.md").read_text(encoding="utf-8")

# Every section of the seed article, in its order.
SEED = [
    "Apa Itu Kram Betis?", "Penyebab Kram Betis", "Dehidrasi", "Kekurangan Elektrolit",
    "Kelelahan Otot", "Kurang Pemanasan atau Peregangan", "Sirkulasi Darah yang Buruk",
    "Kehamilan", "Kondisi Medis Tertentu", "Gejala Kram Betis",
    "Cara Mengatasi Kram Betis Saat Terjadi", "Peregangan Otot Betis", "Pijat Area Betis",
    "Kompres Hangat", "Berjalan Perlahan", "Minum Air Putih", "Cara Mencegah Kram Betis",
    "Cukupi Asupan Cairan", "Konsumsi Makanan Bergizi", "Lakukan Peregangan Rutin",
    "Gunakan Alas Kaki yang Nyaman", "Hindari Aktivitas Berlebihan", "Perbaiki Posisi Tidur",
    "Kapan Harus ke Dokter?", "Hubungan Kram Betis dengan Gaya Hidup",
    "Kram Betis pada Malam Hari", "Kesimpulan",
]  # fmt: skip

MEDICAL = re.compile(
    r"pijat|handuk|kompres|dokter|IGD|minum|obat|bengkak|darah|otot|regang|napas|sembilan|robek"
)


def rows() -> list[list[str]]:
    """The cells of the document's table of sections."""
    lines = [line for line in DOC.splitlines() if re.match(r"\| S[\d.]+ \|", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def of_question(question: Question) -> Iterator[Line]:
    yield from question.lines
    for _, actions in question.answers:
        yield from of_actions(actions)


def of_actions(actions: tuple[Action, ...]) -> Iterator[Line]:
    for action in actions:
        yield from action.lines


def content() -> Iterator[Line]:
    """Every line of the guides, the answers and the warning signs."""
    for guide in SCRIPT.guides.values():
        for step in guide.steps:
            for part in step.parts:
                yield from part.lines
                yield from part.resume
                if part.question:
                    yield from of_question(part.question)
    for topic in SCRIPT.topics.values():
        yield from topic.pieces
    for flag in SCRIPT.flags:
        yield from flag.lines


def conversation() -> Iterator[Line]:
    """Every line of the replies and of their questions."""
    for lines in SCRIPT.replies.values():
        yield from lines
    for question in SCRIPT.questions.values():
        yield from of_question(question)


def texts() -> list[str]:
    """Everything that can be spoken."""
    found = [line.text for line in [*content(), *conversation()]]
    questions = list(SCRIPT.questions.values())
    for guide in SCRIPT.guides.values():
        for step in guide.steps:
            questions += [part.question for part in step.parts if part.question]
            found += [line.text for part in step.parts for line in part.resume]
    for question in questions:
        found += [question.short] + ([question.offer] if question.offer else [])
    return found + list(SCRIPT.words.values()) + list(SCRIPT.numbers)


def known_tags() -> set[str]:
    tags = set(re.findall(r"^\| ([A-Z][\w.-]*|talk) \|", DOC, re.MULTILINE))
    assert {"A", "A-note", "B14", "S2.1", "talk"} <= tags
    return tags


@pytest.mark.parametrize("section", SEED)
def test_every_section_of_the_seed_has_an_answer(section: str) -> None:
    (row,) = [cells for cells in rows() if cells[1].startswith(section)]
    tag, _, topic, file, _ = row
    assert tag in SCRIPT.topics[topic].seed
    spoken = SCRIPT.topics[topic].pieces
    assert spoken and all(line.where.startswith(str(PHRASES / "answers" / file)) for line in spoken)


def test_the_document_and_the_topics_name_the_same_sections() -> None:
    listed = {(cells[0], cells[2]) for cells in rows()}
    answered = {(tag, topic.name) for topic in SCRIPT.topics.values() for tag in topic.seed}
    assert listed == answered
    named = {tag for cells in rows() for tag in re.findall(r"[A-E]\d+", cells[4])}
    assert named <= known_tags()


def test_every_spoken_claim_has_a_source() -> None:
    known = known_tags()
    for line in content():
        assert line.source, f"{line.where}: no source for {line.text!r}"
        assert set(line.source) <= known, f"{line.where}: {line.source} is not in docs/content.md"
    for line in conversation():
        assert set(line.source) <= known, line.where


HARMLESS = r"pengencer darah|diregangkan|regangkan|peregangan|tanpa pijat|pandu"


def test_talk_claims_nothing() -> None:
    for line in [*content(), *conversation()]:
        if not set(line.source) - {"talk"} and MEDICAL.search(line.text):
            harmless = re.sub(HARMLESS, "", line.text)
            harmless = harmless.replace("Saya bukan dokter", "").replace("kepada dokter", "")
            assert not MEDICAL.search(harmless), f"{line.where}: {line.text}"


def test_every_condition_can_come_true() -> None:
    sets = {("eased", "yes"), ("eased", "no"), ("loud", "yes"), ("comforted", "yes")}
    for guide in SCRIPT.guides.values():
        sets |= {("guide", guide.name)}
        for facts in guide.starts.values():
            sets |= set(facts)
        for step in guide.steps:
            for part in step.parts:
                sets |= set(part.set)
                for _, actions in part.question.answers if part.question else ():
                    sets |= {fact for action in actions for fact in action.set}
    keys = {
        "situation": {"bed", "sitting", "standing", "swimming", "elderly", "helper", "sport",
                      "cannot_reach", "diabetes", "kidney", "liver", "fluid_limit", "pregnant",
                      "night", "dizzy", "cannot_stand", "fear_of_falling", "dark", "alone", "carer",
                      "blood_thinner", "too_warm", "cold", "no_massage", "no_warmth", "no_towel",
                      "under_65", "history", "had_clot", "clot_risk", "thigh", "foot", "fear",
                      "heart", "drowsy"},
        "leg": {"left", "right", "both"},
        "flag": {flag.name for flag in SCRIPT.flags},
        "sign": {sign for flag in SCRIPT.flags for sign in flag.signs},
        "denied": {sign for flag in SCRIPT.flags for sign in flag.signs},
        "block": {"first", "later", *"12345"},
        "unsure": {sign for flag in SCRIPT.flags for sign in flag.signs},
        "wondered": {sign for flag in SCRIPT.flags for sign in flag.signs},
        "unsure_flag": {flag.name for flag in SCRIPT.flags},
        "wondered_flag": {flag.name for flag in SCRIPT.flags},
        "visit": {"first", "later"},
        "kept": {"person", "leg", *STORABLE},
        "told": {"person", "leg", "rate", "volume", "not_pregnant", *STORABLE},
    }  # fmt: skip
    for line in [*content(), *conversation()]:
        for key, values in line.condition.when + line.condition.unless:
            for value in values:
                assert value in keys.get(key, ()) or (key, value) in sets, (line.where, key, value)


def test_texts_are_fit_to_be_spoken() -> None:
    for text in sorted(set(texts())):
        assert not re.search(r"[0-9%°/()\[\]]", text), f"numbers and signs in words: {text}"
        words = re.sub(r"\{\w+\}", "kaki", text).split()
        sentences = [part for part in re.split(r"[.?!] *", text) if part]
        assert len(sentences) <= 3 and len(words) <= 24, text
        assert all(len(one.split()) <= 18 for one in sentences), f"too long for a breath: {text}"
        assert not re.search(r"\b(kamu|lu|elo|lo)\b", text.lower()), f"not polite: {text}"


def test_pieces_of_answers_have_two_sentences_at_most() -> None:
    for topic in SCRIPT.topics.values():
        for piece in topic.pieces:
            sentences = [part for part in re.split(r"[.?!] *", piece.text) if part]
            assert len(sentences) <= 2, piece.where


def test_the_app_never_says_that_it_called_somebody() -> None:
    for text in texts():
        promise = r"saya (sudah|telah|akan|sedang)? ?(me|meng)?(nelepon|manggil|hubungi|telepon)"
        assert not re.search(promise, text.lower()), text


def test_every_sign_has_a_word_and_a_flag() -> None:
    for flag in SCRIPT.flags:
        for sign in flag.signs:
            assert SCRIPT.words.get(f"sign_{sign}"), sign
    assert set(SCRIPT.sign_of.values()) <= {s for flag in SCRIPT.flags for s in flag.signs}
    assert {flag.guide for flag in SCRIPT.flags if flag.guide} == {"emergency"}


def test_the_corrections_of_the_seed() -> None:
    causes = " ".join(line.text for line in SCRIPT.topics["causes"].pieces)
    assert causes.startswith("Penyebab pastinya sering tidak diketahui.")
    everything = " ".join(texts()).lower()
    assert "paling umum" not in everything and "alodokter" not in everything
    food = " ".join(line.text for line in SCRIPT.topics["prevent_food"].pieces)
    assert "belum terbukti mencegah kram malam" in food and "Sakit ginjal?" in food
    massage = " ".join(line.text for line in SCRIPT.topics["treat_massage"].pieces)
    assert "gumpalan darah" in massage
    walk = " ".join(line.text for line in SCRIPT.topics["treat_walk"].pieces)
    assert "pegang sesuatu" in walk


def heard() -> Iterator[tuple[str, dict[str, str]]]:
    """Every intent of the phrases with each set of slots that it can carry."""
    for path in sorted((PHRASES / "intents").glob("*.yaml")):
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        for name, intent in (data.get("intents") or {}).items():
            for block in intent["data"]:
                yield name, block.get("slots", {})


def test_everything_that_can_be_heard_has_a_meaning() -> None:
    topics = {intent for topic in SCRIPT.topics.values() for intent in topic.intents}
    starts = {intent for guide in SCRIPT.guides.values() for intent in guide.starts}
    meant = {*CONTROLS, *SCRIPT.sign_of, *topics, *starts, "ask", "yes", "no", "tolong",
             "false_alarm", "x_duration", "dont_know"}  # fmt: skip
    signs = {sign for flag in SCRIPT.flags for sign in flag.signs}
    for name, slots in heard():
        assert name in meant, f"nothing is done about {name}"
        assert slots.get("topic", "what") in SCRIPT.topics, slots
        assert set(slots.get("sign", "call").split(",")) <= signs, slots
        assert slots.get("leg", "left") in ("left", "right", "both")
        assert slots.get("negated", "yes") in ("yes", "unsure")
