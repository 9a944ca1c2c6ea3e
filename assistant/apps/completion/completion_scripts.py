"""Scripts that complete the command line, made from the tree of its arguments."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from shlex import quote

from assistant.apps.completion.argument_tree import (
    ArgumentValue,
    CommandNode,
    CommandOption,
    ValueKind,
)
from assistant.core.translation import shown

PROGRAMS = ("kram", "run.py")
"""The installed program, and that of a clone."""

_FUNCTIONS = {
    "bash": 'command -v kram > /dev/null || kram() { python3 @RUN@ "$@"; }',
    "zsh": 'command -v kram > /dev/null || kram() { python3 @RUN@ "$@"; }',
    "fish": "type -q kram; or function kram; python3 @RUN@ $argv; end",
}

_STARTS = {
    "bash": ("~/.bashrc", "source <({program} completion bash)"),
    "zsh": ("~/.zshrc", "autoload -Uz compinit && compinit; source <({program} completion zsh)"),
    "fish": ("~/.config/fish/config.fish", "{program} completion fish | source"),
}


def clone_function(shell: str, run_py: Path) -> str:
    """What makes ``kram`` the clone's program: no shell completes what follows ``python3``."""
    return _FUNCTIONS[shell].replace("@RUN@", quote(str(run_py)))


def start_line(shell: str, run_py: Path | None) -> tuple[str, str]:
    """The file that the shell reads when it starts, and the line for it.

    ``run_py`` is the program of a clone; None where pip has installed ``kram``.
    """
    file, line = _STARTS[shell]
    return file, line.format(program=f"python3 {quote(str(run_py))}" if run_py else "kram")


def bash_script(tree: CommandNode) -> str:
    """For bash 4 and newer: ``source <(kram completion bash)``."""
    return _filled(_BASH, tree, _BASH_VALUES, lambda node: f"_kram_words {quote(_words(node))}")


def zsh_script(tree: CommandNode) -> str:
    """For zsh, after ``compinit``: ``source <(kram completion zsh)``."""

    def offer(node: CommandNode) -> str:
        words = _words(node)
        return f"compadd -- {' '.join(map(quote, words.split()))}" if words else ":"

    return _filled(_ZSH, tree, _ZSH_VALUES, offer)


def fish_script(tree: CommandNode) -> str:
    """For fish: ``kram completion fish | source``."""
    lines = [_FISH.replace("@PATHS@", " ".join(quote(" ".join(n.words)) for n in tree.every()))]
    for node in tree.every():
        at = f"__kram_at {quote(' '.join(node.words))}"
        for below in node.commands:
            lines.append(_fish_line(at, f"-f -a {quote(below.words[-1])}", below.help))
        for option in node.options:
            lines.append(_fish_line(at, _fish_option(option), option.help))
        if operand := _fish_value(node.operand):
            lines.append(_fish_line(at, operand, ""))
    return "\n".join(lines)


SCRIPTS: Mapping[str, Callable[[CommandNode], str]] = {
    "bash": bash_script,
    "zsh": zsh_script,
    "fish": fish_script,
}
"""By the name of the shell."""


def _words(node: CommandNode) -> str:
    """The commands below, or else the options and the words of the operand."""
    flags = [flag for option in node.options for flag in option.flags]
    return " ".join([*(one.words[-1] for one in node.commands), *node.operand.choices, *flags])


def _filled(
    template: str,
    tree: CommandNode,
    values: Mapping[ValueKind, str],
    offer: Callable[[CommandNode], str],
) -> str:
    """``template`` with the cases for the commands, the options with a value, and the rest."""
    paths = "\n".join(
        f"            {quote(' '.join(node.words[:-1]) + ' ' + node.words[-1])})"
        f" at={quote(' '.join(node.words))} ;;"
        for node in tree.every()
        if node.words
    )
    options = "\n".join(f"        {line}" for line in _option_cases(tree, values))
    offers = "\n".join(
        f"        {quote(' '.join(node.words))}) {offer(node)}; {_operand(node.operand, values)} ;;"
        for node in tree.every()
    )
    filled = template.replace("@PATHS@", paths).replace("@OPTIONS@", options)
    return filled.replace("@OFFERS@", offers).replace("@PROGRAMS@", " ".join(PROGRAMS)).rstrip()


def _operand(value: ArgumentValue, values: Mapping[ValueKind, str]) -> str:
    return values[value.kind] if value.kind in (ValueKind.FILE, ValueKind.FOLDER) else ":"


def _option_cases(tree: CommandNode, values: Mapping[ValueKind, str]) -> Iterator[str]:
    for node in tree.every():
        for option in node.options:
            if option.value.kind is ValueKind.NOTHING:
                continue
            at = " ".join(node.words)
            pattern = "|".join(quote(f"{at} {flag}") for flag in option.flags)
            words = " ".join(option.value.choices)
            yield f"{pattern}) {values[option.value.kind].replace('@WORDS@', words)}; return ;;"


def _fish_line(at: str, what: str, told: str) -> str:
    described = f" -d {quote(shown(told).replace(chr(10), ' '))}" if told else ""
    programs = " ".join(f"-c {one}" for one in PROGRAMS)
    return f"complete {programs} -n {quote(at)} {what}{described}"


def _fish_option(option: CommandOption) -> str:
    flags = [
        f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags
    ]
    value = _fish_value(option.value)
    return " ".join([*flags, *(["-r", value] if value else [])])


def _fish_value(value: ArgumentValue) -> str:
    match value.kind:
        case ValueKind.FILE:
            return "-F"
        case ValueKind.FOLDER:
            return "-f -a '(__fish_complete_directories)'"
        case ValueKind.WORD:
            return f"-f -a {quote(' '.join(value.choices))}"
        case ValueKind.NOTHING:
            return ""


_BASH_VALUES = {
    ValueKind.FILE: "_kram_files -f",
    ValueKind.FOLDER: "_kram_files -d",
    ValueKind.WORD: "_kram_words '@WORDS@'",
}
_BASH = """\
_kram_words() {
    COMPREPLY+=($(compgen -W "$1" -- "$cur"))
}
_kram_files() {
    local -a found
    mapfile -t found < <(compgen "$1" -- "$cur")
    COMPREPLY+=("${found[@]}")
    [[ ${#found[@]} -gt 0 ]] && compopt -o filenames 2>/dev/null
}
_kram() {
    local cur="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" at="" word
    COMPREPLY=()
    if [[ $cur == "=" ]]; then
        cur=""
    elif [[ $before == "=" ]]; then
        before="${COMP_WORDS[COMP_CWORD-2]}"
    fi
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case "$at $word" in
@PATHS@
        esac
    done
    case "$at $before" in
@OPTIONS@
    esac
    case "$at" in
@OFFERS@
    esac
}
complete -F _kram @PROGRAMS@
"""

_ZSH_VALUES = {
    ValueKind.FILE: "_kram_files",
    ValueKind.FOLDER: "_kram_files -/",
    ValueKind.WORD: "compadd -- @WORDS@",
}
_ZSH = """\
_kram_files() {
    [[ ${words[CURRENT]} == -* ]] || _files "$@"
}
_kram() {
    local at="" word
    for word in "${(@)words[2,CURRENT-1]}"; do
        case "$at $word" in
@PATHS@
        esac
    done
    case "$at ${words[CURRENT-1]}" in
@OPTIONS@
    esac
    case "$at" in
@OFFERS@
    esac
}
compdef _kram @PROGRAMS@
"""

_FISH = """\
function __kram_at
    set -l at ''
    for word in (commandline -opc)[2..-1]
        set -l below (string trim -- "$at $word")
        if contains -- "$below" @PATHS@
            set at $below
        end
    end
    test "$at" = "$argv[1]"
end
complete -c kram -c run.py -f"""
