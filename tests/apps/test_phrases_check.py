"""`phrases check` finds every kind of mistake in a folder of phrases, and none in ours."""

import json
from pathlib import Path

import pytest

from assistant.apps.authoring.confusability import CLOSE, PronunciationDistance, confusable_pairs
from assistant.apps.authoring.examples import read_examples
from assistant.apps.authoring.finding import KINDS, LintFinding, LintReport
from assistant.apps.authoring.lint import LintRequest, lint
from assistant.apps.cli import main
from assistant.asr.graph.lexicon import Lexicon, load_exceptions
from assistant.asr.graph.phone_map_reader import load_phone_map
from assistant.core.errors import InputError
from assistant.core.paths import OWN_PHONE_MAP, OWN_PHRASES
from assistant.dialogue.script.loader import load_script
from assistant.nlu.templates import Phrase, load_phrases

EXCEPTIONS = (OWN_PHRASES / "pronunciations.yaml",)


def make_ear() -> PronunciationDistance:
    table = load_phone_map(OWN_PHONE_MAP)
    return PronunciationDistance(
        Lexicon(table, *(load_exceptions(path) for path in EXCEPTIONS)), table
    )


EAR = make_ear()


def check(folder: Path, text: str, tests: Path | None = None, **more: object) -> LintReport:
    """Proofread a folder with one file of templates."""
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return lint(LintRequest(folder, OWN_PHONE_MAP, EXCEPTIONS, tests, **more))  # type: ignore[arg-type]


def intents(**sentences: list[str]) -> str:
    """A file of templates: intent → sentences."""
    tree = {name: {"data": [{"sentences": some}]} for name, some in sentences.items()}
    return json.dumps({"language": "id", "intents": tree}, indent=1)


def only(report: LintReport, kind: str) -> LintFinding:
    (finding,) = report.findings
    assert finding.kind == kind
    return finding


def test_our_own_phrases_are_clean(capsys: pytest.CaptureFixture[str]) -> None:
    code = main.main(["phrases", "check", "--json"])
    (summary,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (code, summary["findings"]) == (0, 0)
    assert summary["sentences"] > 5000 and summary["tests"] > 1000


def test_phrases_that_sound_alike(tmp_path: Path) -> None:
    text = intents(situation=["saya duduk", "nyalakan lampu"], no=["saya dudu"])
    finding = only(check(tmp_path, text), "alike")
    assert "'saya duduk' (situation)" in finding.problem
    assert "'saya dudu' (no, a.yaml:" in finding.problem
    assert finding.source == "a.yaml:8"
    assert 'between: ["duduk", "dudu"]' in finding.advice


def test_an_allowance_needs_a_reason_and_is_told_when_nothing_needs_it(tmp_path: Path) -> None:
    text = intents(situation=["saya duduk"], no=["saya dudu"])
    allowed = tmp_path / "b.yaml"
    allowed.write_text("alike:\n- {between: [dudu, duduk], reason: both needed}\n", "utf-8")
    assert check(tmp_path, text).findings == ()
    allowed.write_text("alike:\n- {between: [dudu, duduk]}\n", "utf-8")
    with pytest.raises(InputError, match=r"b.yaml:2: .*reason"):
        check(tmp_path, text)
    allowed.write_text("alike:\n- {between: [pagi, malam], reason: once needed}\n", "utf-8")
    kinds = {finding.kind: finding.source for finding in check(tmp_path, text).findings}
    assert kinds == {"alike": "a.yaml:8", "stale": "b.yaml:2"}


def test_the_same_meaning_or_another_state_may_sound_alike(tmp_path: Path) -> None:
    assert check(tmp_path, intents(situation=["saya duduk", "saya dudu"])).findings == ()
    text = """
intents:
  situation: {data: [{sentences: [saya duduk], requires_context: {state: idle}}]}
  "no": {data: [{sentences: [saya dudu], requires_context: {state: conversation}}]}
"""
    assert check(tmp_path, text).findings == ()


def test_a_denial_that_sounds_like_the_sign_is_told(tmp_path: Path) -> None:
    text = """
intents:
  swollen:
    data:
      - {sentences: [kok merah], slots: {sign: red}}
      - {sentences: [gak merah], slots: {sign: red, negated: "yes"}}
"""
    assert "swollen, denied" in only(check(tmp_path, text), "alike").problem


def test_what_a_restricted_grammar_lacks_must_not_sound_like_an_emergency_in_it(
    tmp_path: Path,
) -> None:
    """Over the guide's voice, or in idle; also a wording that is understood as text only."""
    text = """
language: id
barge_in: {all: [emergency], usual: []}
intents:
  emergency: {data: [{sentences: [saya pingsan], requires_context: {state: conversation}}]}
  ask: {data: [{sentences: [apa itu kram]}]}
"""
    assert check(tmp_path, text).findings == ()
    wordings = tmp_path / "wordings"
    wordings.mkdir()
    other = "intents: {no: {data: [{sentences: [saya pinsan, ∂]}]}}"
    (wordings / "b.yaml").write_text(f"language: id\n{other}\n", encoding="utf-8")
    finding = only(check(tmp_path, text), "alike")
    assert "'saya pinsan' (no) sounds like 'saya pingsan' (emergency, a.yaml:5)" in finding.problem
    assert 'between: ["pinsan", "pingsan"]' in finding.advice
    denied = 'intents: {emergency: {data: [{sentences: [saya pinsan], slots: {negated: "yes"}}]}}'
    (wordings / "b.yaml").write_text(f"language: id\n{denied}\n", encoding="utf-8")
    assert "(emergency, denied) sounds like" in only(check(tmp_path, text), "alike").problem
    same = "intents: {emergency: {data: [{sentences: [saya pinsan]}]}}"
    (wordings / "b.yaml").write_text(f"language: id\n{same}\n", encoding="utf-8")
    assert check(tmp_path, text).findings == ()


def test_what_idle_lacks_must_not_sound_like_an_emergency_in_it(tmp_path: Path) -> None:
    text = """
intents:
  emergency: {data: [{sentences: [tolong saya pingsan], requires_context: {state: idle}}]}
  "no": {data: [{sentences: [tolong saya pinsan], requires_context: {state: conversation}}]}
"""
    assert "sounds like" in only(check(tmp_path, text), "alike").problem


def test_words_without_pronunciation(tmp_path: Path) -> None:
    finding = only(check(tmp_path, intents(a=["halo ∂unia", "halo дом"])), "unpronounceable")
    assert "дом" in finding.problem and "pronunciations.yaml" in finding.advice


def test_templates_that_never_win_and_sentences_with_two_meanings(tmp_path: Path) -> None:
    text = intents(lamp=["(nyalakan|hidupkan) lampu"], fan=["nyalakan (lampu|kipas)"])
    finding = only(check(tmp_path, text), "ambiguous")
    assert finding.text == "nyalakan lampu" and "means lamp" in finding.problem
    text = intents(lamp=["(nyalakan|hidupkan) lampu"], fan=["hidupkan lampu"])
    assert only(check(tmp_path, text), "unreachable").source == "a.yaml:17"
    text = intents(lamp=["(nyalakan|hidupkan) lampu", "hidupkan lampu"])
    assert only(check(tmp_path, text), "needless").text == "hidupkan lampu"


def test_templates_without_test_and_tests_that_fail(tmp_path: Path) -> None:
    tests = tmp_path / "tests"
    tests.mkdir()
    text = intents(lamp=["nyalakan lampu", "lampu hidup"], fan=["putar kipas angin"])
    table = tests / "a.tsv"
    table.write_text("intent\tutterance\nfan\tputar kipas angin\n", "utf-8")
    ours = tests / "b.yaml"
    ours.write_text("tests:\n  lamp:\n    - sentences: [nyalakan lampu]\n", "utf-8")
    assert only(check(tmp_path, text, tests), "untested").text == "lampu hidup"
    ours.write_text("tests:\n- {sentences: [lampu hidup, nyalakan lampu], intent: {name: fan}}\n")
    report = check(tmp_path, text, tests)
    assert report.counts == {"mistaken": 2} and report.tests == 3
    assert report.findings[0].source == "b.yaml:2"
    table.write_text("said,meant\n", "utf-8")
    assert read_examples(tests)[0].intent == "fan"
    table.write_text("said,meant\nx,y\n", "utf-8")
    with pytest.raises(InputError, match=r"a.tsv: .*'utterance'"):
        read_examples(tests)


def test_intents_that_the_guide_does_nothing_about(tmp_path: Path) -> None:
    text = intents(cramp_now=["kaki saya kram"], sing=["nyanyikan lagu"], stop=["berhenti"])
    report = check(tmp_path, text, script=load_script(OWN_PHRASES))
    unheeded = [finding.text for finding in report.findings if finding.kind == "unheeded"]
    assert unheeded == ["nyanyikan lagu"]


def test_distances_are_those_of_the_ear() -> None:
    assert EAR.distance("kaki", "kaki", True) == 0
    assert EAR.distance("kiri", "kanan", True) > 2
    for one, other in (("jeda", "sudah"), ("udah enak", "berhenti"), ("", "ya"), ("ya", "yah")):
        there, back = (EAR.distance(*pair, True) for pair in ((one, other), (other, one)))
        assert there == pytest.approx(back)
    # a longer way to the same word is never longer than the sum of its parts
    assert EAR.distance("kiri", "biru", False) <= (
        EAR.distance("kiri", "kira", False) + EAR.distance("kira", "biru", False) + 1
    )


def test_pruning_loses_no_pair() -> None:
    """Against comparing every pair of the shortest phrases, which are the most alike."""
    phrases = sorted(load_phrases(OWN_PHRASES).phrases, key=lambda phrase: len(phrase.text))[:60]
    quick = {(pair.one.text, pair.other.text) for pair in confusable_pairs(phrases, EAR)}
    assert len(quick) >= 2
    assert quick == {
        (one.text, other.text)
        for place, one in enumerate(phrases)
        for other in phrases[place + 1 :]
        if rivals(one, other) and EAR.distance(one.text, other.text, True) < CLOSE
    }


def rivals(one: Phrase, other: Phrase) -> bool:
    denied = [("negated", "yes") in phrase.slots for phrase in (one, other)]
    return bool(one.states & other.states) and (
        one.intent != other.intent or denied[0] != denied[1]
    )


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(intents(x=["saya duduk"], y=["saya dudu"]), "utf-8")
    assert main.main(["phrases", "check", str(tmp_path)]) == 1
    finding, summary = capsys.readouterr().out.splitlines()
    assert finding.startswith("a.yaml:") and ": alike: " in finding
    assert summary.endswith("3 words, no tests: 1 confusable phrases")
    assert main.main(["phrases", "check", str(tmp_path), "--json"]) == 1
    record, total = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert set(record) == {"kind", "source", "text", "problem", "advice"}
    assert record["kind"] in KINDS and total["findings"] == 1
    assert main.main(["phrases", "check", str(tmp_path), "--closest", "0"]) == 0
    assert main.main(["phrases", "check", str(tmp_path / "nowhere")]) == 2


def test_keys_without_effect_are_named(tmp_path: Path) -> None:
    text = """
settings: {ignore_whitespace: true, filter_with_regex: false}
skip_words: [tolong]
lists:
  room: {values: [{in: dapur, out: kitchen, context: {area: one}, color: red}]}
  n: {range: {from: 1, to: 3, type: number, words: true, digits: false}}
intents:
  x:
    data:
    - sentences: ["masuk {room}"]
      required_keywords: [masuk]
      response: default
      requires_context: {domain: door}
    - sentences: ["gelap"]
      requires_context: {floor: {slot: true}}
"""
    found = check(tmp_path, text).findings
    assert {(one.kind, one.text, one.source) for one in found} == {
        ("unsupported", "ignore_whitespace", "a.yaml:2"),
        ("unsupported", "color", "a.yaml:5"),
        ("unsupported", "digits", "a.yaml:6"),
        ("unsupported", "required_keywords", "a.yaml:11"),
        ("unsupported", "domain", "a.yaml:10"),
        ("unsupported", "floor", "a.yaml:14"),
    }
    told = {one.text: one.problem for one in found}
    assert "not required" in told["domain"] and "never understood" in told["floor"]


def test_words_that_home_assistant_reads_as_true_or_false_are_named(tmp_path: Path) -> None:
    text = """
expansion_rules:
  on: nyalakan
  "off": matikan
lists:
  room: {values: [no, "yes", dapur]}
intents:
  x: {data: [{sentences: ["<on> {room}", "<off> {room}"], slots: {state: off}}]}
"""
    found = check(tmp_path, text).findings
    assert [(one.kind, one.text, one.source) for one in found if one.kind == "unsupported"] == [
        ("unsupported", "on", "a.yaml:3"),
        ("unsupported", "no", "a.yaml:6"),
        ("unsupported", "off", "a.yaml:8"),
    ]
    assert found[0].advice == "put quotes around it"


def test_templates_that_are_too_large_to_be_heard_are_named(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("lists: {n: {range: {from: 0, to: 150}}}", "utf-8")
    orders = f"atur ({';'.join(['{n}'] * 9)})"
    (finding,) = check(tmp_path, intents(x=["atur {n} {n:m}", orders, "mati"])).findings
    assert finding.kind == "unheard" and finding.text == orders
