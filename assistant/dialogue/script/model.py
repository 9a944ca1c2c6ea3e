"""The script as data: everything the guide can say and do, read from a folder of phrases."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.dialogue.facts import ALWAYS, Condition, Fact, Facts


@dataclass(frozen=True)
class Line:
    """A sentence that is spoken if its condition holds."""

    text: str
    source: tuple[str, ...] = ()
    """Sources, as tags of docs/content.md; ``talk`` if it makes no medical claim."""

    condition: Condition = ALWAYS
    pause: float = 0.4
    """Seconds of silence after the text."""

    kind: str = ""
    """``stretch``, ``massage``, ``heat`` …; flags can forbid kinds."""

    where: str = ""
    """File and line, for messages."""


@dataclass(frozen=True)
class Action:
    """What an answer leads to."""

    condition: Condition = ALWAYS
    lines: tuple[Line, ...] = ()
    set: tuple[Fact, ...] = ()
    signs: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    go: str = ""
    """``next``, ``again``, ``end`` or the id of a step."""

    do: str = ""
    """An intent to handle as if the user had said it."""


@dataclass(frozen=True)
class Question:
    """A question and the actions of its answers."""

    lines: tuple[Line, ...]
    """The first whose condition holds is asked."""

    short: str
    """Asked when there was no answer."""

    wait: float
    again: int
    """How often it is repeated."""

    offer: str
    """Said when the answer was not understood twice; names the possible words."""

    only: bool = False
    """True if only its answers, stop, help, repeat, a cramp and warning signs are handled."""

    answers: tuple[tuple[frozenset[str], tuple[Action, ...]], ...] = ()
    """Intents (or ``silence``, or ``unheard``: something not understood) → actions; the first
    whose condition holds applies."""

    @property
    def intents(self) -> frozenset[str]:
        """All intents that answer it, and ``silence`` if that counts as an answer."""
        return frozenset(name for names, _ in self.answers for name in names)

    def actions(self, intent: str) -> tuple[Action, ...]:
        """The actions of ``intent``; empty if it is no answer."""
        return next((actions for names, actions in self.answers if intent in names), ())


@dataclass(frozen=True)
class Part:
    """The smallest unit of a step.

    ``kind`` is say, hold, ask, listen, cue, tell, volume, set or go.
    """

    kind: str
    condition: Condition = ALWAYS
    label: str = ""
    """``again`` marks where the next block begins."""

    lines: tuple[Line, ...] = ()
    seconds: float = 0.0
    count: float = 5.0
    """Seconds between two counts of a hold; 0 for a silent hold."""

    resume: tuple[Line, ...] = ()
    """Said before the rest of an interrupted hold: the first whose condition holds."""

    question: Question | None = None
    value: str = ""
    set: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Step:
    """A step of a guide, the unit of "next", "back" and resuming."""

    id: str
    name: str
    """Its spoken name."""

    parts: tuple[Part, ...]
    kind: str = ""
    condition: Condition = ALWAYS
    blocks: int = 0
    """Maximum number of blocks (``again``); 0 for any number."""

    spent: str = "next"
    """Jump target when the blocks are used up."""


@dataclass(frozen=True)
class Limit:
    """After ``seconds`` of guidance go to a step, if the condition holds."""

    seconds: float
    go: str
    condition: Condition = ALWAYS


@dataclass(frozen=True)
class Guide:
    """A sequence of steps."""

    name: str
    title: str
    steps: tuple[Step, ...]
    starts: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)
    """Intents that start it, with the facts that each implies."""

    eased: str = ""
    """Step to go to when the user says that it is better."""

    worse: str = ""
    """Step to go to when it still hurts after having been better."""

    too_long: str = ""
    """Step to go to when the user says that it has lasted very long."""

    limit: Limit | None = None
    episode: bool = False
    """True if the diary stores it as a cramp."""

    def index(self, step: str) -> int:
        """Position of the step with this id, or the number of steps."""
        ids = [one.id for one in self.steps]
        return ids.index(step) if step in ids else len(ids)


@dataclass(frozen=True)
class Flag:
    """A group of warning signs and their effects."""

    name: str
    signs: frozenset[str]
    forbids: frozenset[str]
    """Kinds of lines and steps that may no longer be spoken while it is raised."""

    lines: tuple[Line, ...]
    guide: str = ""
    """Guide that takes over (the emergency)."""

    go: str = ""
    """Jump target in a running guide; ``end`` for its end."""

    ask: str = ""
    """The replies' question to ask when no guide is running."""

    ask_always: bool = False
    """True if ``ask`` is asked within a guide too."""

    condition: Condition = ALWAYS
    """Circumstances in which the signs mean this."""

    ranked: tuple[str, ...] = ()
    """``signs``, the most urgent first."""


@dataclass(frozen=True)
class Caution:
    """Circumstances that forbid kinds of lines and steps without being a warning sign."""

    forbids: frozenset[str]
    condition: Condition
    also: Condition = ALWAYS
    """A second condition that must hold as well: two values of one key."""

    def holds(self, facts: Facts) -> bool:
        """True if both conditions hold."""
        return self.condition.holds(facts) and self.also.holds(facts)


@dataclass(frozen=True)
class Topic:
    """An answer, in pieces."""

    name: str
    pieces: tuple[Line, ...]
    parts: tuple[str, ...] = ()
    """Topics that follow after its own pieces."""

    seed: tuple[str, ...] = ()
    """Sections of the seed article that it covers."""

    intents: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)  # by identity: it is loaded once, and results are kept by it
class Script:
    """All that can be said."""

    guides: Mapping[str, Guide]
    flags: tuple[Flag, ...]
    sign_of: Mapping[str, str]
    """Intent → the sign it stands for when it names none."""

    topics: Mapping[str, Topic]
    replies: Mapping[str, tuple[Line, ...]]
    questions: Mapping[str, Question]
    messages: Mapping[str, str]
    """Texts for the recipient, by the reason: ``emergency``, ``warning`` or ``all_clear``."""

    words: Mapping[str, str]
    numbers: tuple[str, ...]
    settings: Mapping[str, float]
    reminders: tuple[float, ...]
    """Seconds before each successive reminder of a pause."""

    exclusive: tuple[frozenset[str], ...]
    """Situations of which only one can hold at a time."""

    passing: frozenset[str] = frozenset()
    """Situations of one moment, which do not outlive a cramp."""

    checks: Mapping[str, str] = field(default_factory=dict)
    """Situation → the question to ask at once of somebody in it."""

    cautions: tuple[Caution, ...] = ()
    farewells: tuple[str, ...] = ()
    """Words with which a user takes leave in the same breath as saying that it is better."""

    def guide_for(self, intent: str) -> Guide | None:
        """The guide that ``intent`` starts."""
        return next((guide for guide in self.guides.values() if intent in guide.starts), None)

    def topic_for(self, intent: str, topic: str) -> Topic | None:
        """The answer to ``ask`` about ``topic``, or to an intent that is a question itself."""
        asking = {"ask"}.union(*(one.intents for one in self.topics.values()))
        if topic in self.topics and intent in asking:
            return self.topics[topic]
        return next((one for one in self.topics.values() if intent in one.intents), None)
