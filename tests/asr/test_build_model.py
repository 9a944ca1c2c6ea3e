"""Building a model from phrases, in a separate process."""

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.asr import model_store
from assistant.asr.base_integrity import damaged_file
from assistant.asr.graph.base_model import KEPT, extract_base, open_base
from assistant.asr.graph.context_dependency import learn_contexts, read_tuples
from assistant.asr.graph.hclg import GraphSpec, compile_graph
from assistant.asr.graph.lexicon import Lexicon
from assistant.asr.graph.phone_map_reader import load_phone_map
from assistant.asr.graph.word_grammar import SentenceCosts
from assistant.core.errors import InputError, MissingError
from tests.support.paths import ROOT

pytestmark = pytest.mark.decodes_sound


def write_phrases(folder: Path, *sentences: str) -> Path:
    folder.mkdir(exist_ok=True)
    listed = "".join(f"          - {sentence}\n" for sentence in sentences)
    text = f"language: id\nintents:\n  test:\n    data:\n      - sentences:\n{listed}"
    (folder / "test.yaml").write_text(text, encoding="utf-8")
    return folder


def test_builds_once_and_again_only_for_other_content(tmp_path: Path) -> None:
    phrases = write_phrases(tmp_path / "phrases", "kaki saya kram", "tunggu sebentar")
    steps: list[str] = []
    model = model_store.build(
        phrases, tmp_path / "model", progress=lambda step, done: steps.append(step)
    )
    assert set(steps) >= {"phrases", "graph"}
    graph = model / "graph" / "HCLG.fst"
    first = graph.stat().st_ino
    write_phrases(phrases, "tunggu sebentar", "kaki saya kram")
    model_store.build(phrases, model)
    assert graph.stat().st_ino == first
    write_phrases(phrases, "tunggu sebentar", "kaki saya kram sekali")
    model_store.build(phrases, model)
    assert graph.stat().st_ino != first
    assert "sekali" in (model / "graph" / "words.txt").read_text(encoding="utf-8")


def test_a_damaged_model_is_built_anew(tmp_path: Path) -> None:
    phrases = write_phrases(tmp_path / "phrases", "kaki saya kram")
    model = model_store.build(phrases, tmp_path / "model")
    graph = model / "graph" / "HCLG.fst"
    size = graph.stat().st_size
    graph.write_bytes(b"cut")
    model_store.build(phrases, model)
    assert graph.stat().st_size == size


def test_a_word_that_cannot_be_said_names_its_line(tmp_path: Path) -> None:
    phrases = write_phrases(tmp_path / "phrases", "kaki saya kram", "kaki ñ塩")
    with pytest.raises(InputError, match=r"test\.yaml:7.*塩"):
        model_store.build(phrases, tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="YAML"):
        model_store.build(tmp_path, tmp_path / "model")


def test_without_a_base_model(tmp_path: Path) -> None:
    phrases = write_phrases(tmp_path / "phrases", "kaki saya kram")
    with pytest.raises((MissingError, InputError)):
        model_store.build(phrases, tmp_path / "model", base=tmp_path / "nowhere")


def test_the_compiler_never_meets_vosk(tmp_path: Path) -> None:
    phrases = write_phrases(tmp_path / "phrases", "kaki saya kram")
    code = (
        "import sys; from assistant.asr.graph.command import main;"
        "code = main(sys.argv[1:]); print('vosk' in sys.modules); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "build", "--phrases", phrases, "--output", tmp_path / "m"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert lines[-1] == "False"
    assert json.loads(lines[-2])["built"] is True


def test_a_killed_build_leaves_no_half_model(tmp_path: Path) -> None:
    phrases = write_phrases(tmp_path / "phrases", "kaki saya kram")
    output = tmp_path / "model"
    command = [sys.executable, "-m", "assistant.asr.graph", "build", "--phrases", phrases]
    with subprocess.Popen(
        [*command, "--output", output], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line).get("step") == "graph":
                process.kill()
                break
    assert not output.exists() or (output / "kram.json").is_file()
    model_store.build(phrases, output)
    assert (output / "graph" / "HCLG.fst").is_file()


def test_contexts_of_the_base_model() -> None:
    base = open_base(model_store.BASE)
    table = load_phone_map(model_store.OWN_PHONE_MAP)
    contexts = base.contexts()
    assert contexts.size == table.tuples
    assert len(np.load(model_store.BASE / "contexts.npy")) == 8407
    positions = base.positions()
    # ㄹ in a coda never begins a Korean word: it borrows the state of the same kind.
    begin = table.phone_ids((25, 21))[0]
    assert positions[begin] == "begin"
    assert 0 <= contexts.find(0, begin) < contexts.size


def test_staying_in_a_phone_costs_what_the_table_says() -> None:
    base = open_base(model_store.BASE)
    table = replace(load_phone_map(model_store.OWN_PHONE_MAP), self_loop_cost={21: -0.5})
    plan = GraphSpec(SentenceCosts({"ada apa": 0.0}), Lexicon(table).pronounce, table.silence,
                     base.contexts(), self_loop_costs=table.self_loop_costs())  # fmt: skip
    graph = compile_graph(plan).fst
    own = read_tuples(model_store.BASE / "am/final.mdl")
    loops = graph.arcs[graph.arcs["ilabel"] % 2 == 1]
    phones = own[(loops["ilabel"] - 1) // 2, 0]
    of_a = (phones >= table.first + 4 * 21) & (phones < table.first + 4 * 22)
    assert of_a.any()
    assert not of_a.all()
    assert loops["weight"][of_a] == pytest.approx(-0.5)
    assert loops["weight"][~of_a] == pytest.approx(0.0)


def test_sources_that_are_no_model(tmp_path: Path) -> None:
    archive = tmp_path / "x.whl"
    archive.write_bytes(b"PK no zip")
    with pytest.raises(InputError, match="damaged"):
        extract_base(archive, tmp_path / "base")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("m/am/final.mdl", b"\0B<TransitionModel>")
    with pytest.raises(InputError, match="lacks"):
        extract_base(archive, tmp_path / "base")
    with pytest.raises(InputError, match=r"final\.mdl"):
        extract_base(tmp_path, tmp_path / "base")
    with pytest.raises(InputError, match="no base model"):
        extract_base(tmp_path / "nothing", tmp_path / "base")
    assert not (tmp_path / "base").exists()


def test_a_base_with_a_damaged_file_counts_as_missing(tmp_path: Path) -> None:
    record = json.loads((model_store.BASE / "base.json").read_text(encoding="utf-8"))
    for name in (*KEPT, "contexts.npy"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        os.link(model_store.BASE / name, tmp_path / name)
    (tmp_path / "base.json").write_text(json.dumps(record), encoding="utf-8")
    assert open_base(tmp_path).fingerprint == record["fingerprint"]
    (tmp_path / "ivector" / "final.mat").unlink()
    with pytest.raises(MissingError, match=r"final\.mat"):
        open_base(tmp_path)


@pytest.mark.parametrize("name", [*KEPT, "contexts.npy"])
def test_a_flipped_byte_in_the_base_is_told_with_what_to_do(tmp_path: Path, name: str) -> None:
    for kept in (*KEPT, "contexts.npy", "base.json"):
        (tmp_path / kept).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / kept).symlink_to((model_store.BASE / kept).resolve())
    assert damaged_file(tmp_path) is None
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).unlink()
    (tmp_path / name).write_bytes(content)
    assert damaged_file(tmp_path) == tmp_path / name
    with pytest.raises(MissingError, match=f"damaged; delete {tmp_path} and run"):
        open_base(tmp_path)
    # a manifest without a sum for each file still has the one over all of them
    record = json.loads((tmp_path / "base.json").read_text(encoding="utf-8"))
    del record["sha256"]
    (tmp_path / "base.json").unlink()
    (tmp_path / "base.json").write_text(json.dumps(record), encoding="utf-8")
    assert damaged_file(tmp_path) == tmp_path / "base.json"


def test_a_graph_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "HCLr.fst"
    path.write_bytes(b"no graph at all")
    with pytest.raises(InputError, match=r"HCLr\.fst"):
        learn_contexts(path, np.zeros((1, 4), np.int32))
