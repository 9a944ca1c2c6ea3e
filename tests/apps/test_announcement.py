"""The announcement of the server by zeroconf: real mDNS, on the loopback interface."""

import time
from pathlib import Path

from zeroconf import ServiceBrowser, ServiceListener, Zeroconf

from assistant.apps.cli import main
from assistant.apps.wyoming.announcement import SERVICE
from tests.support.wyoming_server import serving


class Found(ServiceListener):
    """The services that are there now: name → port."""

    def __init__(self) -> None:
        self.ports: dict[str, int] = {}

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        info = zc.get_service_info(type_, name, timeout=10_000)
        assert info is not None
        assert info.parsed_addresses() == ["127.0.0.1"]
        self.ports[name] = info.port or 0

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self.ports.pop(name, None)

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        pass

    def become(self, ports: list[int]) -> bool:
        """Whether the ports become these within some seconds."""
        end = time.monotonic() + 20
        while sorted(self.ports.values()) != sorted(ports):
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True


def test_home_assistant_finds_it_while_it_serves_and_no_longer(tmp_path: Path) -> None:
    network = Zeroconf(interfaces=["127.0.0.1"])
    found = Found()
    browser = ServiceBrowser(network, SERVICE, found)
    try:
        with serving(tmp_path / "quiet"):
            with serving(tmp_path / "one", "--expose", "--announce") as (one, _):
                assert found.become([one])
                with serving(tmp_path / "two", "--expose", "--announce") as (two, _):
                    assert found.become([one, two])
                    names = [name.removesuffix(f".{SERVICE}") for name in found.ports]
                    assert all(name.startswith("kram-") for name in names)
                    # two on one computer are told apart, whoever hears of whom
                    assert {name.rsplit("-", 1)[1] for name in names} == {str(one), str(two)}
                assert found.become([one])
            assert found.become([])
    finally:
        browser.cancel()
        network.close()


def test_a_host_that_has_no_address_is_told(capsys) -> None:
    assert main.main(["serve", "--uri", "tcp://localhost:0", "--expose", "--announce"]) == 1
    assert "cannot be announced" in capsys.readouterr().err
