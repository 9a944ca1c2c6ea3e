"""The dashboard: its content, access control, and rendering in a real browser."""

import http.client
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from assistant.apps.cli import main
from assistant.apps.cli.commands.dashboard import current_page
from assistant.apps.dashboard.http_server import HEADERS, open_server
from assistant.apps.dashboard.page import Page, PageData, make_page
from assistant.apps.dashboard.page_language import page_language
from assistant.apps.dashboard.page_texts import CHECKS, FLAGS, LABELS, outcome
from assistant.apps.dashboard.timeline import MOST_HEARD, NIGHTS, Records
from assistant.apps.doctor.checks import HealthCheck
from assistant.apps.doctor.stored_checks import save_checks
from assistant.apps.utterance_texts import INTENTS, REASONS, REJECTIONS
from assistant.asr.rejection import REJECTION_TEXTS, RejectionReason
from assistant.core.errors import KramError, MissingError
from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_PHRASES
from assistant.core.single_instance import single_instance
from assistant.core.translation import in_language, shown, use_language
from assistant.dialogue.notes import EpisodeStarted
from assistant.dialogue.script.loader import load_script
from assistant.nlu.reason import REASON_TEXTS, InterpretationReason
from assistant.nlu.templates.phrase_loader import load_phrases
from assistant.runtime.diary.store import Episode, SqliteDiary, read_episodes
from assistant.runtime.diary.texts import load_diary_texts
from assistant.runtime.night_log import NightEvent, NightKind, NightLog
from assistant.runtime.transcript_log import Entry
from tests.support.browser import Browser
from tests.support.paths import ROOT


@pytest.fixture(autouse=True)
def indonesian() -> Iterator[None]:
    """What is not said otherwise is about the page in Indonesian."""
    use_language("id")
    yield
    use_language("en")


NOW = datetime(2026, 11, 23, 7, 30, tzinfo=timezone(timedelta(hours=7)))
EVIL = '<script>alert(1)</script><img src="http://example.org/x">'


def entry(minutes: int, text: str, **more: object) -> Entry:
    values = {
        "intent": "cramp_now", "accepted": True, "confidence": 0.97, "threshold": 0.6,
        "reason": InterpretationReason.EXACT, "state": ListeningState.IDLE,
    } | more  # fmt: skip
    return Entry(NOW - timedelta(minutes=minutes), text, **values)  # type: ignore[arg-type]


def event(
    hours: float, kind: NightKind, about: str = "", detail: str = "", ok: bool = True
) -> NightEvent:
    return NightEvent(NOW - timedelta(hours=hours), kind, about, detail, ok)


EVENTS = (
    event(75, NightKind.EMERGENCY),
    event(74.9, NightKind.EMERGENCY_OVER, ok=False),
    event(10, NightKind.LISTENING),
    event(6, NightKind.EMERGENCY),
    event(5.9, NightKind.MESSAGE, "emergency", "the webhook answered 404", False),
    event(5.8, NightKind.EMERGENCY_OVER, ok=True),
    event(2, NightKind.DEVICE, "microphone", "away"),
    event(1, NightKind.DEVICE, "microphone", "back"),
)
"""The first emergency belongs to the cramp three nights ago."""

HEARD = (
    entry(5, "kaki saya kram"),
    entry(9, EVIL, accepted=False, confidence=0.31, reason=None),
    entry(80, "tolong", accepted=False, reason=InterpretationReason.SINGLE_WORD),
)


def facts(**more: object) -> PageData:
    """A week with signs of danger, a refused sentence and a silent microphone."""
    cramps = [
        Episode(NOW - timedelta(days=days, hours=5), seconds, leg, "", helped, flags, severity)
        for days, seconds, leg, helped, flags, severity in (
            (20, 300.0, "left", "stretch", "", ""),
            (3, 420.0, "right", "stretch,massage", "clot,emergency", "severe"),
            (0, None, "", "", "", "mild"),
        )
    ]
    records = {"episodes": cramps, "events": EVENTS, "heard": HEARD}
    for name in records.keys() & more.keys():
        records[name] = more.pop(name)  # type: ignore[assignment]
    values: dict[str, object] = {
        "records": Records(**records),  # type: ignore[arg-type]
        "words": load_diary_texts(OWN_PHRASES),
        "transcript_enabled": True,
        "findings": [
            HealthCheck("disk", True, "20 GB free"),
            HealthCheck("microphone", False, "USB mic gives nothing but silence", "unmute it"),
        ],
        "checked": NOW,
        "config": "~/.config/kram/config.toml",
        "is_running": True,
    }
    return PageData(**(values | more))  # type: ignore[arg-type]


@contextmanager
def served(page: Page | Callable[[], Page], is_configured: bool = True) -> Iterator[str]:
    """Serve a page; gives its address."""
    make = (lambda: page) if isinstance(page, Page) else page
    with open_server(make, 0, is_configured) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def ask(
    address: str, method: str = "GET", path: str = "/", host: str = "", language: str = ""
) -> tuple[int, str, str]:
    """Status, headers and body of an answer."""
    connection = http.client.HTTPConnection(address, timeout=20)
    headers = {"Host": host, "Accept-Language": language}
    connection.request(method, path, headers={name: one for name, one in headers.items() if one})
    answer = connection.getresponse()
    return answer.status, str(answer.headers), answer.read().decode()


def test_the_nights_the_last_one_first() -> None:
    page = make_page(facts(), NOW)
    assert page.summary == "Dalam tujuh hari ini: 2 kali kram (1 berat, 1 ringan)."
    last, flagged, old = page.nights
    assert last.title == "Tadi malam (Minggu 22 ke Senin 23 November)"
    assert last.summary == "1 kali kram, ada yang perlu diperhatikan" and last.is_danger
    assert [(one.clock, one.kind, one.text) for one in last.moments] == [
        ("21.30", "quiet", "Kram mulai mendengarkan"),
        ("01.30", "danger", "Keadaan darurat, tanpa kram"),
        ("01.36", "danger", "Pesan darurat tidak sampai"),
        ("01.42", "quiet", "Keadaan darurat berakhir: ternyata tidak apa-apa"),
        ("02.30", "cramp", "Kram"),
        ("05.30", "danger", "Mikrofon terlepas"),
        ("06.10", "refused", "“tolong”"),
        ("06.30", "quiet", "Mikrofon kembali"),
        ("07.21", "refused", f"“{EVIL}”"),
        ("07.25", "obeyed", "“kaki saya kram”"),
    ]
    assert last.moments[-1].detail == "dipahami (sedang kram) dan dijalankan"
    assert last.moments[-2].detail == "tidak dihiraukan: kurang yakin (31 %, perlu 60 %)"
    assert "hanya satu kata" in last.moments[6].detail
    assert last.moments[4].detail == "Sakitnya ringan. Lamanya tidak diketahui."
    assert flagged.title == "Malam Kamis 19 ke Jumat 20 November"
    assert [one.text for one in flagged.moments] == [
        "Kram kaki kanan", "Keadaan darurat", "Keadaan darurat berakhir",
    ]  # fmt: skip
    assert flagged.moments[0].detail == (
        "Sakitnya berat. Lamanya 7 menit. Yang membantu: peregangan, pijatan. "
        "Tanda bahaya: bengkak, gelap, atau panas, darurat."
    )
    assert old.summary == "1 kali kram" and not old.is_danger


def test_what_is_to_be_seen_first() -> None:
    alone, message, sign = (
        make_page(facts(), NOW).warnings[0],
        *reversed(make_page(facts(), NOW).warnings[1:]),
    )
    assert alone.startswith("1 kali keadaan darurat tanpa kram, terakhir hari ini 01.30. Katanya")
    assert message.startswith("1 pesan tidak sampai, terakhir hari ini 01.36.")
    assert "bengkak" in sign and "Jumat 20 November 02.30" in sign and "dokter" in sign
    calm = make_page(facts(episodes=[], events=[], heard=[]), NOW)
    assert calm.warnings == () and calm.nights == () and "tidak ada kram" in calm.summary


@pytest.mark.parametrize(
    ("more", "title", "detail", "kind"),
    [
        ({}, "Kram mendengarkan", "Sejak kemarin 21.30.", "good"),
        ({"events": EVENTS[:-1]}, "Kram tidak bisa mendengar", "", "bad"),
        ({"is_running": False}, "Kram tidak mendengarkan", "berhenti mendadak", "bad"),
        (
            {"is_running": False, "events": (*EVENTS, event(0.5, NightKind.ENDED))},
            "Kram tidak mendengarkan",
            "Dimatikan hari ini 07.00.",
            "bad",
        ),
        ({"is_running": False, "events": ()}, "Kram tidak mendengarkan", "jalankan Kram", "bad"),
        ({"events": ()}, "Kram sedang disiapkan", "Belum mendengarkan", "quiet"),
        ({"is_running": None}, "Kram mendengarkan", "Sejak kemarin 21.30.", "good"),
        (
            {"deaf_until": NOW + timedelta(hours=1)},
            "Kram sengaja tidak mendengarkan",
            "sampai pukul 08.30, atas permintaan",
            "quiet",
        ),
    ],
)
def test_whether_it_listens(more: dict[str, object], title: str, detail: str, kind: str) -> None:
    status = make_page(facts(**more), NOW).status
    assert (status.title, status.kind) == (title, kind) and detail in status.detail


def test_the_microphone_is_told_of_while_kram_runs() -> None:
    assert make_page(facts(), NOW).status.microphone == "Mikrofon tersambung."
    muted = (*EVENTS, event(0.5, NightKind.DEVICE, "microphone", "muted"))
    status = make_page(facts(events=muted), NOW).status
    assert "mungkin dibisukan (sejak hari ini 07.00)" in status.microphone
    assert not status.microphone_ok
    # a restart begins with a microphone that is there
    again = (*muted, event(0.1, NightKind.LISTENING))
    assert make_page(facts(events=again), NOW).status.microphone_ok


def test_a_device_that_is_back_at_once_worries_nobody() -> None:
    """A busy computer may open a device twice when Kram starts."""
    hour = 1 / 3600

    def told(seconds: float, about: str = "microphone") -> list[str]:
        events = (
            event(1, NightKind.DEVICE, "microphone", "away"),
            event(1 - seconds * hour, NightKind.DEVICE, about, "back"),
        )
        (night,) = make_page(facts(episodes=[], events=events, heard=[]), NOW).nights or (None,)
        return [one.text for one in night.moments] if night else []

    assert told(1) == []
    assert told(60) == ["Mikrofon terlepas", "Mikrofon kembali"]
    assert told(1, "loudspeaker") == ["Mikrofon terlepas", "Pengeras suara kembali"]


@pytest.mark.parametrize(
    ("hour", "titles"),
    [
        (2, ["Malam ini", "Malam Sabtu 21 ke Minggu 22 November"]),
        (8, ["Tadi malam", "Malam Sabtu 21 ke Minggu 22 November"]),
        (15, ["Hari ini", "Tadi malam"]),
        (22, ["Malam ini", "Malam Minggu 22 ke Senin 23 November"]),
    ],
)
def test_which_night_is_meant(hour: int, titles: list[str]) -> None:
    now = NOW.replace(hour=hour)
    heard = [Entry(now - timedelta(hours=ago), "ya", "yes", True, 1, 0.5, None, ListeningState.IDLE)
             for ago in (0, 24)]  # fmt: skip
    shown = make_page(facts(episodes=[], events=[], heard=heard), now).nights
    assert [one.title.split(" (")[0] for one in shown] == titles


def test_no_evening_is_too_long_for_the_page() -> None:
    heard = [entry(minutes, f"kalimat {minutes}") for minutes in range(200)]
    cramps = [Episode(NOW - timedelta(days=day), None, "", "", "", "") for day in range(30)]
    page = make_page(facts(episodes=cramps, events=[], heard=heard), NOW)
    assert len(page.nights) == NIGHTS
    said = [one.text for one in page.nights[0].moments if one.kind == "obeyed"]
    assert len(said) == MOST_HEARD and said[-1] == "“kalimat 0”"
    assert page.nights[0].left_out == 200 - MOST_HEARD


def test_the_checks_are_told_those_that_failed_first() -> None:
    first, second = make_page(facts(), NOW).checks
    assert (first.ok, first.text) == (False, "Mikrofon tidak menangkap suara dengan benar.")
    assert (second.text, second.advice) == ("Tempat di disk cukup.", "")


def test_what_is_in_english_stands_apart() -> None:
    assert make_page(facts(), NOW).details == (
        "disk: 20 GB free",
        "microphone: USB mic gives nothing but silence → unmute it",
        "2026-11-23 01:36: the webhook answered 404",
    )


def test_every_check_of_doctor_has_its_sentences() -> None:
    folder = ROOT / "assistant/apps/doctor"
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    pattern = r'HealthCheck\(\s*_\("([a-z ]+)"|yield(?: \(\s*|\s+)_\("([a-z ]+)"'
    names = set(re.findall(pattern, code))
    found = {one or other for one, other in names}
    assert found == set(CHECKS) and "own words" in found


@pytest.mark.parametrize("reason", InterpretationReason)
def test_every_reason_has_a_text_and_a_line(reason: InterpretationReason) -> None:
    assert reason.text and list(REASON_TEXTS.values()).count(reason.text) == 1
    told = outcome(entry(1, "x", accepted=False, reason=reason))
    assert told == f"tidak langsung dipakai: {shown(REASONS[reason])}"
    told = outcome(entry(1, "x", accepted=False, reason=reason, confidence=0.1, doubtful=True))
    assert told == f"ditanyakan dulu: {shown(REASONS[reason])}"


@pytest.mark.parametrize("rejection", RejectionReason)
def test_every_rejection_has_a_text_and_a_line(rejection: RejectionReason) -> None:
    assert rejection.text and list(REJECTION_TEXTS.values()).count(rejection.text) == 1
    told = outcome(entry(1, "x", accepted=False, rejection=rejection))
    assert told == f"tidak dihiraukan: {shown(REJECTIONS[rejection])}"


def test_every_warning_sign_has_a_name() -> None:
    assert set(FLAGS) == {flag.name for flag in load_script(OWN_PHRASES).flags}


def test_every_intent_has_a_name() -> None:
    book = load_phrases(OWN_PHRASES)
    assert set(INTENTS) == {one.intent for one in (*book.phrases, *book.text_only)}
    assert outcome(entry(1, "nyalakan lampu", intent="HassTurnOn")).startswith("dipahami dan")


# ---- in English --------------------------------------------------------------------------------


def english_page(**more: object) -> Page:
    with in_language("en"):
        return make_page(facts(**more), NOW)


def test_the_page_in_english() -> None:
    page = english_page()
    assert page.summary == "In the last seven days: 2 cramps (1 severe, 1 mild)."
    assert (page.status.title, page.status.detail) == (
        "Kram is listening",
        "Since yesterday 21:30.",
    )
    last, flagged, _old = page.nights
    assert last.title == "Last night (Sunday 22 to Monday 23 November)"
    assert last.summary == "1 cramp, something needs attention"
    assert [(one.clock, one.text) for one in last.moments] == [
        ("21:30", "Kram began to listen"),
        ("01:30", "Emergency, without a cramp"),
        ("01:36", "The emergency message: did not arrive"),
        ("01:42", "End of the emergency: nothing was wrong"),
        ("02:30", "Cramp"),
        ("05:30", "Microphone unplugged"),
        ("06:10", "“tolong”"),
        ("06:30", "Microphone back again"),
        ("07:21", f"“{EVIL}”"),
        ("07:25", "“kaki saya kram”"),
    ]
    assert last.moments[-1].detail == "understood (a cramp now) and obeyed"
    assert last.moments[-2].detail == "ignored: not certain enough (31%, needs 60%)"
    assert flagged.moments[0].text == "Cramp, right leg"
    assert flagged.moments[0].detail == (
        "It was severe. It lasted 7 min. What helped: stretching, massage. "
        "Warning sign: swollen, dark, or warm, emergency."
    )
    assert page.warnings[0].startswith("Emergencies without a cramp: 1, the last one today 01:30.")
    assert "Friday 20 November 02:30" in page.warnings[1]
    assert page.checks[0].text == "The microphone does not pick up sound properly."


INDONESIAN = re.compile(
    r"\b(yang|dan|di|ke|tidak|ada|kali|kaki|malam|untuk|waktu|sudah|belum|dengan|kram betis)\b",
    re.I,
)
"""Words without which there is hardly an Indonesian sentence."""


@pytest.mark.parametrize("more", [{}, {"transcript_enabled": False}, {"checked": None},
                                  {"is_running": False}, {"events": EVENTS[:-1]},
                                  {"deaf_until": NOW}])  # fmt: skip
def test_nothing_but_what_was_heard_is_indonesian_in_english(more: dict[str, object]) -> None:
    with in_language("en"):
        page = make_page(facts(**more), NOW)
        labels = " ".join(map(shown, LABELS.values()))
    with served(page) as address:
        body = ask(address)[2].replace("Bahasa Indonesia", "").replace("kaki saya kram", "")
    assert '<html lang="en">' in body and "The last nights" in body
    assert not INDONESIAN.findall(re.sub(r"<style>.*</style>|<[^>]*>", " ", body, flags=re.S))
    assert not INDONESIAN.findall(labels)


@pytest.mark.parametrize(
    ("wished", "accepted", "is_configured", "system", "language"),
    [
        ("", "", False, "en", "en"),
        ("", "", False, "id", "id"),
        ("", "id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7", False, "en", "id"),
        ("", "in", False, "en", "id"),
        ("", "ms;q=0.9, id;q=0.5", False, "en", "id"),
        ("", "en-US,en;q=0.9,id;q=0.8", False, "en", "en"),
        # nobody need have chosen the English of a browser
        ("", "en-US,en;q=0.9", False, "id", "id"),
        ("", "id", True, "en", "en"),
        ("en", "id", False, "id", "en"),
        ("id", "en", True, "en", "id"),
        ("ID", "", True, "en", "id"),
        ("in", "", True, "en", "id"),
        ("fr", "id;q=x, ;;q, ,q=0.5;", False, "en", "en"),
    ],
)
def test_who_chooses_the_language_of_the_page(
    wished: str, accepted: str, is_configured: bool, system: str, language: str
) -> None:
    with in_language(system):
        assert page_language(wished, accepted, is_configured) == language


def test_each_visitor_has_the_page_in_a_language() -> None:
    use_language("en")  # the system's
    with served(lambda: make_page(facts(), NOW), is_configured=False) as address:
        assert "The last nights" in ask(address, language="en-GB")[2]
        assert "Malam-malam terakhir" in ask(address, language="id-ID,id;q=0.9,en;q=0.5")[2]
        assert "The last nights" in ask(address, path="/?lang=en", language="id")[2]
        indonesian = ask(address, path="/?lang=id")[2]
        assert "Malam-malam terakhir" in indonesian and 'href="/?lang=en"' in indonesian
        for odd in ("/?lang=", "/?lang=%ff", "/?lang=../x&" + "a=1&" * 2000, "/?%00;lang"):
            assert ask(address, path=odd)[0] == 200


def test_only_this_computer_may_read_and_nobody_may_write() -> None:
    with served(make_page(facts(), NOW)) as address:
        status, headers, body = ask(address)
        assert status == 200 and "Malam-malam terakhir" in body
        assert all(f"{name}: {value}" in headers for name, value in HEADERS.items())
        assert "default-src 'none'" in headers and "&lt;script&gt;alert(1)" in body
        assert ask(address, host=f"localhost:{address.split(':')[1]}")[0] == 200
        for host in ("kram.example.org", "127.0.0.1.example.org:80", "evil:8119", "[::1]x"):
            refused = ask(address, host=host)
            assert refused[0] == 403 and "Malam" not in refused[2]
            assert "default-src 'none'" in refused[1]
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert ask(address, method)[0] == 405
        assert ask(address, path="/etc/passwd")[0] == 404
        assert ask(address, path="/../x")[0] == 404
        assert ask(address, "HEAD")[2] == ""


def test_a_silent_client_keeps_nobody_waiting() -> None:
    with served(make_page(facts(), NOW)) as address:
        host, port = address.split(":")
        with socket.create_connection((host, int(port))) as silent:
            silent.sendall(b"GET / HT")
            assert ask(address)[0] == 200


def test_trouble_is_told_without_details_of_the_code() -> None:
    def broken() -> Page:
        raise KramError("cannot read the diary; move it away")

    with open_server(broken, 0) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        status, _, body = ask(f"127.0.0.1:{server.server_port}")
        thread.join()
    assert (status, body) == (500, "500: cannot read the diary; move it away\n")
    taken = socket.create_server(("127.0.0.1", 0))
    with taken, pytest.raises(MissingError, match="--port"):
        open_server(broken, taken.getsockname()[1])


def test_the_pages_are_made_of_the_users_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    kram = tmp_path / "kram"
    assert read_episodes(kram / "diary.sqlite") == []
    diary = SqliteDiary(kram / "diary.sqlite", load_diary_texts(OWN_PHRASES))
    diary.take(EpisodeStarted("left"))
    (kram / "config.toml").write_text("[journal]\nheard = true\n")
    line = {"at": NOW.isoformat(), "text": "kaki kiri", "intent": "left", "accepted": True}
    line |= {"confidence": 1, "threshold": 0.5, "reason": "exact", "state": "conversation"}
    (kram / "heard.jsonl").write_text(json.dumps(line) + "\nhalf a li")
    NightLog(kram / "nights.jsonl").record({"t": 0.0, "event": "ready"})
    page = current_page()
    assert texts(page) == {"Kram kaki kiri", "“kaki kiri”", "Kram mulai mendengarkan"}
    assert page.transcript_enabled and page.status.title == "Kram tidak mendengarkan"
    with single_instance(kram / "listening.lock"):
        assert current_page().status.title == "Kram mendengarkan"
    assert page.checks == () and page.checked == ""  # doctor has not run yet
    stored = kram / "doctor.json"
    save_checks(stored, [HealthCheck("microphone", False, "none", "plug one in")], NOW)
    before = {path: path.read_bytes() for path in kram.iterdir()}
    page = current_page()
    assert [one.ok for one in page.checks] == [False]
    assert page.checked == current_page().checked != ""
    assert {path: path.read_bytes() for path in kram.iterdir()} == before
    for damaged in ("", "[]", '{"at": "x"}', '{"at": "2026-11-23T07:30:00", "checks": [{}]}'):
        stored.write_text(damaged, encoding="utf-8")
        assert current_page().checks == ()
    (kram / "heard.jsonl").unlink()
    (kram / "config.toml").unlink()
    assert current_page().transcript_enabled is False
    (kram / "config.toml").write_text("[journal]\nheard = 3\n")
    assert "Kram kaki kiri" in texts(current_page())
    diary.close()


def texts(page: Page) -> set[str]:
    return {one.text for night in page.nights for one in night.moments}


def test_a_visit_has_no_side_effects(tmp_path: Path) -> None:
    """The sound library is not even loaded, so nothing can be played or listened to."""
    visit = (
        "import sys; from assistant.apps.cli.commands.dashboard import current_page; "
        "current_page(); print([one for one in sys.modules if 'sounddevice' in one "
        "or one.endswith(('loopback_check', 'audio.loudspeaker', 'audio.microphone'))])"
    )
    homes = dict.fromkeys(("XDG_DATA_HOME", "XDG_CONFIG_HOME"), str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", visit],
        cwd=ROOT, env={**os.environ, **homes}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "[]\n", done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_port_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["dashboard", "--port", "99999"]) == 2
    assert "99999 is not a usable port" in capsys.readouterr().err


# ---- in a real browser -------------------------------------------------------------------------

CONTRAST = """
(() => {
  const part = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = (c) => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b); };
  const paper = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e)
    .backgroundColor; if (!/, 0\\)$/.test(c)) return c; } return 'rgb(255, 255, 255)'; };
  let least = 99;
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(paper(e))].sort((x, y) => y - x);
    least = Math.min(least, (a + 0.05) / (b + 0.05));
  }
  return least;
})()
"""
"""The least contrast of any text with what is behind it, as WCAG 2.1 defines it."""


PHONE, DESKTOP = 400, 1280


SMALLEST = """
Math.min(...[...document.querySelectorAll('body *')]
  .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
  .map((e) => parseFloat(getComputedStyle(e).fontSize)))
"""
"""The size in CSS pixels of the smallest letters."""


LINES_OF_TIME = """
Math.max(...[...document.querySelectorAll('time')].map((e) => {
  const range = document.createRange(); range.selectNodeContents(e);
  return range.getClientRects().length; }))
"""
"""On how many lines a time of the day is broken."""


@pytest.mark.parametrize(
    ("language", "nights"), [("id", "Malam-malam terakhir"), ("en", "The last nights")]
)
def test_in_a_browser(language: str, nights: str) -> None:
    use_language(language)
    with served(make_page(facts(), NOW)) as address, Browser() as browser:
        for width, dark in ((DESKTOP, False), (PHONE, False), (PHONE, True), (360, False)):
            browser.open(f"http://{address}/", width=width, dark=dark)
            browser.value("document.querySelectorAll('details').forEach((one) => one.open = true)")
            assert browser.value("document.documentElement.scrollWidth") <= width
            assert browser.value(CONTRAST) >= 7  # WCAG's highest demand, AAA
            assert browser.value(SMALLEST) >= 18
            assert browser.value(LINES_OF_TIME) == 1
        assert browser.value("document.documentElement.lang") == language
        assert browser.value("document.querySelectorAll('h2').length") == 2
        text = browser.value("document.body.innerText")
        assert nights in text and EVIL in text
        # what strangers say is text, and nobody else is asked for anything
        assert browser.value("document.scripts.length + document.images.length") == 0
        assert {re.sub(r"favicon.ico$", "", url) for url in browser.requests} == {
            f"http://{address}/"
        }
        told = [one for one in browser.complaints if "favicon" not in one]
        assert all("404" in one for one in told), told


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_what_is_seen_first_in_a_browser(width: int) -> None:
    with served(make_page(facts(), NOW)) as address, Browser() as browser:
        browser.open(f"http://{address}/", width=width, height=800)
        bottom = "document.querySelector('.status').getBoundingClientRect().bottom"
        assert browser.value(bottom) < 400, "whether it listens is seen without scrolling"
        shown = browser.value("[...document.querySelectorAll('details')].map((one) => one.open)")
        assert shown == [True, False, False, False]  # the last night; then two, and the details
        first = "document.querySelector('.night').innerText"
        assert "Kram kaki kanan" not in browser.value(first)
        assert "02.30" in browser.value(first) and "06.10" in browser.value(first)
        size = "parseFloat(getComputedStyle(document.querySelector('.big')).fontSize)"
        assert browser.value(size) >= 24


def test_the_link_to_the_other_language_in_a_browser() -> None:
    with served(lambda: make_page(facts(), NOW)) as address, Browser() as browser:
        browser.open(f"http://{address}/", width=PHONE)
        link = browser.value("document.querySelector('footer a').href")
        assert browser.value("document.querySelector('footer a').innerText") == "English"
        browser.open(link, width=PHONE)
        assert browser.value("document.querySelector('.big').innerText") == "Kram is listening"
        assert browser.value("document.querySelector('footer a').href").endswith("/?lang=id")


def test_the_browser_would_tell_of_a_request() -> None:
    """The test above can fail: the policy forbids what a page without it would ask for."""
    with served(make_page(facts(), NOW)) as address, Browser() as browser:
        browser.open(f"http://{address}/")
        browser.value("document.body.append(Object.assign(new Image(), {src: '/outside.png'}))")
        browser.value("document.body.append(Object.assign(document.createElement('style')))")
        browser.value("fetch('/outside.json').catch(() => 0); 1")
        browser.ask("Page.getLayoutMetrics")
        assert any("Content Security Policy" in one for one in browser.complaints)


def test_in_a_terminal_it_says_what_to_do_with_the_address() -> None:
    terminal, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "run.py"), "dashboard", "--port", "0"],
        stdout=theirs, cwd=ROOT, env=os.environ | {"KRAM_LANG": "id"},
    )  # fmt: skip
    os.close(theirs)
    told = b""
    while b"\n" not in told:
        told += os.read(terminal, 4096)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    os.close(terminal)
    line = r"Buka http://127\.0\.0\.1:\d+/ di peramban\. Ctrl-C mengakhirinya\.\s*"
    assert re.fullmatch(line, told.decode())
