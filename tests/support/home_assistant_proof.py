"""Sound becomes light: Kram's `serve` with Home Assistant itself (`tests/home_assistant.sh`).

    python -m tests.support.home_assistant_proof ENVIRONMENT FOLDER

``ENVIRONMENT``: a venv with Home Assistant; ``FOLDER``: for everything that is written.
"""

import shutil
import socket
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from assistant.audio.interfaces import SPEECH_RATE
from assistant.audio.pcm import RATE
from tests.support.fresh_process import speak_fresh
from tests.support.home_assistant import HomeAssistant, home_assistant
from tests.support.wyoming_server import serving

LAMPS = ("lampu kamar", "lampu teras")

HOME = """
input_boolean: {saklar_lampu_kamar: {}, saklar_lampu_teras: {}}
light:
  - platform: template
    lights:
"""
LIGHT = """
      %(entity)s:
        friendly_name: %(name)s
        value_template: "{{ is_state('input_boolean.saklar_%(entity)s', 'on') }}"
        turn_on: {service: input_boolean.turn_on,
                  target: {entity_id: input_boolean.saklar_%(entity)s}}
        turn_off: {service: input_boolean.turn_off,
                   target: {entity_id: input_boolean.saklar_%(entity)s}}
"""

PHRASES = """
language: id
lists:
  name: {values: [lampu kamar, lampu teras]}
intents:
  HassTurnOn: {data: [{sentences: ["(nyalakan | hidupkan) {name}"]}]}
  HassTurnOff: {data: [{sentences: ["(matikan | padamkan) {name}"]}]}
"""

BUILT_IN = {"conversation.home_assistant", "homeassistant"}
"""Home Assistant's own conversation agent, the latter before it was an entity."""

QUIET = 0.5
"""Seconds before the words; as much follows before the stream ends."""


def entity(name: str) -> str:
    """What Home Assistant calls a device in its entity ids."""
    return name.replace(" ", "_")


def said(text: str) -> npt.NDArray[np.int16]:
    """``text`` in a synthetic voice, 16 kHz, with quiet around it."""
    (clip,) = speak_fresh((text,), "id+m3")
    quiet = np.zeros(round(QUIET * RATE), dtype=np.int16)
    speech = soxr.resample(clip.samples, SPEECH_RATE, RATE) // 2
    return np.concatenate([quiet, speech.astype(np.int16), quiet, quiet])


def pipeline(home: HomeAssistant, name: str, stt: str, conversation: str) -> str:
    """A new voice assistant of Home Assistant, in Indonesian; its id."""
    created = home.call(
        type="assist_pipeline/pipeline/create", name=name, language="id",
        stt_engine=stt, stt_language="id", conversation_engine=conversation,
        conversation_language="id", tts_engine=None, tts_language=None, tts_voice=None,
        wake_word_entity=None, wake_word_id=None,
    )  # fmt: skip
    return str(created["id"])


def speech_of(events: dict[str, dict[str, Any]]) -> str:
    """What Home Assistant would say."""
    response = events["intent-end"]["intent_output"]["response"]
    return str(response["speech"].get("plain", {}).get("speech", ""))


def prove_home(home: HomeAssistant, assistant: str) -> None:
    """Two lamps are switched by voice, and only the one that was named."""
    for text, states in (
        ("nyalakan lampu kamar", ("on", "off")),
        ("hidupkan lampu teras", ("on", "on")),
        ("matikan lampu kamar", ("off", "on")),
    ):
        events = home.run_pipeline(assistant, said(text))
        heard = events.get("stt-end", {}).get("stt_output", {}).get("text")
        assert heard == text, events
        now = tuple(home.state(f"light.{entity(name)}") for name in LAMPS)
        assert now == states, (now, events)
        print(f"ok    {text!r}: {dict(zip(LAMPS, now, strict=True))}; {speech_of(events)!r}")


def prove_guide(home: HomeAssistant, assistant: str) -> None:
    """The cramp guide answers in words."""
    events = home.run_pipeline(assistant, said("kaki saya kram"))
    assert events["stt-end"]["stt_output"]["text"] == "kaki saya kram", events
    assert speech_of(events), events
    print(f"ok    'kaki saya kram': {speech_of(events)[:60]!r} …")


def prove_own_sentences(home: HomeAssistant, assistant: str) -> None:
    """What is heard is also understood by Home Assistant's own agent."""
    events = home.run_pipeline(assistant, said("nyalakan lampu kamar"))
    assert home.state("light.lampu_kamar") == "on", events
    print(f"ok    with Home Assistant's own sentences: {speech_of(events)!r}")


def prove_silence(home: HomeAssistant, assistant: str) -> None:
    """Nothing said is an error that Home Assistant knows, not a hanging pipeline."""
    events = home.run_pipeline(assistant, np.zeros(2 * RATE, dtype=np.int16))
    assert events["error"]["code"] == "stt-no-text-recognized", events
    print(f"ok    silence: {events['error']['code']}")


def lamps(home: HomeAssistant) -> list[str]:
    """The lamps, once they are all there: templates are read after the start."""
    end = time.monotonic() + 60
    while len(found := home.entities("light")) < len(LAMPS):
        assert time.monotonic() < end, f"only {found}"
        time.sleep(0.5)
    return found


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def main(environment: Path, folder: Path) -> None:
    """Run all proofs; raises AssertionError at the first that fails."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "rumah").mkdir(parents=True)
    (folder / "rumah/rumah.yaml").write_text(PHRASES, encoding="utf-8")
    devices = HOME + "".join(LIGHT % {"name": name, "entity": entity(name)} for name in LAMPS)
    with (
        serving(folder / "guide") as (guide_port, _),
        serving(folder / "home", "--phrases", str(folder / "rumah")) as (home_port, serve),
        home_assistant(environment, folder / "config", free_port(), devices) as home,
    ):
        version = home.call(type="get_config")["version"]
        print(f"ok    Home Assistant {version} is there, with {lamps(home)}")
        print(
            f"ok    Wyoming integration: {home.add_wyoming(home_port)!r} added by its config flow"
        )
        ears, minds = home.entities("stt"), home.agents()
        home.add_wyoming(guide_port)
        print(f"      {home.entities('stt')}, {home.agents()}")
        (builtin,) = minds.keys() & BUILT_IN
        own = [mind for mind in minds if mind != builtin]
        # in 2024.3 Wyoming has ears and voices only, and Home Assistant itself understands
        assistant = pipeline(home, "Rumah", ears[0], own[0] if own else builtin)
        prove_home(home, assistant)
        prove_silence(home, assistant)
        if own:
            (other,) = set(home.entities("stt")) - set(ears)
            (guide,) = home.agents().keys() - minds.keys()
            prove_guide(home, pipeline(home, "Kram", other, guide))
            prove_own_sentences(home, pipeline(home, "Bawaan", ears[0], builtin))
        serve.kill()
        before = [home.state(f"light.{entity(name)}") for name in LAMPS]
        events = home.run_pipeline(assistant, said("matikan lampu teras"))
        after = [home.state(f"light.{entity(name)}") for name in LAMPS]
        assert "error" in events and before == after, events
        print(f"ok    the server killed: {events['error']['code']}")
    print("Home Assistant itself has been spoken to")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute())
