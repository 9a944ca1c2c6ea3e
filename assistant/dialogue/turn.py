"""A dialogue turn: collects the changes and acts that one event causes."""

import re
from dataclasses import replace

from assistant.dialogue import derived_facts
from assistant.dialogue.acts import Act, Adjust, Ask, Note, Say
from assistant.dialogue.facts import (
    Bookkeeping,
    Fact,
    Facts,
    Medical,
    value_of,
    values_of,
    with_fact,
)
from assistant.dialogue.interruption import is_dropped_by_question, remainder
from assistant.dialogue.notes import DiaryRecord, ProfileRecord
from assistant.dialogue.script.model import Guide, Line, Question, Script, Step
from assistant.dialogue.state import MUST_HEAR, PAUSE, REMARK, AgendaItem, State, Task

EMERGENCY = "emergency"
"""Kind of everything that may be spoken in an emergency."""

_NO_NAME = re.compile(r"(?:, ?)+([.,?!])")
"""Punctuation that is left of ", {name}." without a name."""


class DialogueTurn:
    """Mutable working copy of the state; lives only within one ``policy.step``."""

    def __init__(self, state: State, script: Script) -> None:
        self.state = state
        self.script = script
        self.acts: list[Act] = []
        self.dirty = False
        """True if the first item of the top task must be started (again)."""

        self.returned = False
        """True if a task has ended above another one that now goes on."""

        self.carried: tuple[AgendaItem, ...] = ()
        """Unspoken warnings of an ended task, for the next one."""

        self.before: Facts = frozenset()
        """Facts before the user spoke."""

        self.moved_on = False
        """True if the user has spoken: an interrupted reply is then dropped."""

        self._derived: tuple[State | None, Facts] = (None, frozenset())
        self._placed = 0  # items at the front of the top task that were added in this turn

    # --- the stack of tasks ------------------------------------------------------------

    @property
    def top(self) -> Task | None:
        """The active task."""
        return self.state.tasks[-1] if self.state.tasks else None

    @property
    def head(self) -> AgendaItem | None:
        """The item in progress, or due next."""
        return self.top.items[0] if self.top and self.top.items else None

    @property
    def guide(self) -> Guide | None:
        """The guide of the top task."""
        top = self.top
        return self.script.guides.get(top.name) if top and top.kind == "guide" else None

    @property
    def current_step(self) -> Step | None:
        """The current step of the top task's guide."""
        guide, top = self.guide, self.top
        inside = guide and top and 0 <= top.step < len(guide.steps)
        return guide.steps[top.step] if guide and top and inside else None

    def find(self, kind: str) -> Task | None:
        """The uppermost task of this kind."""
        return next((task for task in reversed(self.state.tasks) if task.kind == kind), None)

    def set_top(self, task: Task) -> None:
        """Replace the top task."""
        self.state = replace(self.state, tasks=(*self.state.tasks[:-1], task))

    def push(self, task: Task) -> None:
        """Start ``task`` on top of the stack; the task below resumes later."""
        self.park()
        task = replace(task, items=(*self.carried, *task.items))
        self.state = replace(self.state, tasks=(*self.state.tasks, task))
        self.returned = False
        self._placed, self.carried = len(self.carried), ()

    def pop(self) -> Task | None:
        """End the top task; its unspoken warnings move to the next one."""
        top = self.top
        if top is None:
            return None
        fresh = top.items[: self._placed]
        self.carried += tuple(i for i in top.items if i.tag == MUST_HEAR or i in fresh)
        self.state = replace(self.state, tasks=self.state.tasks[:-1])
        self.dirty = True
        self._placed = 0
        below = self.top
        self.returned = top.kind != "talk" and below is not None
        if below:
            self._placed = len(self.carried)
            self.set_top(replace(below, items=(*self.carried, *below.items)))
            self.carried = ()
        return top

    # --- facts -------------------------------------------------------------------------

    @property
    def facts(self) -> Facts:
        """All facts, with the derived ones (``derived_facts.facts_of``)."""
        state, found = self._derived
        if state is not self.state:
            found = derived_facts.facts_of(self.state, self.script)
            self._derived = (self.state, found)
        return found

    @property
    def forbidden(self) -> frozenset[str]:
        """Kinds of lines that the raised flags and the cautions forbid."""
        return derived_facts.forbidden_kinds(self.facts, self.script)

    @property
    def in_emergency(self) -> bool:
        """True if a flag with a guide of its own is raised."""
        raised = set(values_of(self.facts, Medical.FLAG))
        return any(flag.guide for flag in self.script.flags if flag.name in raised)

    def allows(self, item: AgendaItem) -> bool:
        """True if the flags let ``item`` be spoken. The only safety gate: every item passes it."""
        if self.in_emergency:
            return item.kind == EMERGENCY
        return item.kind not in self.forbidden

    def learn(self, *facts: Fact) -> None:
        """Add facts; a new situation replaces those that it excludes."""
        for key, value in facts:
            rivals: frozenset[str] | None = None
            if key == Medical.SITUATION:
                groups = [group for group in self.script.exclusive if value in group]
                rivals = frozenset().union(*groups)
            elif key in (Medical.SIGN, Medical.DENIED, Medical.UNSURE, Bookkeeping.UNANSWERED):
                rivals = frozenset()
            self.state = replace(self.state, facts=with_fact(self.state.facts, key, value, rivals))

    # --- what is said ------------------------------------------------------------------

    def fill(self, text: str, **values: str) -> str:
        """Fill the placeholders of a text."""
        words = self.script.words
        step = self.current_step
        wondered = value_of(self.state.facts, Bookkeeping.WONDERED)
        minutes = value_of(self.state.facts, Bookkeeping.DEAF_FOR)
        known = {
            "span": words.get(f"span_{minutes}", ""),
            "leg": words.get(value_of(self.facts, Medical.LEG), words["leg"]),
            "name": self.state.person,
            "who": self.state.tell,
            "step": step.name if step else "",
            "title": self.guide.title if self.guide else "",
            "sign": words.get(f"sign_{value_of(self.state.facts, Bookkeeping.HEARD)}", ""),
            "unsure": words.get(f"ask_{wondered}") or words.get(f"sign_{wondered}", ""),
        }
        filled = " ".join(text.format_map(_Blanks(known | values)).split())
        return _NO_NAME.sub(r"\1", filled)

    def park(self) -> None:
        """Interrupt the item in progress; the rest of it stays queued."""
        top, head = self.top, self.head
        if self.dirty or top is None or head is None:
            self.dirty = True
            return
        rest = remainder(head, self.state, self.script)
        if head.tag == PAUSE:
            top = replace(top, waited=self._waited(top))
        items = (*((rest,) if rest else ()), *top.items[1:])
        while self.moved_on and items and items[0].tag == REMARK:
            items = items[1:]
        self.set_top(replace(top, items=items))
        self.dirty = True

    def drop(self, count: int = 1) -> None:
        """Drop the first items of the top task."""
        if self.top:
            self.park_wait()
            self.set_top(replace(self.top, items=self.top.items[count:]))
            self.dirty = True

    def park_wait(self) -> None:
        """Add the time of a pause that ends now."""
        if self.top and self.head and self.head.tag == PAUSE and not self.dirty:
            self.set_top(replace(self.top, waited=self._waited(self.top)))

    def _waited(self, task: Task) -> float:
        """Seconds that ``task`` has been paused, with this pause; rounding makes it no less."""
        return max(0.0, task.waited + self.state.now - self.state.since)

    def remark(self, *items: AgendaItem) -> None:
        """Queue items after the remarks of this turn and before everything else."""
        if self.top is None:
            self.push(Task("talk", "talk", started=self.state.now))
        self.park()
        top = self.top
        if top:
            at = self._placed
            self.set_top(replace(top, items=(*top.items[:at], *items, *top.items[at:])))
            self._placed += len(items)

    def say(self, reply: str, kind: str = "", **values: str) -> None:
        """Queue the reply with this name as a remark."""
        self.say_lines(self.script.replies[reply], kind, REMARK, **values)

    def say_lines(
        self, lines: tuple[Line, ...], kind: str = "", tag: str = MUST_HEAR, **values: str
    ) -> None:
        """Queue every line whose condition holds as a remark."""
        facts = self.facts
        self.remark(
            *(
                AgendaItem(
                    Say(self.fill(line.text, **values), line.pause),
                    tag=tag,
                    kind=line.kind or kind,
                )
                for line in lines
                if line.condition.holds(facts)
            )
        )

    def ask(self, name: str, kind: str = "") -> None:
        """Ask one of the replies' questions now; it replaces others, except safety questions."""
        self.park()
        top = self.top
        if top:
            remaining = [
                i
                for i in top.items
                if i.question != f"reply/{name}" and not is_dropped_by_question(i)
            ]
            self._placed -= sum(item not in remaining for item in top.items[: self._placed])
            self.set_top(replace(top, items=tuple(remaining)))
        question = self.script.questions[name]
        self.remark(self.asking(question, f"reply/{name}", kind))

    def asking(self, question: Question, ref: str, kind: str = "", attempt: int = 0) -> AgendaItem:
        """The item that asks ``question``; the short form if it was asked before."""
        facts = self.facts
        fitting = [one for one in question.lines if one.condition.holds(facts)]
        line = fitting[0] if fitting else question.lines[0]
        text = question.short if attempt else line.text
        return AgendaItem(Ask(self.fill(text), question.wait), ref, attempt, kind=line.kind or kind)

    def note(self, record: DiaryRecord | ProfileRecord) -> None:
        """Hand out a record for the diary or the profile store."""
        self.acts.append(Note(record))

    def adjust(self) -> None:
        """Emit the present volume and speaking rate."""
        loud = min(self.state.volume * self.state.loud, self.script.settings["volume_highest"] * 2)
        self.acts.append(Adjust(round(loud, 3), round(self.state.rate, 3)))


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""
