"""The conversation as a Graphviz graph, generated from the guides and warning signs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from assistant.dialogue.facts import Condition
from assistant.dialogue.script.model import Action, Flag, Guide, Part, Script, Step

INK, PALE, PAPER = "#1f2937", "#9ca3af", "#ffffff"
BLUE, GREEN, AMBER, RED, GREY = "#dbeafe", "#dcfce7", "#fef3c7", "#fee2e2", "#f3f4f6"

STYLE = f"""
  bgcolor="{PAPER}"; fontname="Helvetica"; fontsize=13; fontcolor="{INK}"; pad=0.25;
  node [shape=box, style="rounded,filled", fillcolor="{GREY}", color="{INK}", fontcolor="{INK}",
        fontname="Helvetica", fontsize=11, margin="0.24,0.09"];
  edge [color="{INK}", fontname="Helvetica", fontsize=10, fontcolor="{INK}", arrowsize=0.7];
"""


def _box(name: str, rows: Iterable[str], fill: str, more: str = "") -> str:
    label = "\\n".join(row.replace('"', "'") for row in rows)
    return f'  "{name}" [label="{label}", fillcolor="{fill}"{more}];'


def _wrapped(text: str, width: int = 34) -> list[str]:
    rows = [""]
    for word in text.split():
        if rows[-1] and len(rows[-1]) + len(word) >= width:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    return rows


_MERGED = {
    frozenset({"yes", "better"}): "better",
    frozenset({"no", "still_hurts", "continue"}): "not yet",
    frozenset({"no", "still_hurts", "continue", "silence"}): "not yet, or silence",
}


def conversation(script: Script) -> str:
    """The DOT source: states of a conversation and their transitions."""
    lines = ["digraph conversation {", STYLE, "  rankdir=TB; nodesep=0.35; ranksep=0.32;"]
    lines.append(_box("idle", ["Nobody has asked", "for anything"], PAPER, ", shape=oval"))
    for guide in script.guides.values():
        lines += _guide(guide, script)
        if guide.starts:
            said = "\\n".join(guide.starts)
            lines.append(f'  idle -> "{guide.name}.{guide.steps[0].id}" [label="  {said}  "];')
    lines += _flags(script)
    return "\n".join([*lines, "}"])


def _guide(guide: Guide, script: Script) -> list[str]:
    colour = RED if not guide.starts else BLUE if guide.episode else GREEN
    lines = [f'  subgraph "cluster_{guide.name}" {{', f'    label="{guide.name}\\n{guide.title}";',
             f'    style="rounded"; color="{PALE}";']  # fmt: skip
    lines += [_step(guide, step, colour, script) for step in guide.steps]
    lines.append("  }")
    for place, step in enumerate(guide.steps):
        ends = any(part.kind == "go" and part.value == "end" for part in step.parts)
        if not ends or (place == 0 and step.condition.when):
            for following in guide.steps[place + 1 : place + 2]:
                lines.append(
                    f'  "{guide.name}.{step.id}" -> "{guide.name}.{following.id}" [weight=9];'
                )
        lines += _arrows(guide, step)
    if guide.limit:
        label = f"after {guide.limit.seconds / 60:.0f} minutes"
        goal = f"{guide.name}.{guide.limit.go}"
        lines.append(f'  "{guide.name}.limit" [label="{label}", shape=plaintext, style=""];')
        lines.append(f'  "{guide.name}.limit" -> "{goal}" [style=dashed];')
    return lines


def _step(guide: Guide, step: Step, colour: str, script: Script) -> str:
    rows = [step.id.upper()]
    holds = [f"{part.seconds:.0f} s" for part in step.parts if part.kind == "hold"]
    if holds:
        times = f", up to {step.blocks} times" if step.blocks else ""
        rows.append(f"hold {', '.join(dict.fromkeys(holds))}{times}")
    for part in step.parts:
        if part.question:
            rows += _wrapped(part.question.lines[0].text)
            rows += [f"→ {sign}" for sign in _signs(part, script)]
    rows += [row for told in _told(step.condition) for row in _wrapped(told)]
    return _box(f"{guide.name}.{step.id}", rows, colour)


def _signs(part: Part, script: Script) -> Iterator[str]:
    """Answers that report a warning sign."""
    for names, actions in part.question.answers if part.question else ():
        for action in actions:
            flag = next((one for one in script.flags if set(action.signs) & one.signs), None)
            if flag:
                yield f"{'/'.join(sorted(names))}: warning sign ({flag.name})"


def _told(condition: Condition) -> Iterator[str]:
    for word, wanted in (("if", condition.when), ("not if", condition.unless)):
        for name, values in wanted:
            if name not in ("visit", "eased") and len(values) <= 3:
                yield f"{word} {name}: {', '.join(sorted(values))}"


def _arrows(guide: Guide, step: Step) -> Iterator[str]:
    """Arrows for the answers that do not simply continue the guide."""
    arrows: dict[str, list[str]] = defaultdict(list)
    for part in step.parts:
        for names, actions in part.question.answers if part.question else ():
            for action in actions:
                goal = _goal(guide, step, action)
                if goal:
                    arrows[goal] += sorted(names)
    if step.blocks and step.spent not in ("next", ""):
        following = guide.index(step.id) + 1
        if guide.index(step.spent) != following:
            arrows[step.spent].append("used up")
    for goal, names in arrows.items():
        label = _MERGED.get(frozenset(names), "\\n".join(dict.fromkeys(names)))
        yield (f'  "{guide.name}.{step.id}" -> "{guide.name}.{goal}" '
               f'[label=" {label}", constraint=false];')  # fmt: skip


def _goal(guide: Guide, step: Step, action: Action) -> str:
    if action.go == "again":
        return step.id
    if action.go and action.go not in ("next", "end"):
        return action.go
    return guide.eased if action.do == "better" else ""


def _flags(script: Script) -> Iterator[str]:
    """The warning signs, which are handled in every state, and where they lead."""
    acute = next(guide for guide in script.guides.values() if guide.episode)
    yield '  subgraph "cluster_flags" {'
    yield f'    label="warning signs: heeded at any time"; style="rounded"; color="{PALE}";'
    for flag in script.flags:
        yield _flag(flag)
    names = [f'"flag.{flag.name}"' for flag in script.flags]
    half = (len(names) + 1) // 2
    yield f"    {' -> '.join(names[:half])} [style=invis];"
    yield f"    {' -> '.join(names[half:])} [style=invis];"
    yield "  }"
    for flag in script.flags:
        if flag.guide:
            step = script.guides[flag.guide].steps[0].id
            yield f'  "flag.{flag.name}" -> "{flag.guide}.{step}" [constraint=false];'
        elif flag.go and flag.go != "end":
            yield f'  "flag.{flag.name}" -> "{acute.name}.{flag.go}" [constraint=false];'


def _flag(flag: Flag) -> str:
    rows = [flag.name.upper(), *_wrapped(", ".join(sorted(flag.signs)))]
    if flag.forbids:
        rows += _wrapped(f"no more {', '.join(sorted(flag.forbids))}")
    return _box(f"flag.{flag.name}", rows, AMBER)
