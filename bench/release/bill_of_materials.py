"""What `sbom` writes: every runtime component with its licence. Needs requirements-audit.txt."""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bench.common.paths import ROOT

MODEL = ROOT / "assistant/apps/bootstrap/base-model.json"

STATED = {"espeakng-loader": "GPL-3.0-or-later"}
"""The package states no licence; this is the licence of the espeak-ng that it contains."""

SHIPPED = {
    "models/networks/ko.npz": "CC-BY-SA-3.0",
    "models/networks/silero_vad.npz": "MIT",
    "assistant/asr/graph/e_words.txt": "Apache-2.0",
}
"""Files that are derived from other people's work, and their licences."""

_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)

_CLASSIFIERS = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


def write_bill(output: Path, licences: Path | None) -> int:
    """Write the SBOM, and the texts of all licences if ``licences`` names a file for them.

    Returns 1 if it is invalid or a pinned package is not installed.
    """
    missing: list[str] = []
    bom = make_bom(missing)
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong is not None:
        print(f"not valid: {wrong}")
        return 1
    record = json.loads(text)
    record.pop("serialNumber", None)
    record["metadata"].pop("timestamp", None)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    unlicensed = sorted(one.name for one in bom.components if not one.licenses)
    print(f"{output}: {len(bom.components)} components, CycloneDX 1.6, valid")
    print(f"not installed here: {', '.join(missing) or 'none'}; "
          f"without a stated licence: {', '.join(unlicensed) or 'none'}")  # fmt: skip
    if licences is not None:
        without = write_licences(licences)
        print(f"{licences}: without a text of its own: {', '.join(without) or 'none'}")
    return 1 if missing else 0


def make_bom(missing: list[str]) -> Bom:
    """The SBOM; appends the pinned packages that are not installed to ``missing``."""
    bom = Bom()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    licences = LicenseFactory()
    kram = Component(name=project["name"], version=project["version"],
                     type=ComponentType.APPLICATION, bom_ref="kram",
                     licenses=[licences.make_from_string("Apache-2.0")])  # fmt: skip
    bom.metadata.component = kram
    components: dict[str, Component] = {}
    found: dict[str, Distribution] = {}
    for name in pinned(ROOT / "requirements.txt"):
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            missing.append(name)
    for name, one in found.items():
        licence = licence_of(name, one)
        version = one.version
        components[name] = Component(
            name=name, version=version, type=ComponentType.LIBRARY,
            bom_ref=f"pkg:pypi/{name}@{version}", purl=PackageURL("pypi", None, name, version),
            licenses=[licences.make_from_string(licence)] if licence else [],
        )  # fmt: skip
        bom.components.add(components[name])
    files = [base_model(licences), *shipped_files(licences)]
    for file in files:
        bom.components.add(file)
    direct = set(pinned(ROOT / "requirements.txt", only_ours=True))
    bom.register_dependency(kram, [*files, *(components[n] for n in sorted(direct & found.keys()))])
    for name, one in found.items():
        wanted = [components[need] for need in sorted(needs_of(one)) if need in components]
        bom.register_dependency(components[name], wanted)
    return bom


def pinned(file: Path, only_ours: bool = False) -> Iterator[str]:
    """Names of pinned packages; with ``only_ours`` those of the first part of the file."""
    for line in file.read_text("utf-8").splitlines():
        if only_ours and line.startswith("# What those need"):
            return
        if "==" in line:
            yield canonicalize_name(line.split("==")[0])


def needs_of(one: Distribution) -> set[str]:
    """Names of the packages that ``one`` needs here, extras left out."""
    needs = [Requirement(line) for line in one.requires or ()]
    return {canonicalize_name(need.name) for need in needs
            if need.marker is None or need.marker.evaluate({"extra": ""})}  # fmt: skip


def licence_of(name: str, one: Distribution) -> str:
    """The stated licence, as SPDX if possible; empty if none is stated."""
    if name in STATED:
        return STATED[name]
    expression = one.metadata.get("License-Expression")
    if expression:
        return str(expression)
    for line in one.metadata.get_all("Classifier") or ():
        last = line.rsplit(" :: ", 1)[-1]
        if line.startswith("License ::") and last in _CLASSIFIERS:
            return _CLASSIFIERS[last]
    stated = str(one.metadata.get("License") or "").split("\n")[0].strip()
    return stated if len(stated) < 60 else ""  # some put the whole text there


def shipped_files(licences: LicenseFactory) -> list[Component]:
    """What of others is part of this repository; NOTICE says where each comes from."""
    return [
        Component(
            name=name, type=ComponentType.FILE, bom_ref=name,
            licenses=[licences.make_from_string(licence)],
            hashes=[HashType(
                alg=HashAlgorithm.SHA_256,
                content=hashlib.sha256((ROOT / name).read_bytes()).hexdigest(),
            )],
        )
        for name, licence in SHIPPED.items()
    ]  # fmt: skip


def write_licences(file: Path) -> list[str]:
    """Write our licence, NOTICE, and the texts in the packages; names those that have none."""
    parts = [("Kram", [ROOT / "LICENSE", ROOT / "NOTICE"])]
    without = []
    for name in pinned(ROOT / "requirements.txt"):
        try:
            one = distribution(name)
        except PackageNotFoundError:
            continue
        texts = sorted(
            found for path in one.files or ()
            if _LICENCE_FILE.match(path.name) and path.suffix not in (".py", ".pyc")
            # an .egg-info lists the files of the source archive, installed or not
            and (found := Path(str(one.locate_file(path)))).is_file()
        )  # fmt: skip
        parts.append((f"{name} {one.version}: {licence_of(name, one) or 'not stated'}", texts))
        if not texts:
            without.append(name)
    lines = []
    for title, texts in parts:
        lines += ["=" * 78, title, ""]
        lines += [text.read_text("utf-8", errors="replace") for text in texts]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return without


def base_model(licences: LicenseFactory) -> Component:
    """The acoustic model, which is downloaded and verified by its sha256."""
    model = json.loads(MODEL.read_text("utf-8"))
    name, version = model["package"], model["version"]
    return Component(
        name=name, version=version, type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref=f"pkg:pypi/{name}@{version}", purl=PackageURL("pypi", None, name, version),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=model["sha256"])],
        licenses=[licences.make_from_string("Apache-2.0")],  # of the upstream model, see NOTICE
    )  # fmt: skip
