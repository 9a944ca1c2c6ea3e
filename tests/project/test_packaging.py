"""The add-on folder: its parts agree with each other, and the server starts as its script says."""

import re
import subprocess

import yaml

from assistant.apps.cli.main import parse
from assistant.core.paths import version
from tests.support.paths import ROOT

FOLDER = ROOT / "packaging/home-assistant"


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def test_the_add_on_is_this_version_and_its_options_are_those_of_the_script() -> None:
    config = yaml.safe_load(text("config.yaml"))
    assert config["version"] == version()
    assert config["options"].keys() == config["schema"].keys()
    assert set(re.findall(r'\.get\("(\w+)"\)', text("run.sh"))) == set(config["options"])
    (port,) = config["ports"]
    assert f"EXPOSE {port.removesuffix('/tcp')}" in text("Dockerfile")


def test_what_is_copied_into_the_image_is_in_the_folder_that_is_made() -> None:
    copied = re.findall(r"^COPY (\S+)", text("Dockerfile"), re.MULTILINE)
    assert copied == ["kram-*.whl", "run.sh"]
    made = re.search(r"\{(.+)\} ", text("make.sh"))
    assert made is not None
    for name in made[1].split(","):
        assert (FOLDER / name).is_file()
    assert {"Dockerfile", "config.yaml", "run.sh"} <= set(made[1].split(","))


def test_the_script_is_one_and_calls_the_server_that_there_is() -> None:
    for name in ("run.sh", "make.sh"):
        subprocess.run(["sh", "-n", FOLDER / name], check=True)
    (command,) = re.findall(r'kram (serve .+) "\$@"', text("run.sh"))
    arguments = parse(command.split())
    assert arguments.expose and arguments.uri.endswith(":10300") and not arguments.announce
