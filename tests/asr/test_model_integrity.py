"""No damaged model reaches Vosk or numpy: our own check refuses it first, or it is made again."""

import fcntl
import json
import os
import random
from pathlib import Path

import pytest

from assistant.asr import model_store
from assistant.asr.base_integrity import damaged_file
from assistant.asr.graph.base_model import KEPT, open_base
from assistant.asr.graph.second_pass_export import export_base
from assistant.asr.graph.weight_delta import load_weight_delta
from assistant.asr.graph.work_folder import work_folder
from assistant.asr.model_format import MANIFEST, read_manifest, set_sources, write_manifest
from assistant.asr.vosk_graphs import load_second_pass
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.core.errors import InputError, MissingError
from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_WEIGHT_DELTA

pytestmark = pytest.mark.decodes_sound

FILES = {"am/final.mdl": b"<Nnet3>" * 90, "graph/HCLG.fst": bytes(2000), "words.txt": b"a 1\n"}


def make_model(folder: Path) -> dict[str, object]:
    """A folder that has what a manifest lists; nothing in it is a model."""
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    write_manifest(folder, "key", "sources", {ListeningState.IDLE: "states/idle"})
    record = read_manifest(folder)
    assert record is not None
    return record


def damaged(chance: random.Random, content: bytes) -> bytes:
    """One to three bytes changed, or the end cut off, or some bytes put in."""
    new = bytearray(content)
    at = chance.randrange(len(new))
    match chance.randrange(3):
        case 0:
            for _ in range(chance.randint(1, 3)):
                new[chance.randrange(len(new))] ^= chance.randint(1, 255)
        case 1:
            del new[at:]
        case _:
            new[at:at] = chance.randbytes(chance.randint(1, 5))
    return bytes(new)


def test_any_change_of_any_file_or_of_the_manifest_is_noticed(tmp_path: Path) -> None:
    record, chance = make_model(tmp_path), random.Random(17)
    paths = [tmp_path / name for name in (*FILES, MANIFEST)]
    refused = 0
    for number in range(400):
        path = chance.choice(paths)
        content = path.read_bytes()
        path.write_bytes(damaged(chance, content))
        os.utime(path, ns=(number, number))  # the checksums are remembered by time
        found = read_manifest(tmp_path)
        assert found is None or (found == record and path.name == MANIFEST)
        if found is None:
            refused += 1
            for load in (VoskRecognizer, load_second_pass):
                with pytest.raises(MissingError, match="run `python3 run.py build`"):
                    load(tmp_path)
        path.write_bytes(content)
        os.utime(path, ns=(1000 + number, 1000 + number))
    assert refused > 350
    assert read_manifest(tmp_path) == record


@pytest.mark.parametrize("key", ["files", "states"])
def test_a_manifest_that_leaves_something_out_is_refused(tmp_path: Path, key: str) -> None:
    make_model(tmp_path)
    record = json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))
    record[key].popitem()
    (tmp_path / MANIFEST).write_text(json.dumps(record), encoding="utf-8")
    assert read_manifest(tmp_path) is None


def test_a_manifest_with_other_sources_is_whole(tmp_path: Path) -> None:
    record = make_model(tmp_path)
    set_sources(tmp_path, record, "others")
    found = read_manifest(tmp_path)
    assert found is not None and found["sources"] == "others"


@pytest.mark.parametrize("text", ["[" * 100_000, "null", "{}", '{"files": 1}', "\ud800"])
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    (tmp_path / MANIFEST).write_bytes(data)
    (tmp_path / "base.json").write_bytes(data)
    assert read_manifest(tmp_path) is None
    assert damaged_file(tmp_path) == tmp_path / "base.json"
    with pytest.raises(MissingError, match=r"base\.json is .*damaged"):
        open_base(tmp_path)


def linked_base(folder: Path) -> Path:
    """A copy of the base model without what was derived from it; its files are hard links."""
    for name in (*KEPT, "contexts.npy", "base.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        os.link(model_store.BASE / name, folder / name)
    return folder


@pytest.mark.parametrize("key", ["sizes", "fingerprint"])
def test_a_base_manifest_that_leaves_something_out_is_refused(tmp_path: Path, key: str) -> None:
    path = linked_base(tmp_path) / "base.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    if key == "sizes":
        del record[key]["am/final.mdl"]
    else:
        record[key] = "0" + record[key][1:]
    path.unlink()
    path.write_text(json.dumps(record), encoding="utf-8")
    assert damaged_file(tmp_path) == path


def test_what_is_derived_from_the_base_is_made_again_if_it_is_damaged(tmp_path: Path) -> None:
    base = open_base(linked_base(tmp_path), load_weight_delta(OWN_WEIGHT_DELTA))
    made = [base.network, *sorted(export_base(base).iterdir())]
    assert len(made) == 6
    contents = {path: path.read_bytes() for path in made}
    numbers = {path: path.stat().st_ino for path in made}
    export_base(base)
    assert {path: path.stat().st_ino for path in made} == numbers, "what is whole stays"
    for path, content in contents.items():
        new = bytearray(content)
        new[len(new) // 2] ^= 1
        path.write_bytes(new)
        export_base(base)
        assert path.read_bytes() == content
    assert sorted(path.name for path in (tmp_path / "second").iterdir()) == [base.network.stem]


def test_damaged_weight_changes_are_refused(tmp_path: Path) -> None:
    """They are compressed: damage is found while they are unpacked."""
    content, chance = OWN_WEIGHT_DELTA.read_bytes(), random.Random(3)
    path = tmp_path / "ko.npz"
    for _ in range(25):
        new = bytearray(content)
        at = chance.randrange(len(new) - 64)
        new[at : at + 64] = chance.randbytes(64)
        path.write_bytes(new)
        with pytest.raises(InputError, match=r"ko\.npz holds no changes"):
            load_weight_delta(path)


def test_the_next_build_removes_what_a_killed_one_has_left(tmp_path: Path) -> None:
    left = tmp_path / ".kram-build-abcd1234"
    (left / "model").mkdir(parents=True)
    others = [tmp_path / name for name in (".kram-notes", "kram", ".build-system")]
    for other in others:
        other.mkdir()
    with work_folder(tmp_path, "build") as folder:
        assert folder.is_dir() and folder.parent == tmp_path
        assert not left.exists()
    assert sorted(tmp_path.iterdir()) == sorted(others)


def test_a_build_that_is_going_on_is_left_alone(tmp_path: Path) -> None:
    left = tmp_path / ".kram-build-abcd1234"
    left.mkdir()
    running = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(running, fcntl.LOCK_SH)  # as that build holds it
    try:
        with work_folder(tmp_path, "build"):
            assert left.is_dir()
    finally:
        os.close(running)
    with work_folder(tmp_path, "build"):
        assert not left.exists()
