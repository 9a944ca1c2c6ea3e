"""YAML of a phrases folder → ``Script``."""

from collections.abc import Mapping
from pathlib import Path

from assistant.core.errors import InputError
from assistant.core.translation import _
from assistant.core.yaml_reader import Node, read_yaml
from assistant.dialogue.facts import ALWAYS, Fact
from assistant.dialogue.script.model import (
    Caution,
    Flag,
    Guide,
    Limit,
    Line,
    Question,
    Script,
    Step,
    Topic,
)
from assistant.dialogue.script.parts import (
    OptionalTexts,
    condition_of,
    lines_of,
    parts_of,
    question_of,
    sets_of,
    spoken,
)
from assistant.dialogue.script.required import MESSAGES, QUESTIONS, REPLIES, SETTINGS, WORDS


def parse_script(folder: Path) -> Script:
    """Read and check all files of ``folder``."""
    guides: dict[str, Guide] = {}
    flags: list[Flag] = []
    sign_of: dict[str, str] = {}
    for path in _files(folder / "guides"):
        top = read_yaml(path)
        if "flags" in top.mapping():
            fields = top.fields("sign_of", "flags")
            flags += [_flag(name, node) for name, node in fields["flags"].mapping().items()]
            if "sign_of" in fields:
                sign_of |= {key: one.text() for key, one in fields["sign_of"].mapping().items()}
        else:
            guide = _guide(top)
            if guide.name in guides:
                problem = _("the guide {name!r} is there twice").format(name=guide.name)
                raise top.error(problem, _("rename one"))
            guides[guide.name] = guide
    topics: dict[str, Topic] = {}
    for path in _files(folder / "answers"):
        for name, node in read_yaml(path).fields("", "topics")["topics"].mapping().items():
            if name in topics:
                problem = _("the topic {name!r} is there twice").format(name=name)
                raise node.error(problem, _("remove one"))
            topics[name] = _topic(name, node)
    _check_topics(folder, topics)
    _check_flags(folder, flags, guides)
    return _with_replies(folder / "replies.yaml", guides, tuple(flags), sign_of, topics)


def _files(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.yaml"))
    if not found:
        raise InputError.at(folder, _("no .yaml files"), _("put the guide's texts there"))
    return found


def _with_replies(
    path: Path,
    guides: Mapping[str, Guide],
    flags: tuple[Flag, ...],
    sign_of: Mapping[str, str],
    topics: Mapping[str, Topic],
) -> Script:
    fields = read_yaml(path).fields(
        "cautions farewells passing checks",
        "replies questions messages words numbers settings reminders exclusive",
    )
    for key, names in (("replies", REPLIES), ("questions", QUESTIONS), ("words", WORDS)):
        fields[key].fields(" ".join(fields[key].mapping()), names)
    messages = fields["messages"].fields("", MESSAGES)
    settings = fields["settings"].fields("", SETTINGS)
    numbers = fields["numbers"].texts()
    if len(numbers) < 61:
        problem = _("words for the numbers 0 to 60 are needed")
        raise fields["numbers"].error(problem, _("add the rest"))
    reminders = tuple(one.number(5, 3600) for one in fields["reminders"].items())
    if not reminders:
        advice = _("give at least one number of seconds")
        raise fields["reminders"].error(_("there are no reminders"), advice)
    questions: dict[str, Question] = {
        name: question_of(node, "ask") for name, node in fields["questions"].mapping().items()
    }
    return Script(
        guides=guides,
        flags=flags,
        sign_of=sign_of,
        topics=topics,
        replies={name: lines_of(node) for name, node in fields["replies"].mapping().items()},
        questions=questions,
        messages={name: spoken(node) for name, node in messages.items()},
        words={name: node.text() for name, node in fields["words"].mapping().items()},
        numbers=numbers,
        settings={name: node.number(0, 100_000) for name, node in settings.items()},
        reminders=reminders,
        exclusive=tuple(frozenset(group.texts()) for group in fields["exclusive"].items()),
        cautions=tuple(map(_caution, fields["cautions"].items())) if "cautions" in fields else (),
        passing=frozenset(fields["passing"].texts()) if "passing" in fields else frozenset(),
        checks=_checks(fields["checks"], questions) if "checks" in fields else {},
        farewells=fields["farewells"].texts() if "farewells" in fields else (),
    )


def _checks(node: Node, questions: Mapping[str, Question]) -> dict[str, str]:
    """Situation → the name of its question, which must be there."""
    named = {name: one.text() for name, one in node.mapping().items()}
    for name, question in named.items():
        if question not in questions:
            problem = _("{name!r} names {question!r}, which is no question")
            raise node.error(problem.format(name=name, question=question), _("correct it"))
    return named


def _caution(node: Node) -> Caution:
    fields = node.fields("unless also", "forbids when")
    also = condition_of({"when": fields["also"]}) if "also" in fields else ALWAYS
    return Caution(frozenset(fields["forbids"].texts()), condition_of(fields), also)


def _guide(top: Node) -> Guide:
    fields = top.fields("starts eased worse too_long limit episode", "guide title steps")
    steps = tuple(_step(node) for node in fields["steps"].items())
    ids = [step.id for step in steps]
    if not ids or len(set(ids)) < len(ids):
        problem = _("steps are missing or two have the same id")
        raise fields["steps"].error(problem, _("give each its own"))
    starts: dict[str, tuple[Fact, ...]] = {}
    if "starts" in fields:
        for intent, node in fields["starts"].mapping().items():
            starts[intent] = () if node.is_scalar() and not node.value else sets_of(node)
    limit = None
    if "limit" in fields:
        inner = fields["limit"].fields("when unless", "seconds go")
        limit = Limit(inner["seconds"].number(1, 7200), inner["go"].text(), condition_of(inner))
    texts = OptionalTexts(fields)
    guide = Guide(
        name=fields["guide"].text(),
        title=fields["title"].text(),
        steps=steps,
        starts=starts,
        eased=texts.get("eased"),
        worse=texts.get("worse"),
        too_long=texts.get("too_long"),
        limit=limit,
        episode=texts.get("episode", "no") == "yes",
    )
    _check_targets(fields["steps"], guide)
    return guide


def _step(node: Node) -> Step:
    fields = node.fields("name kind when unless blocks spent", "id parts")
    texts = OptionalTexts(fields)
    kind = texts.get("kind")
    parts = parts_of(fields["parts"], kind)
    targets = {part.value for part in parts if part.kind == "go"}
    questions = [part.question for part in parts if part.question]
    targets |= {one.go for q in questions for _, actions in q.answers for one in actions}
    if "again" in targets and not any(part.label == "again" for part in parts):
        raise node.error(_("'go: again' needs a part with 'label: again'"), _("add the label"))
    return Step(
        id=fields["id"].text(),
        name=texts.get("name", fields["id"].text()),
        parts=parts,
        kind=kind,
        condition=condition_of(fields),
        blocks=fields["blocks"].whole("blocks", 0, 100) if "blocks" in fields else 0,
        spent=texts.get("spent", "next"),
    )


_NO_STEP = _("there is no step {target!r} to go to")


def _check_targets(node: Node, guide: Guide) -> None:
    ids = {step.id for step in guide.steps}
    fixed = {guide.eased, guide.worse, guide.too_long, guide.limit.go if guide.limit else ""}
    for target in sorted(fixed - ids - {""}):
        advice = _("name one of {known}").format(known=", ".join(sorted(ids)))
        raise node.error(_NO_STEP.format(target=target), advice)
    known = ids | {"next", "again", "end", ""}
    for place, step in zip(node.items(), guide.steps, strict=True):
        if step.spent == "again":
            problem = _("step {id!r}: 'spent' cannot be 'again'").format(id=step.id)
            raise place.error(problem, _("name another step"))
        targets = {step.spent} | {part.value for part in step.parts if part.kind == "go"}
        for part in step.parts:
            if part.question:
                targets |= {one.go for _, actions in part.question.answers for one in actions}
        for target in sorted(targets - known):
            advice = _("name one of {known}").format(known=", ".join(sorted(known - {""})))
            raise place.error(_NO_STEP.format(target=target), advice)


def _flag(name: str, node: Node) -> Flag:
    fields = node.fields("forbids say guide go ask ask_always when unless", "signs")
    texts = OptionalTexts(fields)
    signs = tuple(fields["signs"].texts())
    return Flag(
        name=name,
        signs=frozenset(signs),
        ranked=signs,
        forbids=frozenset(fields["forbids"].texts()) if "forbids" in fields else frozenset(),
        lines=lines_of(fields["say"]) if "say" in fields else (),
        guide=texts.get("guide"),
        go=texts.get("go"),
        ask=texts.get("ask"),
        ask_always=texts.get("ask_always", "no") == "yes",
        condition=condition_of(fields),
    )


def _topic(name: str, node: Node) -> Topic:
    fields = node.fields("pieces topics seed intents")
    pieces: tuple[Line, ...] = lines_of(fields["pieces"]) if "pieces" in fields else ()
    parts = fields["topics"].texts() if "topics" in fields else ()
    if not pieces and not parts:
        problem = _("the topic {name!r} says nothing").format(name=name)
        raise node.error(problem, _("add pieces or topics"))
    return Topic(
        name=name,
        pieces=pieces,
        parts=parts,
        seed=fields["seed"].texts() if "seed" in fields else (),
        intents=fields["intents"].texts() if "intents" in fields else (),
    )


def _check_topics(folder: Path, topics: Mapping[str, Topic]) -> None:
    for topic in topics.values():
        for part in topic.parts:
            if part not in topics or topics[part].parts:
                problem = _(
                    "topic {name!r} names {part!r}, which is no topic with pieces of its own"
                ).format(name=topic.name, part=part)
                raise InputError.at(folder / "answers", problem, _("correct the name"))


def _check_flags(folder: Path, flags: list[Flag], guides: Mapping[str, Guide]) -> None:
    for flag in flags:
        if flag.guide and flag.guide not in guides:
            raise InputError.at(
                folder / "guides",
                _("flag {name!r} names the guide {guide!r}, which is not there").format(
                    name=flag.name, guide=flag.guide
                ),
                _("correct the name"),
            )
    if not any(flag.guide for flag in flags):
        problem = _("no flag leads to a guide")
        raise InputError.at(folder / "guides", problem, _("add the emergency"))


def load_script(folder: Path) -> Script:
    """Read ``guides/*.yaml``, ``answers/*.yaml`` and ``replies.yaml`` of a phrases folder.

    Raises ``InputError`` with file, line and what to do for anything that cannot be used.
    """

    if not folder.is_dir():
        raise InputError(
            _("{folder} is not a folder").format(folder=folder),
            _("give a folder of phrases such as phrases/id"),
        )
    return parse_script(folder)
