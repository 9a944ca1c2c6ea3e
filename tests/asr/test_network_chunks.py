"""The network's longer chunks: another setting, the same model."""

from pathlib import Path

import pytest

from assistant.asr.network_chunks import network_chunks


@pytest.fixture
def model(tmp_path: Path) -> Path:
    for name in ("am", "conf", "graph/phones"):
        (tmp_path / "model" / name).mkdir(parents=True)
    for name in ("am/final.mdl", "conf/mfcc.conf", "graph/phones/a.txt", "sentences.txt"):
        (tmp_path / "model" / name).write_text(f"what {name} holds")
    (tmp_path / "model/conf/model.conf").write_text("--beam=18.0")
    return tmp_path / "model"


def contents(folder: Path) -> dict[str, str]:
    return {
        name: (folder / name).read_text()
        for name in ("am/final.mdl", "conf/mfcc.conf", "graph/phones/a.txt", "sentences.txt")
    }


def test_only_the_setting_is_another_one(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(model.parent)
    with network_chunks(Path("model"), 100) as opened:
        assert contents(opened) == contents(model)
        config = (opened / "conf/model.conf").read_text()
    assert config == "--beam=18.0\n--frames-per-chunk=100\n"
    assert not opened.exists()
    assert (model / "conf/model.conf").read_text() == "--beam=18.0"
    assert contents(model)


def test_without_a_number_it_is_the_model_itself(model: Path) -> None:
    with network_chunks(model, None) as opened:
        assert opened == model
