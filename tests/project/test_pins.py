"""requirements.txt is complete: every required package is pinned, at the tested version."""

import re
from importlib.metadata import distribution, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.paths import ROOT

LINE = re.compile(r"([\w.-]+)(?:\[[\w-]+\])?==([\w.]+)(; .+)?")


def pins(*names: str) -> dict[str, str]:
    found = {}
    for name in names:
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if not line or line.startswith(("#", "-c")):
                continue
            exact = LINE.fullmatch(line)
            assert exact, f"{name}: {line!r} is not pinned exactly"
            assert canonicalize_name(exact[1]) not in found, f"{line} stands there twice"
            found[canonicalize_name(exact[1])] = exact[2]
    return found


ALL = pins("requirements.txt", "requirements-dev.txt")
OWN = pins("requirements.txt")


@pytest.mark.parametrize("files", [OWN, ALL], ids=["to run", "to test"])
def test_what_the_packages_need_is_pinned_too(files: dict[str, str]) -> None:
    missing = set()
    for name in files:
        for line in distribution(name).requires or ():
            need = Requirement(line)
            needed = need.marker is None or need.marker.evaluate({"extra": ""})
            if needed and canonicalize_name(need.name) not in files:
                missing.add(f"{need.name}, which {name} needs")
    assert not missing


def test_what_only_measurements_need_is_pinned_too() -> None:
    for file in ROOT.glob("requirements-*.txt"):
        assert pins(file.name), file


def test_the_tests_run_with_the_pinned_versions() -> None:
    assert {name: version(name) for name in ALL} == ALL
