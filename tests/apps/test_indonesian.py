"""Commands in Indonesian: no English sentence is left, and what programs read stays English."""

import json
import os
import re
import subprocess
import sys
import wave
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from assistant.apps.bootstrap.model_download import show_progress
from assistant.apps.bootstrap.plan import Needs, project_plan
from assistant.apps.bootstrap.processes import run_quietly
from assistant.apps.bootstrap.progress_bar import ProgressBar
from assistant.apps.bootstrap.steps import steps
from assistant.apps.cli import main
from assistant.apps.cli.commands import COMMANDS
from assistant.apps.doctor.loopback import LoopbackResult
from assistant.apps.doctor.loopback_check import health_checks
from assistant.apps.doctor.microphone_level import level_problem
from assistant.apps.systemd_unit import Unit, unit_text
from assistant.core.errors import KramError
from assistant.core.translation import shown, use_language
from tests.support.message_catalogue import STEPS, catalogue
from tests.support.paths import ROOT

ENGLISH = re.compile(
    r"\b(the|is|are|was|be|cannot|could|with|without|and|or|not|this|that|which|what|has|have|must"
    r"|to|of|for|from|there|then|again|usage|error|choose|write|file|written|integer|decimal)\b"
)
"""Words without which there is hardly an English sentence, and which Indonesian has not."""

AS_TYPED = re.compile(r"`[^`]*`|\"[^\"]*\"|'[^']*'|\[[a-z]+\]|\w+://\S+|\S*/\S*|--?[\w-]+|\w+: ")
"""What stays as it is: commands, values, names of files, options, keys with their colon."""


def sentence_patterns() -> list[re.Pattern[str]]:
    """A pattern for each English message of three words or more that has a translation."""
    found = []
    for message in catalogue():
        text = message.id if isinstance(message.id, str) else message.id[0]
        literal = re.sub(r"\{[^{}]*\}", " ", text)
        if message.id and len(re.findall(r"[A-Za-z]{2,}", literal)) >= 3:
            parts = re.split(r"\{[^{}]*\}", " ".join(text.split()))
            found.append(re.compile(".+?".join(map(re.escape, parts))))
    return found


PATTERNS = sentence_patterns()


def english_in(text: str) -> list[str]:
    """English messages and words in what a command showed."""
    whole = " ".join(text.split())
    left = [one.pattern for one in PATTERNS if one.search(whole)]
    return left + ENGLISH.findall(AS_TYPED.sub(" ", whole).lower())


def kram(
    folder: Path, *words: str, typed: str = "", **changes: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command in Indonesian, without a sound card, with all files in ``folder``."""
    own = {
        "KRAM_LANG": "id",
        "NO_COLOR": "1",
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "PULSE_SERVER": f"unix:{folder}/none",
    }
    return subprocess.run(
        [sys.executable, str(ROOT / "run.py"), *words],
        input=typed, capture_output=True, text=True, cwd=folder, timeout=200,
        env=os.environ | own | changes,
    )  # fmt: skip


def test_english_is_seen() -> None:
    assert english_in("kram: x.wav is empty; give a WAV file of 8 to 48 kHz, mono or stereo")
    assert english_in("settings\n  stays as it was")
    assert not english_in('kram: harus berupa jam, misalnya "22:00" (`systemctl --user stop kram`)')


@pytest.mark.parametrize("name", ["", *COMMANDS, "phrases check", "phrases try", "phrases say"])
def test_help_is_indonesian(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRAM_LANG", "id")
    monkeypatch.setenv("COLUMNS", "500")
    try:
        with pytest.raises(SystemExit) as ended:
            main.main([*name.split(), "--help"])
    finally:
        use_language("en")
    told = capsys.readouterr().out
    assert ended.value.code == 0 and told.startswith("cara pakai: ")
    # the names of measurements and of commands are what is typed
    told = re.sub(r"yang mana: .*|\{[a-z-]+(,[a-z-]+)*\}|listen|^ *phrases.*try.*$", "", told)
    assert not english_in(re.sub(r"\b(check|try|say|ways)\b", "", told))


def wav(folder: Path) -> str:
    with wave.open(str(folder / "long.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * 8000 * 61))
    return "long.wav"


def written(name: str, content: str) -> Callable[[Path], str]:
    """A maker of a file, which gives its name."""

    def make(folder: Path) -> str:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
        return name

    return make


WRONG_USE: list[tuple[list[str | Callable[[Path], str]], int]] = [
    (["bogus"], 2),
    (["listen", "--bogus"], 2),
    (["listen", "--input"], 2),
    (["recognize"], 2),
    (["recognize", "--state", "asleep", "a.wav"], 2),
    (["dashboard", "--port", "x"], 2),
    (["listen", "--input", "none.wav"], 2),
    (["listen", "--input", written("empty.wav", "")], 2),
    (["listen", "--input", written("text.wav", "RIFF....")], 2),
    (["listen", "--input", written("other.wav", "once upon a time")], 2),
    (["listen", "--input", "-"], 2),
    (["listen", "--input", wav, "--output", written("notes.txt", "mine")], 2),
    (["listen", "--input", wav, "--output", "none/out.wav"], 2),
    (["listen", "--input", wav, "--output", "long.wav"], 2),
    (["listen", "--input", wav, "--events", written("notes.txt", "mine")], 2),
    (["recognize", wav], 2),
    (["understand", "--phrases", "none", "kram"], 2),
    (["understand", "--phrases", written("p/a.yaml", "language: en"), "kram"], 2),
    (["build", "--base", "none"], 2),
    (["phrases", "check", "none"], 2),
    (["phrases", "say", "none.yaml"], 2),
    (["restore", "none.zip"], 2),
    (["restore", written("no.zip", "no backup")], 2),
    (["backup", "kram.zip"], 2),
    (["backup", written("notes.txt", "mine")], 2),
    (["serve", "--uri", "here"], 2),
    (["serve", "--uri", "tcp://0.0.0.0:10300"], 2),
    (["serve", "--announce"], 2),
    (["tell"], 2),
    (["bench", "bogus"], 2),
    (["settings"], 2),
    (["listen"], 3),
]


@pytest.mark.parametrize(("words", "code"), WRONG_USE, ids=lambda one: str(one)[:60])
def test_errors_are_indonesian(
    words: list[str | Callable[[Path], str]], code: int, tmp_path: Path
) -> None:
    done = kram(tmp_path, *(one if isinstance(one, str) else one(tmp_path) for one in words))
    assert done.returncode == code, done.stderr
    assert done.stderr and "Traceback" not in done.stderr
    # in brackets: what a library says, in its own words, and the names of measurements
    told = re.sub(r"\([^()]*\)", "", done.stderr).replace(" say ", " ")
    assert not english_in(re.sub(r"Sebutkan salah satu dari .*", "", told)), done.stderr


CONFIGS = [
    "[profile", "name = 'Sri'", "[bogus]\na = 1", "profile = 3", "[profile]\nbogus = 1",
    "[profile]\nname = 3", "[profile]\nleg = 'up'", "[profile]\nconditions = 'x'",
    "[profile]\nconditions = ['x']", "[profile]\npregnant = 'yes'", "[profile]\nrate = 9",
    "[speaking]\nvoice = 'a'", "[speaking]\nvoice = 3", "[speaking]\nvoice = 'mb-de1'",
    "[sound]\nnight_from = '25:00'", "[serve]\nmax_clients = 1.5", "[tell]\nmqtt = 'x'",
    "[tell]\nwebhook = 'x'", "[tell]\nwebhook = 'http://a.id/b'", "[tell]\nca_file = '/none'",
    "[tell]\nwho = 'B'\nwebhook = 'http://a.id/b'\nmqtt = 'mqtt://a.id/b'",
    "[terminal]\nlanguage = 'english'",
]  # fmt: skip


@pytest.mark.parametrize("text", CONFIGS)
def test_mistakes_in_the_configuration_are_told_in_indonesian(text: str, tmp_path: Path) -> None:
    written("config/kram/config.toml", text)(tmp_path)
    done = kram(tmp_path, "tell")
    assert done.returncode == 2, done.stderr
    assert not english_in(re.sub(r"\([^()]*\)|Bagian yang ada: .*|Tulis .*", "", done.stderr))


PHRASES = [
    "language: id\nintents: {a: 3}", "language: id\nintents: [a]", "a: [", "\ta: 1", "a: 1\na: 2",
    "- a", "", "a: &x 1\nb: *x", "---\na: 1\n---\nb: 1",
    "language: id\nintents: {a: {data: [{sentences: ['(a']}]}}",
    "language: id\nintents: {a: {data: [{sentences: ['<b>']}]}}",
    "language: id\nintents: {a: {data: [{sentences: ['{b}']}]}}",
    "language: id\nintents: {a: {data: [{sentences: ['']}]}}",
]  # fmt: skip


@pytest.mark.parametrize("text", PHRASES)
def test_mistakes_in_phrases_are_told_in_indonesian(text: str, tmp_path: Path) -> None:
    written("p/a.yaml", text)(tmp_path)
    done = kram(tmp_path, "phrases", "check", "p")
    assert done.returncode in (1, 2), done.stderr
    told = re.sub(r"\([^()]*\)|(a|Yang boleh): .*", "", done.stdout + done.stderr)
    assert not english_in(told)


def test_settings_ask_and_answer_in_indonesian(tmp_path: Path) -> None:
    answers = "Sri\nNenek\nkiri\nkira-kira\nya\ntidak\nkencing manis\n9\n0,9\n1\nBudi\n\n\n"
    done = kram(tmp_path, "settings", typed=answers)
    assert done.returncode == 0, done.stderr
    assert "Kaki yang biasanya kram (kiri/kanan/keduanya)" in done.stdout
    assert "harus dijawab ya atau tidak" in done.stdout
    assert not english_in(done.stdout.replace(str(tmp_path), ""))
    kept = (tmp_path / "config/kram/config.toml").read_text(encoding="utf-8")
    assert 'leg = "left"' in kept or 'leg = "kiri"' in kept
    again = kram(tmp_path, "settings", typed="\n" * 20)
    assert "(kiri)" in again.stdout and "tidak berubah" in again.stdout
    assert (tmp_path / "config/kram/config.toml").read_text(encoding="utf-8") == kept


def test_doctor_and_the_files_of_a_user_are_told_in_indonesian(tmp_path: Path) -> None:
    written("config/kram/config.toml", '[tell]\nwho = "Budi"\n')(tmp_path)
    doctor = kram(tmp_path, "doctor")
    assert doctor.returncode == 3
    table = re.sub(r"\([^()]*\)|espeak-ng|→", "", doctor.stdout)
    assert "BENAHI  mikrofon " in table and not english_in(table)
    assert "run.py doctor" not in doctor.stdout  # that is what is running
    english = kram(tmp_path, "doctor", "--json").stdout
    again = kram(tmp_path, "doctor", "--json", KRAM_LANG="en").stdout
    # free disk space may differ from run to run
    assert re.sub(r"\d+\.\d GB", "", english) == re.sub(r"\d+\.\d GB", "", again)
    names = [json.loads(line)["name"] for line in english.splitlines()]
    assert {"microphone", "loudspeaker", "files"} <= set(names)
    stored = (tmp_path / "data/kram/doctor.json").read_text(encoding="utf-8")
    assert '"microphone"' in stored and "mikrofon" not in stored
    for words in (["backup", "k.zip"], ["restore", "k.zip"], ["uninstall"]):
        done = kram(tmp_path, *words)
        assert done.returncode == 0, done.stderr
        told = re.sub(r"\d+\.\d MB|pip \w+|run.py \w+", "", done.stdout)
        assert not english_in(told.replace(str(tmp_path), "")), told


def test_what_a_sentence_means_is_told_in_indonesian_and_json_is_not(tmp_path: Path) -> None:
    words = ("phrases", "try", "kaki saya kram", "tolong nyalakan lampu", "kram")
    plain = kram(tmp_path, *words)
    assert plain.returncode == 0 and "  arti " in plain.stdout
    assert not english_in(re.sub(r"→ \w+|sebagai \w+|\S+\.yaml:.*|arti .*?\(", "", plain.stdout))
    record = kram(tmp_path, *words, "--json").stdout
    assert record == kram(tmp_path, *words, "--json", KRAM_LANG="en").stdout


@pytest.mark.parametrize("heard", [False, True])
@pytest.mark.parametrize("peak", [-60.0, -10.0])
@pytest.mark.parametrize("words", ["", "kaki saya kram"])
def test_what_the_loopback_test_found_is_told_in_indonesian(
    heard: bool, peak: float, words: str
) -> None:
    use_language("id")
    try:
        for noise in (-90.0, -10.0):
            air = LoopbackResult(noise, heard, 100, -20.0, 0.5, 12.0, words, peak)
            for name, _ok, found, fix in health_checks(air):
                told = re.sub(r"'.*'|duplex = .*? di", "", f"{shown(name)} {shown(found)}")
                assert not english_in(f"{told} {shown(fix)}")
    finally:
        use_language("en")


@pytest.mark.parametrize("level", [0, 2, 32767])
def test_a_bad_level_of_the_microphone_is_told_in_indonesian(level: int) -> None:
    sound = np.where(np.arange(1000) % 2, level, -level).astype(np.int16)
    use_language("id")
    try:
        problem = level_problem(sound)
        assert problem is not None
        assert not english_in(f"{shown(problem[0])} {shown(problem[1])}")
    finally:
        use_language("en")


def test_set_up_is_told_in_indonesian(tmp_path: Path) -> None:
    plan = project_plan(tmp_path)
    out = StringIO()
    use_language("id")
    try:
        for needs in (Needs(model=True, microphone=True), Needs(tests=True)):
            for step in steps(plan, needs):
                bar = ProgressBar(step.title, out)
                bar.update(0.5)
                bar.done() if needs.model else bar.failed()
        with pytest.raises(KramError) as no_program:
            run_quietly(["none-of-these"], tmp_path / "log", 0, lambda: None)
        out.write(no_program.value.shown)
    finally:
        use_language("en")
    told = out.getvalue()
    assert "paket Python ..." in told and "selesai dalam 0 detik" in told and " gagal" in told
    assert "none-of-these tidak terpasang di sini" in told
    assert not english_in(re.sub(r"none-of-these", "", told))


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("name", STEPS)
def test_what_the_compiler_does_is_shown_in_indonesian(name: str, tmp_path: Path) -> None:
    log = tmp_path / "build.log"
    log.write_text(json.dumps({"step": name, "done": 0.5}) + "\n", encoding="utf-8")
    out = Terminal()
    use_language("id")
    try:
        show_progress(log, ProgressBar("model", out))
    finally:
        use_language("en")
    assert " 50 %" in out.getvalue() and name not in out.getvalue()
    log.write_text(json.dumps({"step": name, "done": 0.0}) + "\n", encoding="utf-8")
    show_progress(log, ProgressBar("model", unknown := Terminal()))
    assert "%" not in unknown.getvalue()  # the bar moves: nobody knows how much is left


def test_the_unit_speaks_to_people_in_indonesian() -> None:
    use_language("id")
    try:
        for namespaces in (False, True):
            for network in (False, True):
                unit = Unit(("/kram",), (), network=network, namespaces=namespaces)
                told = "\n".join(re.findall(r"^(?:#|Description=)(.*)$", unit_text(unit), re.M))
                assert "Kram, panduan suara" in told and not english_in(told)
    finally:
        use_language("en")


@pytest.mark.decodes_sound
def test_the_demonstration_ends_in_indonesian(tmp_path: Path) -> None:
    done = kram(tmp_path, "demo", "--story", str(ROOT / "tests/stories/aduh.yaml"))
    assert done.returncode == 0, done.stderr
    told = re.sub(r"→ \w+", "", done.stdout)
    assert "percakapan sampai di akhirnya" in told and not english_in(told)
    assert not english_in(done.stderr)
