"""The dashboard: its content, access control, and rendering in a real browser."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from assistant.apps.cli import main
from assistant.apps.cli.commands.dashboard import current_page
from assistant.apps.dashboard.http_server import HEADERS, open_server
from assistant.apps.dashboard.page import FLAGS, REASONS, REJECTIONS, Page, PageData, make_page
from assistant.apps.doctor.checks import HealthCheck
from assistant.apps.doctor.stored_checks import save_checks
from assistant.asr.rejection import REJECTION_TEXTS, RejectionReason
from assistant.core.errors import KramError, MissingError
from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue.notes import EpisodeStarted
from assistant.dialogue.script.loader import load_script
from assistant.nlu.reason import REASON_TEXTS, InterpretationReason
from assistant.runtime.diary.store import Episode, SqliteDiary, read_episodes
from assistant.runtime.diary.texts import load_diary_texts
from assistant.runtime.transcript_log import Entry
from tests.support.browser import Browser
from tests.support.paths import ROOT

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=timezone(timedelta(hours=7)))
EVIL = '<script>alert(1)</script><img src="http://example.org/x">'


def entry(minutes: int, text: str, **more: object) -> Entry:
    values = {
        "intent": "cramp_now", "accepted": True, "confidence": 0.97, "threshold": 0.6,
        "reason": InterpretationReason.EXACT, "state": ListeningState.IDLE,
    } | more  # fmt: skip
    return Entry(NOW - timedelta(minutes=minutes), text, **values)  # type: ignore[arg-type]


def facts(**more: object) -> PageData:
    """A week with a sign of danger, a refused sentence and a silent microphone."""
    nights = [
        Episode(NOW - timedelta(days=days, hours=5), seconds, leg, "", helped, flags)
        for days, seconds, leg, helped, flags in (
            (20, 300.0, "left", "stretch", ""),
            (3, 420.0, "right", "stretch,massage", "clot"),
            (0, None, "", "", ""),
        )
    ]
    values: dict[str, object] = {
        "episodes": nights,
        "helped": load_diary_texts(OWN_PHRASES).helped,
        "transcript_enabled": True,
        "heard": [
            entry(5, "kaki saya kram"),
            entry(9, EVIL, accepted=False, confidence=0.31, reason=None),
            entry(80, "tolong", accepted=False, reason=InterpretationReason.SINGLE_WORD),
        ],
        "findings": [
            HealthCheck("microphone", False, "USB mic gives nothing but silence", "unmute it"),
            HealthCheck("disk", True, "20 GB free"),
        ],
        "checked": NOW,
        "config": "~/.config/kram/config.toml",
    }
    return PageData(**(values | more))  # type: ignore[arg-type]


@contextmanager
def served(page: Page) -> Iterator[str]:
    """Serve a page; gives its address."""
    with open_server(lambda: page, 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def ask(address: str, method: str = "GET", path: str = "/", host: str = "") -> tuple[int, str, str]:
    """Status, headers and body of an answer."""
    connection = http.client.HTTPConnection(address, timeout=20)
    connection.request(method, path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    return answer.status, str(answer.headers), answer.read().decode()


def test_what_stands_on_the_page() -> None:
    page = make_page(facts(), NOW)
    assert page.summary == "Dalam tujuh hari ini: 2 kali kram."
    assert "bengkak" in page.warning and "dokter" in page.warning
    latest, flagged, old = page.nights
    assert (latest.when, latest.minutes) == ("hari ini 02.30", "tidak diketahui")
    assert (flagged.when, flagged.leg, flagged.minutes) == ("Jumat 20-11 02.30", "kanan", "7 menit")
    assert flagged.helped == "peregangan, pijatan" and old.flags == ""
    outcomes = [one.outcome for one in page.heard]
    assert outcomes[0] == "dipahami (cramp_now)"
    assert outcomes[1] == "tidak dihiraukan: kurang yakin (31 %, perlu 60 %)"
    assert "hanya satu kata" in outcomes[2]
    assert [check.name for check in page.checks] == ["Mikrofon", "Tempat di disk"]
    calm = make_page(facts(episodes=[], heard=[]), NOW)
    assert calm.warning == "" and "tidak ada kram" in calm.summary


@pytest.mark.parametrize("reason", InterpretationReason)
def test_every_reason_has_a_text_and_an_indonesian_line(reason: InterpretationReason) -> None:
    assert reason.text and list(REASON_TEXTS.values()).count(reason.text) == 1
    (row,) = make_page(facts(heard=[entry(1, "x", accepted=False, reason=reason)]), NOW).heard
    assert row.outcome == f"tidak langsung dipakai: {REASONS[reason]}" and REASONS[reason]


@pytest.mark.parametrize("rejection", RejectionReason)
def test_every_rejection_has_a_text_and_an_indonesian_line(rejection: RejectionReason) -> None:
    assert rejection.text and list(REJECTION_TEXTS.values()).count(rejection.text) == 1
    (row,) = make_page(facts(heard=[entry(1, "x", accepted=False, rejection=rejection)]), NOW).heard
    assert row.outcome == f"tidak dihiraukan: {REJECTIONS[rejection]}" and REJECTIONS[rejection]


def test_every_warning_sign_has_an_indonesian_name() -> None:
    assert set(FLAGS) == {flag.name for flag in load_script(OWN_PHRASES).flags}


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
    page = current_page()
    assert [night.leg for night in page.nights] == ["kiri"]
    assert page.transcript_enabled and [one.text for one in page.heard] == ["kaki kiri"]
    assert page.checks == () and page.checked == ""  # doctor has not run yet
    stored = kram / "doctor.json"
    save_checks(stored, [HealthCheck("microphone", False, "none", "plug one in")], NOW)
    before = {path: path.read_bytes() for path in kram.iterdir()}
    page = current_page()
    assert [(one.name, one.ok) for one in page.checks] == [("Mikrofon", False)]
    assert page.checked == current_page().checked != ""
    assert {path: path.read_bytes() for path in kram.iterdir()} == before
    for damaged in ("", "[]", '{"at": "x"}', '{"at": "2026-11-23T07:30:00", "checks": [{}]}'):
        stored.write_text(damaged, encoding="utf-8")
        assert current_page().checks == ()
    (kram / "heard.jsonl").unlink()
    (kram / "config.toml").unlink()
    assert current_page().transcript_enabled is False
    (kram / "config.toml").write_text("[journal]\nheard = 3\n")
    assert [night.leg for night in current_page().nights] == ["kiri"]
    diary.close()


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


def test_in_a_browser() -> None:
    with served(make_page(facts(), NOW)) as address, Browser() as browser:
        for width, dark in ((1000, False), (360, False), (360, True)):
            browser.open(f"http://{address}/", width=width, dark=dark)
            assert browser.value("document.documentElement.scrollWidth") <= width
            assert browser.value(CONTRAST) >= 7  # WCAG's highest demand, AAA
            size = browser.value("parseFloat(getComputedStyle(document.body).fontSize)")
            assert size >= 18
        assert browser.value("document.documentElement.lang") == "id"
        assert browser.value("document.querySelectorAll('h2').length") == 3
        text = browser.value("document.body.innerText")
        assert "Malam-malam terakhir" in text and EVIL in text
        # what strangers say is text, and nobody else is asked for anything
        assert browser.value("document.scripts.length + document.images.length") == 0
        assert {re.sub(r"favicon.ico$", "", url) for url in browser.requests} == {
            f"http://{address}/"
        }
        told = [one for one in browser.complaints if "favicon" not in one]
        assert all("404" in one for one in told), told


def test_the_browser_would_tell_of_a_request() -> None:
    """The test above can fail: the policy forbids what a page without it would ask for."""
    with served(make_page(facts(), NOW)) as address, Browser() as browser:
        browser.open(f"http://{address}/")
        browser.value("document.body.append(Object.assign(new Image(), {src: '/outside.png'}))")
        browser.value("document.body.append(Object.assign(document.createElement('style')))")
        browser.value("fetch('/outside.json').catch(() => 0); 1")
        browser.ask("Page.getLayoutMetrics")
        assert any("Content Security Policy" in one for one in browser.complaints)
