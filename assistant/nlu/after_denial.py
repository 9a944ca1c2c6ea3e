"""A sign that is told after a denial, in one breath: "tidak, dada saya sakit", heard without comma.

One negation and two complaints: it denies the first alone. What follows it, understood by itself,
is asked about when it is a danger.
"""

from collections.abc import Callable, Set
from dataclasses import replace

from assistant.nlu.danger import DANGER_INTENTS, unsure_negation
from assistant.nlu.intent import Interpretation
from assistant.nlu.reason import InterpretationReason

_COMPLAINTS = frozenset({"sakit", "nyeri", "kram", "kejang", "kaku", "bengkak", "lara", "loro"})
_JOINED = frozenset({"atau", "dan", "maupun", "ataupun", "juga", "apalagi"})
"""Words that take the denial on: "tidak bengkak atau merah"."""


def sign_after_denial(
    found: Interpretation,
    words: str,
    negations: Set[str],
    interpret: Callable[[str], Interpretation],
) -> Interpretation:
    """``found``, or the danger that follows the last negation of ``words``, to be asked about.

    ``negations``: every word that negates; ``interpret``: what a part means by itself.
    """
    intent, said = found.intent, words.split()
    places = [at for at, word in enumerate(said) if word in negations]
    if not places or found.reason == InterpretationReason.EXACT:
        return found
    if places[-1] == 0 and not found.accepted:
        rest = said[1:]
    elif intent is not None and intent.slots.get("negated") == "yes":
        denied = said[places[-1] + 1 : places[-1] + 2]
        rest = said[places[-1] + 2 :] if _COMPLAINTS.intersection(denied) else []
    else:
        return found
    told = interpret(" ".join(rest)) if len(rest) > 1 and rest[0] not in _JOINED else found
    if told.intent is None or told.intent.name not in DANGER_INTENTS or not told.accepted:
        return found
    if "negated" in told.intent.slots:
        return found
    return unsure_negation(told, replace(told.intent, text=words))
