"""A headless Chromium that opens one page, measures it and reports its requests.

Driven through its own DevTools protocol, over the ``websockets`` package. Needs Debian's
``chromium-headless-shell`` (or any Chromium), which the tests' set-up installs.
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from websockets.sync.client import ClientConnection, connect

from assistant.apps.bootstrap.apt import BROWSERS

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--remote-debugging-port=0", "--hide-scrollbars",
)  # fmt: skip
_PATIENCE = 60.0


class Browser:
    """One page of one browser; ``requests`` are the addresses that the page asked for."""

    def __init__(self) -> None:
        program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
        if program is None:
            raise RuntimeError(f"no browser: sudo apt install {BROWSERS[0]}")
        self._folder = tempfile.TemporaryDirectory(prefix="kram-browser-")
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._number = 0
        self._open = ExitStack()
        self._process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={self._folder.name}", "about:blank"],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"HOME": self._folder.name},
        )
        self._socket = self._connect()
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def _connect(self) -> ClientConnection:
        """To the page; the browser tells on stderr where it listens."""
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if "DevTools listening on " in line:
                address = line.split(" on ")[1].strip()
                break
        else:
            raise RuntimeError("the browser did not start")
        with connect(address, open_timeout=_PATIENCE, proxy=None) as control:
            control.send(json.dumps({"id": 1, "method": "Target.getTargets"}))
            answer = json.loads(control.recv(_PATIENCE))
        pages = [one for one in answer["result"]["targetInfos"] if one["type"] == "page"]
        host = address.split("/")[2]
        page = f"ws://{host}/devtools/page/{pages[0]['targetId']}"
        return self._open.enter_context(
            connect(page, open_timeout=_PATIENCE, proxy=None, max_size=None)
        )

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and wait for its answer; events that come before are noted."""
        self._number += 1
        number = self._number
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (message := self._next()).get("id") != number:
            pass
        assert "error" not in message, message
        return dict(message["result"])

    def _next(self) -> dict[str, Any]:
        message = json.loads(self._socket.recv(_PATIENCE))
        self.last = message.get("method", "")
        if self.last == "Network.requestWillBeSent":
            self.requests.append(message["params"]["request"]["url"])
        elif self.last == "Log.entryAdded":
            self.complaints.append(message["params"]["entry"]["text"])
        elif self.last == "Runtime.exceptionThrown":
            self.complaints.append(str(message["params"]["exceptionDetails"]))
        return dict(message)

    def open(self, address: str, width: int = 1000, height: int = 900, dark: bool = False) -> None:
        """Open a page in a window of this size and wait until all of it is there."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self.ask("Page.navigate", url=address)
        while self.last != "Page.loadEventFired":
            self._next()

    def value(self, expression: str) -> Any:
        """What a JavaScript expression gives on the page."""
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def picture(self, path: Path) -> None:
        """A PNG of the whole page."""
        shot = self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def __enter__(self) -> "Browser":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Debian's program is a shell script around the browser: to end the script is not enough.
        self.ask("Browser.close")
        self._open.close()
        self._process.wait(_PATIENCE)
        assert self._process.stderr is not None
        self._process.stderr.close()
        self._folder.cleanup()
