"""Messages to a real broker and a real web server; no failure blocks Kram."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from assistant.apps.demo.story import Story, StoryLine, StoryMicrophone, TextListener
from assistant.audio.wav_player import WavPlayer
from assistant.core.errors import InputError
from assistant.core.event_log import EventLog, Record
from assistant.runtime.composition import open_components
from assistant.runtime.config import Config, check_config
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.notify.address import MqttAddress, parse_mqtt_address
from assistant.runtime.notify.background import BackgroundNotifier
from assistant.runtime.notify.messages import Delivery, Message, Recipient, Sender, Undelivered
from assistant.runtime.notify.mqtt import MqttSender
from assistant.runtime.notify.webhook import WebhookSender
from assistant.runtime.session_options import SessionOptions
from tests.support.paths import ROOT

MESSAGE = Message("emergency", "Kram: keadaan darurat, sesak napas.")
TOPIC = "kram/darurat"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A mosquitto on a free port that wants the password of ``kram``; yields the port."""
    folder = tmp_path_factory.mktemp("broker")
    folder.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    passwords = folder / "passwords"
    path = {"PATH": f"{os.environ['PATH']}:/usr/sbin"}
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(passwords), "kram", "rahasia"], check=True,
                   env=os.environ | path)  # fmt: skip
    passwords.chmod(0o644)
    (folder / "acl").write_text(f"user kram\ntopic readwrite {TOPIC}\n", encoding="utf-8")
    (folder / "acl").chmod(0o644)
    config = folder / "mosquitto.conf"
    # started by root it would else become somebody who may not read its files
    user = "user root\n" if os.geteuid() == 0 else ""
    config.write_text(
        f"{user}listener {port} 127.0.0.1\nallow_anonymous false\npersistence false\n"
        f"password_file {passwords}\nacl_file {folder / 'acl'}\n",
        encoding="utf-8",
    )
    program = shutil.which("mosquitto", path=f"{os.defpath}:/usr/sbin")
    assert program is not None, "set-up for the tests installs mosquitto"
    with subprocess.Popen([program, "-c", str(config)], stderr=subprocess.PIPE) as process:
        try:
            wait_for(port)
            yield port
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(f"nobody listens at {port}")


class Subscriber:
    """Somebody's telephone."""

    def __init__(self, port: int) -> None:
        self.got: list[bytes] = []
        self._subscribed, self._heard = threading.Event(), threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.username_pw_set("kram", "rahasia")
        self._client.on_connect = lambda c, *_: c.subscribe(TOPIC, qos=1)
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._hear
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self._subscribed.wait(30)

    def _hear(self, client: Client, data: object, message: MQTTMessage) -> None:
        self.got.append(message.payload)
        self._heard.set()

    def wait(self) -> None:
        assert self._heard.wait(30)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def telephone(broker: int) -> Iterator[Subscriber]:
    subscriber = Subscriber(broker)
    yield subscriber
    subscriber.close()


def at(port: int, topic: str = TOPIC) -> MqttAddress:
    return MqttAddress("127.0.0.1", port, topic, tls=False)


def test_a_message_reaches_whoever_has_subscribed(broker: int, telephone: Subscriber) -> None:
    MqttSender(at(broker), "kram", "rahasia", 30).send(MESSAGE)
    telephone.wait()
    assert [json.loads(got) for got in telephone.got] == [
        {"source": "kram", "about": "emergency", "text": MESSAGE.text}
    ]


def test_that_nobody_listens_is_no_success(broker: int) -> None:
    with pytest.raises(Undelivered, match="nobody has subscribed"):
        MqttSender(at(broker), "kram", "rahasia", 30).send(MESSAGE)


def test_a_broker_that_does_not_want_it_is_no_success(broker: int, telephone: Subscriber) -> None:
    with pytest.raises(Undelivered, match="refused"):
        MqttSender(at(broker), "kram", "falsch", 30).send(MESSAGE)
    with pytest.raises(Undelivered, match="refused the message: Not authorized"):
        MqttSender(at(broker, "other/topic"), "kram", "rahasia", 30).send(MESSAGE)
    assert telephone.got == []


def test_a_broker_that_is_not_there_or_says_nothing_is_no_success() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(Undelivered, match="no acknowledgement within"):
            MqttSender(at(port), "", "", 0.2).send(MESSAGE)
    with pytest.raises(Undelivered, match="cannot be reached"):
        MqttSender(at(port), "", "", 30).send(MESSAGE)


class Web(BaseHTTPRequestHandler):
    """Answers with the number in the path; ``/away`` leads somewhere else."""

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.got.append((self.path, json.loads(self.rfile.read(length))))
        status = 302 if self.path == "/away" else int(self.path.strip("/"))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/200")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # somebody else's way is not taken
    with ThreadingHTTPServer(("127.0.0.1", 0), Web) as server:
        server.got = []
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("path", "ok"), [("/200", True), ("/204", True), ("/404", False),
                                          ("/500", False), ("/away", False)])  # fmt: skip
def test_a_webhook_is_believed_only_when_it_says_so(
    web: ThreadingHTTPServer, path: str, ok: bool
) -> None:
    hook = WebhookSender(f"http://127.0.0.1:{web.server_port}{path}", 30)
    if ok:
        hook.send(MESSAGE)
    else:
        with pytest.raises(Undelivered, match="answered"):
            hook.send(MESSAGE)
    content = {"source": "kram", "about": "emergency", "text": MESSAGE.text}
    assert web.got == [(path, content)], "it is sent once, and nowhere else"


def test_a_webhook_that_hangs_up_or_says_nothing_is_no_success() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(Undelivered, match="cannot be reached"):
            WebhookSender(address, 0.2).send(MESSAGE)
    with pytest.raises(Undelivered, match="cannot be reached"):
        WebhookSender(address, 30).send(MESSAGE)


class StuckSender:
    """A way that never comes to an end."""

    def __init__(self) -> None:
        self.release = threading.Event()

    def send(self, message: Message) -> None:
        self.release.wait(60)


class Tired:
    """A way that fails the first time."""

    def __init__(self) -> None:
        self.tries = 0

    def send(self, message: Message) -> None:
        self.tries += 1
        if self.tries == 1:
            raise Undelivered("tired")


class Broken:
    def send(self, message: Message) -> None:
        raise RuntimeError("a mistake")


def outcomes(teller: BackgroundNotifier, count: int = 1) -> list[Delivery]:
    found: list[Delivery] = []
    deadline = time.monotonic() + 30
    while len(found) < count and time.monotonic() < deadline:
        found += teller.outcomes()
        time.sleep(0.01)
    return found


def test_a_message_is_tried_again() -> None:
    teller = BackgroundNotifier(Tired(), 30)
    assert not teller.pending
    teller.notify(MESSAGE)
    assert teller.pending, "until it is known how it went the program must not begin anew"
    assert outcomes(teller) == [Delivery("emergency", True)]
    assert not teller.pending
    teller.close()


def test_a_mistake_of_ours_is_a_failure_and_the_next_message_is_sent() -> None:
    teller = BackgroundNotifier(Broken(), 30)
    teller.notify(MESSAGE)
    teller.notify(MESSAGE)
    found = outcomes(teller, 2)
    assert [one.ok for one in found] == [False, False] and "a mistake" in found[0].why
    teller.close()


STORY = Story(
    "an emergency",
    (StoryLine("saya sesak napas dada sakit", "emergency", "ready", 2.0),),
    "never said",
    limit=75,
)


def evening(sender: Sender, wait: threading.Event | None = None) -> list[Record]:
    """An emergency in audio time. If ``wait`` is given, it waits for that after the message."""
    records: list[Record] = []

    def hear(record: Record) -> None:
        records.append(record)
        if record["event"] == "tell" and wait is not None:
            assert wait.wait(30)

    microphone = StoryMicrophone(STORY)
    # audio time is the clock: a stuck sender is given up after the same 12 s on any machine
    teller = BackgroundNotifier(sender, 5, lambda: microphone._time)
    with EventLog(None, (hear, microphone.listen)) as log:
        settings = SessionOptions(Config(tell=Recipient("Budi", mqtt="mqtt://x/y")))
        house = open_components(
            microphone, TextListener(microphone), WavPlayer(None), log, settings
        )
        ConversationLoop(replace(house, notifier=teller)).run()
    if isinstance(sender, StuckSender):
        sender.release.set()
    teller.close()
    return records


def test_an_emergency_reaches_the_telephone_and_that_is_said(
    broker: int, telephone: Subscriber
) -> None:
    class Watched(MqttSender):
        sent = threading.Event()

        def send(self, message: Message) -> None:
            super().send(message)
            self.sent.set()

    records = evening(Watched(at(broker), "kram", "rahasia", 30), Watched.sent)
    telephone.wait()
    assert json.loads(telephone.got[0])["about"] == "emergency"
    texts = [record.get("text") for record in records if record["event"] == "say_start"]
    assert "Pesan dikirim ke Budi." in texts
    [told] = [record for record in records if record["event"] == "told"]
    assert told["ok"] is True


def test_a_stuck_network_delays_nothing_and_is_said_to_have_failed() -> None:
    records = evening(StuckSender())
    [tell] = [float(str(r["t"])) for r in records if r["event"] == "tell"]
    said = [(float(str(r["t"])), str(r["text"])) for r in records if r["event"] == "say_start"]
    assert any(tell < when < tell + 3 for when, _ in said), "it goes on speaking at once"
    [failed] = [when for when, text in said if "gagal" in text]
    assert 11.9 < failed - tell < 12.5
    assert not any("dikirim" in text for _, text in said)
    assert records[-1]["t"] == pytest.approx(75, abs=5)


@pytest.mark.parametrize(
    ("section", "line", "advice"),
    [
        ('mqtt = "mqtt://h/t"', 2, "needs who"),
        ('who = "B"\nmqtt = "mqtt://h/t"\nwebhook = "http://h/"', 4, "keep one of the two"),
        ('mqtt = "http://h/t"', 2, "mqtt://192.168"),
        ('mqtt = "mqtt://h"', 2, "mqtt://192.168"),
        ('mqtt = "mqtt://a:b@h/t"', 2, "mqtt://192.168"),
        ('mqtt = "mqtt://h/a/#"', 2, "mqtt://192.168"),
        ('webhook = "ftp://h/"', 2, "http://homeassistant"),
        ('webhook = "http://a:b@h/"', 2, "http://homeassistant"),
        ('webhook = "http://h:x/"', 2, "http://homeassistant"),
        ("timeout_seconds = 0", 2, "a number from 1 to 60"),
    ],
)
def test_mistakes_in_tell_are_named(section: str, line: int, advice: str) -> None:
    with pytest.raises(InputError, match=f"line {line}: ") as caught:
        check_config(Path("config.toml"), f"[tell]\n{section}\n")
    assert advice in str(caught.value)


def test_addresses_of_brokers() -> None:
    assert parse_mqtt_address("mqtt://h/a/b") == MqttAddress("h", 1883, "a/b", False)
    assert parse_mqtt_address("mqtts://[::1]:9/a") == MqttAddress("::1", 9, "a", True)


def test_the_command_tries_it(broker: int, telephone: Subscriber, tmp_path: Path) -> None:
    def tell(config: str) -> "subprocess.CompletedProcess[str]":
        (tmp_path / "kram").mkdir(exist_ok=True)
        (tmp_path / "kram/config.toml").write_text(config, encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-m", "assistant.apps.cli", "tell"], capture_output=True, text=True,
            cwd=ROOT, env=os.environ | {"XDG_CONFIG_HOME": str(tmp_path)},
        )  # fmt: skip

    assert tell("").returncode == 2
    good = f"""[tell]\nwho = "Budi"\nmqtt = "mqtt://127.0.0.1:{broker}/{TOPIC}"
    mqtt_user = "kram"\nmqtt_password = "rahasia"\n"""
    done = tell(good)
    assert (done.returncode, done.stdout) == (0, "The test message to Budi was acknowledged.\n")
    done = tell(good.replace("rahasia", "salah"))
    assert done.returncode == 1 and "not acknowledged" in done.stderr
    assert "salah" not in done.stderr
