"""Windows and macOS, as far as Linux can tell: folders, voices, and no lock without fcntl.

Where Windows has its folders only Windows can say; that is untested.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.core.paths import config_folder, data_folder
from assistant.tts.espeak_voice import EspeakVoice
from assistant.tts.select_voice import SYSTEMS, InstalledVoice, indonesian, select_voice
from tests.support.paths import ROOT

# As pyttsx3's drivers describe them: sapi5.py and nsss.py, `_toVoice`.
WINDOWS = [
    InstalledVoice(
        "HKEY_LOCAL_MACHINE\\...\\TTS_MS_EN-US_DAVID_11.0", "Microsoft David", ("en-US",)
    ),
    InstalledVoice(
        "HKEY_LOCAL_MACHINE\\...\\MSTTS_V110_idID_Andika", "Microsoft Andika", ("id-ID",)
    ),
]
MACOS = [
    InstalledVoice("com.apple.speech.synthesis.voice.Alex", "Alex", ("en_US",)),
    InstalledVoice("com.apple.speech.synthesis.voice.damayanti", "Damayanti", ("id_ID",)),
    InstalledVoice("com.apple.voice.compact.ms-MY.Amira", "Amira", ("ms_MY",)),
]


@pytest.mark.parametrize(("offered", "part"), [(WINDOWS, "Andika"), (MACOS, "damayanti")])
def test_the_indonesian_voice_is_found(offered: list[InstalledVoice], part: str) -> None:
    assert part in str(indonesian(offered))
    assert part in str(indonesian(reversed(offered)))
    assert indonesian([one for one in offered if part not in one.id]) is None


@pytest.mark.parametrize("language", ["id", "ID", "id-ID", "id_ID", "ind", "\x05id", "\x02id-id"])
def test_every_way_of_writing_the_language_is_known(language: str) -> None:
    assert (
        indonesian([InstalledVoice("a", "A", ("en",)), InstalledVoice("b", "B", (language,))])
        == "b"
    )


@pytest.mark.parametrize("language", ["", "it", "hi-ID", "en-ID", "x-id", "idx", "Unknown"])
def test_other_languages_are_not_taken_for_it(language: str) -> None:
    assert indonesian([InstalledVoice("a", "Microsoft Zira", (language,))]) is None


def test_a_voice_without_a_language_is_known_by_its_name() -> None:
    assert (
        indonesian([InstalledVoice("a", "Alex"), InstalledVoice("b", "Bahasa Indonesia (wanita)")])
        == "b"
    )


def test_espeak_speaks_wherever_it_is() -> None:
    for platform in ("linux", *SYSTEMS):
        assert isinstance(select_voice(platform), EspeakVoice)


def without_espeak(platform: str) -> str:
    """What ``select_voice`` says in a process that can load no espeak."""
    program = """
import sys
sys.path.insert(0, sys.argv[1])
from assistant.core.errors import MissingError
def gone(*_):
    raise MissingError("no espeak here")
import assistant.tts.espeak_voice
assistant.tts.espeak_voice.synthesise = gone
from assistant.tts.select_voice import select_voice
try:
    print(type(select_voice(sys.argv[2])).__name__)
except MissingError as error:
    print(error)
"""
    command = [sys.executable, "-c", program, str(ROOT), platform]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_without_espeak_the_error_says_what_to_do() -> None:
    assert without_espeak("linux") == "no espeak here"
    # here pyttsx3 has no voices of a system, or espeak's own
    told = without_espeak("darwin")
    assert told == "SystemVoice" or "no voice here speaks Indonesian" in told


def test_folders_are_where_the_system_has_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data_folder("linux") == tmp_path / ".local/share/kram"
    assert config_folder("linux") == tmp_path / ".config/kram"
    assert data_folder("darwin") == tmp_path / "Library/Application Support/kram"
    assert config_folder("darwin") == data_folder("darwin")


def test_set_up_can_be_loaded_without_fcntl() -> None:
    program = """
import sys
sys.path.insert(0, sys.argv[1])
sys.modules["fcntl"] = None
import tempfile, pathlib
from assistant.apps.bootstrap import steps
from assistant.apps.bootstrap.processes import setup_lock
with setup_lock(pathlib.Path(tempfile.mkdtemp()) / "work") as lock:
    assert lock > 0
"""
    command = [sys.executable, "-c", program, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
