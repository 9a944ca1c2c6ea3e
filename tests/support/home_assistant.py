"""Home Assistant itself in a process of its own: onboarding, config flows, pipelines, states."""

import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from websockets.sync.client import ClientConnection, connect

from assistant.audio.pcm import RATE

CONFIGURATION = """
homeassistant: {{name: Rumah, latitude: 0, longitude: 0, elevation: 0, unit_system: metric,
  time_zone: UTC, country: ID, language: id}}
http: {{server_host: 127.0.0.1, server_port: {port}}}
api:
config:
websocket_api:
ffmpeg: {{ffmpeg_bin: {ffmpeg}}}
"""

CLIENT = "http://127.0.0.1/"
PIECE = 2048
"""Bytes of sound that a satellite sends at once."""


class HomeAssistant:
    """A running Home Assistant, through its own HTTP and WebSocket interfaces."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._token = ""
        self._socket: ClientConnection | None = None
        self._messages = 0

    def wait_until_ready(self, process: "subprocess.Popen[bytes]", seconds: float) -> None:
        """Wait for the HTTP server."""
        end = time.monotonic() + seconds
        while True:
            assert process.poll() is None, "Home Assistant has ended"
            try:
                self._request("/api/onboarding")
            except OSError:
                assert time.monotonic() < end, "Home Assistant did not start"
                time.sleep(1)
            else:
                return

    def onboard(self) -> None:
        """Create the owner, and log in as them."""
        owner = {"client_id": CLIENT, "name": "Ibu", "username": "ibu", "password": "rahasia",
                 "language": "id"}  # fmt: skip
        code = self._request("/api/onboarding/users", owner)["auth_code"]
        form = f"grant_type=authorization_code&code={code}&client_id={CLIENT}".encode()
        self._token = str(self._request("/auth/token", form)["access_token"])
        self._socket = connect(f"ws://127.0.0.1:{self._port}/api/websocket", max_size=None)
        assert json.loads(self._socket.recv())["type"] == "auth_required"
        self._socket.send(json.dumps({"type": "auth", "access_token": self._token}))
        assert json.loads(self._socket.recv(60))["type"] == "auth_ok"

    def add_wyoming(self, port: int) -> str:
        """Add a Wyoming service by the config flow, as the settings page does; its title."""
        flows = "/api/config/config_entries/flow"
        flow = self._request(flows, {"handler": "wyoming", "show_advanced_options": False})
        filled = {"host": "127.0.0.1", "port": port}
        entry = self._request(f"{flows}/{flow['flow_id']}", filled)
        assert entry["type"] == "create_entry", entry
        return str(entry["title"])

    def call(self, **message: Any) -> Any:
        """The result of a WebSocket command."""
        number = self._send(message)
        while (answer := self._receive())["id"] != number or answer["type"] != "result":
            pass
        assert answer["success"], answer
        return answer["result"]

    def state(self, entity: str) -> str:
        """The state of an entity in the state machine."""
        return str(self._request(f"/api/states/{entity}")["state"])

    def entities(self, domain: str) -> list[str]:
        """The entities of a domain, by name."""
        names = [str(state["entity_id"]) for state in self.call(type="get_states")]
        return sorted(name for name in names if name.startswith(f"{domain}."))

    def agents(self) -> dict[str, str]:
        """The conversation agents that speak Indonesian: id and name."""
        found = self.call(type="conversation/agent/list", language="id")["agents"]
        return {str(agent["id"]): str(agent["name"]) for agent in found}

    def run_pipeline(
        self, pipeline: str, sound: npt.NDArray[np.int16]
    ) -> dict[str, dict[str, Any]]:
        """Stream ``sound`` (16 kHz) in real time through a pipeline, from speech to intent.

        Returns the data of its events by type.
        """
        number = self._send(
            {"type": "assist_pipeline/run", "start_stage": "stt", "end_stage": "intent",
             "input": {"sample_rate": RATE}, "pipeline": pipeline, "timeout": 60}
        )  # fmt: skip
        events: dict[str, dict[str, Any]] = {}
        assert self._socket is not None
        while "stt-start" not in events:
            events |= self._event(number)
        handler = bytes([events["run-start"]["runner_data"]["stt_binary_handler_id"]])
        data, due = sound.tobytes(), time.monotonic()
        for at in range(0, len(data), PIECE):
            self._socket.send(handler + data[at : at + PIECE])
            due += PIECE / 2 / RATE
            time.sleep(max(0.0, due - time.monotonic()))
        self._socket.send(handler)
        while "run-end" not in events:
            events |= self._event(number)
        return events

    def _event(self, number: int) -> dict[str, dict[str, Any]]:
        message = self._receive()
        if message["id"] != number or message["type"] != "event":
            assert message.get("success", True), message
            return {}
        event = message["event"]
        return {event["type"]: event["data"] or {}}

    def _send(self, message: dict[str, Any]) -> int:
        assert self._socket is not None
        self._messages += 1
        self._socket.send(json.dumps({"id": self._messages, **message}))
        return self._messages

    def _receive(self) -> dict[str, Any]:
        assert self._socket is not None
        found: dict[str, Any] = json.loads(self._socket.recv(90))
        return found

    def _request(self, path: str, body: object = None) -> dict[str, Any]:
        """GET, or POST with a body: JSON, or bytes of a form."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}{path}", data)
        if body is not None and not isinstance(body, bytes):
            request.add_header("Content-Type", "application/json")
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        with urllib.request.urlopen(request, timeout=60) as answer:
            found = json.load(answer)
        return found if isinstance(found, dict) else {"list": found}


@contextmanager
def home_assistant(
    environment: Path, folder: Path, port: int, home: str
) -> Iterator[HomeAssistant]:
    """Home Assistant of ``environment`` (a venv), onboarded; ``home``: YAML of its devices."""
    folder.mkdir(parents=True)
    program = "import imageio_ffmpeg as f; print(f.get_ffmpeg_exe())"
    ffmpeg = subprocess.check_output([environment / "bin/python", "-c", program], text=True)
    text = CONFIGURATION.format(port=port, ffmpeg=ffmpeg.strip())
    (folder / "configuration.yaml").write_text(text + home, encoding="utf-8")
    command = [environment / "bin/python", "-m", "homeassistant", "-c", folder, "--skip-pip"]
    with (folder / "hass.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            running = HomeAssistant(port)
            running.wait_until_ready(process, 180)
            running.onboard()
            yield running
        finally:
            process.terminate()
            process.wait(60)
