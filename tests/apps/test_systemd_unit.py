"""The systemd unit, and the watchdog: heartbeats are sent only while audio arrives."""

import os
import shutil
import socket
import subprocess
import sys
import wave
from configparser import RawConfigParser
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.apps.cli import main
from assistant.apps.demo.story import Story, StoryLine, StoryMicrophone, TextListener
from assistant.apps.simulation.virtual_sound_card import VirtualSoundCard
from assistant.apps.systemd_unit import (
    Unit,
    folder_variables,
    namespaces_allowed,
    unit_file,
    unit_text,
)
from assistant.audio.wav_player import WavPlayer
from assistant.core.event_log import EventLog
from assistant.runtime.composition import open_components
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.sd_notify import SystemdNotifier
from assistant.runtime.session_options import SessionOptions
from assistant.runtime.spoken_errors import QUIET_SECONDS, spoken_recently
from tests.support.paths import ROOT


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path


def parsed(text: str) -> RawConfigParser:
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


def verify(file: Path) -> None:
    """Have systemd itself read the unit, where it is installed."""
    if shutil.which("systemd-analyze") is None:
        return
    # without a session there is no $XDG_RUNTIME_DIR, which the user's manager insists on
    runtime = {"XDG_RUNTIME_DIR": str(file.parent), "SYSTEMD_LOG_LEVEL": "warning"}
    done = subprocess.run(
        ["systemd-analyze", "--user", "--man=no", "verify", str(file)],
        capture_output=True,
        text=True,
        env=os.environ | runtime,
    )
    told = [line for line in done.stderr.splitlines() if "kram.service" in line]
    assert (done.returncode, told) == (0, []), done.stderr


def test_the_unit_is_written_shown_and_removed(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["install-service", "--print"]) == 0
    shown = capsys.readouterr().out
    assert not unit_file().exists()
    assert main.main(["install-service"]) == 0
    told = capsys.readouterr().out
    assert "systemctl --user enable --now kram.service" in told and "--remove" in told
    assert unit_file() == home / "config/systemd/user/kram.service"
    assert unit_file().read_text(encoding="utf-8") == shown
    # it looks where this shell looks
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        assert f'Environment="{name}={os.environ[name]}"\n' in shown
    verify(unit_file())
    wanted = unit_file().parent / "default.target.wants"
    wanted.mkdir()
    (wanted / "kram.service").symlink_to(unit_file())
    assert main.main(["install-service", "--remove"]) == 0
    assert "daemon-reload" in capsys.readouterr().out
    assert [file for file in (home / "config").rglob("*") if not file.is_dir()] == []
    assert main.main(["install-service", "--remove"]) == 0
    assert capsys.readouterr().out == f"{unit_file()} is not there, nothing to delete\n"


def test_the_service_can_do_little_and_is_watched(home: Path) -> None:
    service = parsed(unit_text(Unit(("/a/python", "listen"), (home / "data",))))["Service"]
    assert service["Type"] == "notify" and service["Restart"] == "always"
    assert int(service["WatchdogSec"]) > 0
    assert service["PrivateNetwork"] == "yes" and service["IPAddressDeny"] == "any"
    assert service["RestrictAddressFamilies"] == "AF_UNIX"
    assert service["ProtectSystem"] == "strict" and service["NoNewPrivileges"] == "yes"
    # without it a user's own manager builds no walls, or does not start the service at all
    assert service["PrivateUsers"] == "yes" and service["ProtectHome"] == "read-only"
    assert service["ReadWritePaths"] == f'"-{home}/data"'
    assert "MemoryMax" in service


def test_where_users_have_no_namespaces_it_still_starts_and_has_no_network(home: Path) -> None:
    bare = parsed(unit_text(Unit(("/a/python",), (home / "data",), namespaces=False)))["Service"]
    walls = ("Private", "Protect", "ReadWritePaths")
    assert [key for key in bare if key.startswith(walls)] == []
    assert bare["RestrictAddressFamilies"] == "AF_UNIX" and bare["NoNewPrivileges"] == "yes"
    open_ = unit_text(Unit(("/a/python",), (), network=True, namespaces=False))
    assert "AF_INET" in parsed(open_)["Service"]["RestrictAddressFamilies"]


def test_it_is_known_whether_users_have_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    own = subprocess.run(["unshare", "--user", "--mount", "--net", "true"], capture_output=True)
    assert namespaces_allowed() is (own.returncode == 0)
    monkeypatch.setenv("PATH", "/nowhere")
    assert not namespaces_allowed()


def test_the_network_is_open_only_for_a_message_to_somebody(home: Path) -> None:
    service = parsed(unit_text(Unit(("/a/python",), (), network=True)))["Service"]
    assert "PrivateNetwork" not in service and "IPAddressDeny" not in service
    assert service["PrivateUsers"] == "yes"
    assert "AF_INET" in service["RestrictAddressFamilies"]


def test_strange_folders_are_quoted(tmp_path: Path) -> None:
    folder = tmp_path / "my 100% $HOME folder"
    folder.mkdir()
    program = folder / "python"
    program.symlink_to(sys.executable)
    file = tmp_path / "kram.service"
    unit = Unit((str(program), "a $b"), (folder,), environment={"XDG_DATA_HOME": str(folder)})
    file.write_text(unit_text(unit), encoding="utf-8")
    verify(file)
    service = parsed(file.read_text(encoding="utf-8"))["Service"]
    written = str(folder).replace("%", "%%")
    assert service["ExecStart"] == f'"{written}/python" "a $$b"'
    assert service["Environment"] == f'"XDG_DATA_HOME={written}"'
    assert service["ReadWritePaths"] == f'"-{written}"'


def test_only_variables_that_name_a_folder_are_handed_on() -> None:
    shell = {"XDG_DATA_HOME": "/data", "XDG_CONFIG_HOME": "here", "HOME": "/h"}
    assert folder_variables(shell) == {"XDG_DATA_HOME": "/data"}


def listener(tmp_path: Path) -> socket.socket:
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(str(tmp_path / "notify"))
    told.settimeout(30)
    return told


def everything(told: socket.socket) -> list[str]:
    told.setblocking(False)
    messages = []
    try:
        while True:
            messages.append(told.recv(100).decode("ascii"))
    except BlockingIOError:
        return messages


def test_a_night_is_ready_alive_and_then_stopping(tmp_path: Path) -> None:
    night = tmp_path / "night.wav"
    with wave.open(str(night), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(16_000 * 2 * 5))
    with listener(tmp_path) as told:
        supervised = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "3000"}
        command = [sys.executable, str(ROOT / "run.py"), "listen", "--input", str(night)]
        with subprocess.Popen(command, env=os.environ | supervised, cwd=tmp_path) as process:
            messages: list[str] = []
            # read at once: the queue of such a socket is short
            while "STOPPING=1" not in messages:
                messages.append(told.recv(100).decode("ascii"))
        assert process.returncode == 0
    assert messages[0] == "READY=1"
    assert set(messages[1:-1]) == {"WATCHDOG=1"}


class LooseMicrophone(StoryMicrophone):
    """A microphone whose plug is out from second 10 to second 20."""

    @property
    def lost(self) -> bool:
        return 10.0 <= self._time < 20.0


def test_who_does_not_hear_does_not_say_that_all_is_well(tmp_path: Path) -> None:
    microphone = LooseMicrophone(Story("", (StoryLine("", "", "never"),), "never", limit=30))
    asked: list[float] = []

    def clock() -> float:
        asked.append(microphone._time)
        return microphone._time

    with listener(tmp_path) as told, EventLog(None) as log:
        ear, player = TextListener(microphone), WavPlayer(None)
        house = open_components(microphone, ear, player, log, SessionOptions())
        supervisor = SystemdNotifier(str(tmp_path / "notify"), 9.0, clock)
        ConversationLoop(replace(house, systemd=supervisor)).run()
        messages = everything(told)
    assert asked and not [at for at in asked if 10.03 < at < 19.97]
    # every three seconds: 3, 6, 9 and, plugged in again, 20, 23, 26, 29
    assert messages == ["READY=1", *["WATCHDOG=1"] * 7]


@pytest.mark.alone
def test_a_frozen_microphone_falls_silent_and_a_thawed_one_is_well_again(tmp_path: Path) -> None:
    """The sound server hangs: nobody says so, only the sound stays away."""
    with VirtualSoundCard() as card, listener(tmp_path) as told:
        supervised = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "600000",
                      "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}  # fmt: skip
        command = [sys.executable, str(ROOT / "run.py"), "listen"]
        with subprocess.Popen(command, env=card.environment | supervised) as process:
            try:
                assert [told.recv(100), told.recv(100)] == [b"READY=1", b"WATCHDOG=1"]
                with card.frozen():
                    told.settimeout(3)
                    with pytest.raises(TimeoutError):
                        # what is in the pipe comes through, then nothing any more
                        while told.recv(100) == b"WATCHDOG=1":
                            pass
                told.settimeout(30)
                assert told.recv(100) == b"WATCHDOG=1"
            finally:
                process.terminate()
        assert process.returncode == 0


def test_without_a_supervisor_nothing_is_sent() -> None:
    assert not SystemdNotifier.from_environment({}).is_present
    SystemdNotifier.from_environment({}).heartbeat()
    gone = SystemdNotifier.from_environment({"NOTIFY_SOCKET": "/nowhere/notify"})
    gone.heartbeat()
    gone.stopping()
    assert gone.is_present


def test_another_process_s_watchdog_is_not_ours(tmp_path: Path) -> None:
    times = iter([0.0, 100.0, 200.0])
    with listener(tmp_path) as told:
        foreign = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1000000",
                   "WATCHDOG_PID": "1"}  # fmt: skip
        supervisor = SystemdNotifier.from_environment(foreign)
        supervisor._clock = lambda: next(times)
        supervisor.heartbeat()
        supervisor.heartbeat()
        assert everything(told) == ["READY=1"]


def test_trouble_is_not_spoken_at_every_restart(tmp_path: Path) -> None:
    stamp = tmp_path / "data" / "trouble"
    assert not spoken_recently(stamp)
    begun = stamp.stat().st_mtime
    assert spoken_recently(stamp, lambda: begun + 20)
    assert not spoken_recently(stamp, lambda: begun + QUIET_SECONDS + 1)
    assert not spoken_recently(Path("/proc/nowhere/trouble"))
