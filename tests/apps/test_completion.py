"""Completion in real shells: what a user gets who presses Tab."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.apps.cli import main
from assistant.apps.cli.commands import COMMANDS
from assistant.apps.completion.argument_tree import ArgumentValue, ValueKind, argument_tree
from assistant.apps.completion.completion_scripts import SCRIPTS, start_line
from tests.support.paths import ROOT

TREE = argument_tree(main._parser(""))

IN_BASH = """
{script}
COMP_WORDS=({words})
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_kram
printf '%s\\n' "${{COMPREPLY[@]}}"
"""

IN_ZSH = """
autoload -Uz compinit && compinit -u -D
source {script}
words=({words}) CURRENT=$#words
compadd() {{
    for one in "$@"; do [[ $one == "$words[CURRENT]"* && $one != -- ]] && print -- $one; done
}}
_files() {{ [[ $1 == -/ ]] && print FOLDERS || print FILES }}
_kram
"""


def shell(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def bash(folder: Path, *words: str) -> list[str]:
    """What bash offers for the last of ``words``."""
    quoted = " ".join(f"'{word}'" for word in ("kram", *words))
    script = IN_BASH.format(script=SCRIPTS["bash"](TREE), words=quoted)
    command = [shell("bash"), "--norc", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return sorted(line for line in done.stdout.splitlines() if line)


def zsh(folder: Path, *words: str) -> list[str]:
    """What zsh is told to offer; the built-ins that need its line editor print instead."""
    (folder / "kram.zsh").write_text(SCRIPTS["zsh"](TREE), encoding="utf-8")
    quoted = " ".join(f"'{word}'" for word in ("kram", *words))
    script = IN_ZSH.format(script=folder / "kram.zsh", words=quoted)
    command = [shell("zsh"), "-f", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert not done.stderr, done.stderr
    return done.stdout.split()


def fish(folder: Path, *words: str) -> list[str]:
    """What fish offers for the last of ``words``."""
    (folder / "kram.fish").write_text(SCRIPTS["fish"](TREE), encoding="utf-8")
    script = f"source {folder}/kram.fish; complete -C 'kram {' '.join(words)}'"
    command = [shell("fish"), "--no-config", "-c", script]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=folder, env={"HOME": str(folder)}
    )
    assert done.returncode == 0 and not done.stderr, done.stderr
    return [line.split("\t")[0] for line in done.stdout.splitlines()]


COMPLETE = {"bash": bash, "zsh": zsh, "fish": fish}


@pytest.mark.parametrize("name", COMPLETE)
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["rec"], ["recognize"]),
        (["inst"], ["install-service"]),
        (["recognize", "--sta"], ["--state"]),
        (["recognize", "--state", "id"], ["idle"]),
        (["phrases", "tr"], ["try"]),
        (["phrases", "try", "--state", "conv"], ["conversation"]),
        (["completion", "fi"], ["fish"]),
        (["--vers"], ["--version"]),
        (["recognize", "a.wav", "--js"], ["--json"]),
    ],
    ids=" ".join,
)
def test_the_end_of_a_word(name: str, words: list[str], offered: list[str], tmp_path: Path) -> None:
    assert COMPLETE[name](tmp_path, *words) == offered


@pytest.mark.parametrize("name", COMPLETE)
def test_every_command_is_offered(name: str, tmp_path: Path) -> None:
    assert set(COMPLETE[name](tmp_path, "")) >= set(COMMANDS)


def test_files_and_folders_by_their_kind(tmp_path: Path) -> None:
    (tmp_path / "night one.wav").touch()
    (tmp_path / "nights").mkdir()
    assert bash(tmp_path, "listen", "--input", "nig") == ["night one.wav", "nights"]
    assert bash(tmp_path, "listen", "--phrases", "nig") == ["nights"]
    assert bash(tmp_path, "listen", "--input", "=", "nig") == ["night one.wav", "nights"]
    assert bash(tmp_path, "recognize", "nig") == ["night one.wav", "nights"]
    assert bash(tmp_path, "understand", "nig") == []
    assert zsh(tmp_path, "listen", "--input", "n") == ["FILES"]
    assert zsh(tmp_path, "listen", "--phrases", "n") == ["FOLDERS"]
    assert fish(tmp_path, "listen", "--phrases", "nig") == ["nights/"]


def test_the_tree_is_that_of_the_parser() -> None:
    below = {node.words[0]: node for node in TREE.commands}
    assert list(below) == list(COMMANDS)
    assert [node.words[1] for node in below["phrases"].commands] == ["check", "try", "say"]
    assert below["recognize"].operand == ArgumentValue(ValueKind.FILE)
    values = {option.flags[0]: option.value for option in below["listen"].options}
    assert values["--input"].kind is ValueKind.FILE
    assert values["--phrases"].kind is ValueKind.FOLDER
    assert values["--verbose"].kind is ValueKind.NOTHING


def test_the_script_of_the_program_is_sourced_by_bash_as_the_readme_says() -> None:
    line = f"source <({sys.executable} run.py completion bash); complete -p kram run.py"
    done = subprocess.run(
        [shell("bash"), "--norc", "-c", line], capture_output=True, text=True, cwd=ROOT
    )
    assert done.stdout == "complete -F _kram kram\ncomplete -F _kram run.py\n", done.stderr


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main.parse(["--version"])
    assert ended.value.code == 0 and capsys.readouterr().out.startswith("kram 0.")


IN_CLONE = {
    "bash": ["bash", "--norc", "-c", "source <(\"$0\" -m assistant.apps.cli completion bash); "
             "kram --version; complete -p kram"],
    "zsh": ["zsh", "-f", "-c", "autoload -Uz compinit && compinit -u -D; "
            "source <(\"$0\" -m assistant.apps.cli completion zsh); kram --version; "
            "echo $_comps[kram]"],
    "fish": ["fish", "--no-config", "-c", "$argv[1] -m assistant.apps.cli completion fish | "
             "source; kram --version; complete -C 'kram --vers'"],
}  # fmt: skip


@pytest.mark.parametrize("name", IN_CLONE)
def test_in_a_clone_kram_is_a_command_that_is_completed(name: str) -> None:
    """Nobody completes what follows ``python3 run.py``."""
    shell(name)
    folders = [
        str(Path(one).parent) for one in (shutil.which(name), shutil.which("python3")) if one
    ]
    environment = {"PATH": ":".join(["/usr/bin", "/bin", *folders]), "HOME": "/nonexistent"}
    if shutil.which("kram", path=environment["PATH"]):
        pytest.skip("kram is installed")
    done = subprocess.run(
        [*IN_CLONE[name], sys.executable],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    first, *rest = done.stdout.splitlines()
    assert first.startswith("kram 0."), done.stderr
    assert any("_kram" in one or "--version" in one for one in rest)


def test_at_a_terminal_the_line_that_uses_it_is_told() -> None:
    assert start_line("bash", None) == ("~/.bashrc", "source <(kram completion bash)")
    line = start_line("fish", Path("/home/sri/my kram/run.py"))[1]
    assert line == "python3 '/home/sri/my kram/run.py' completion fish | source"
