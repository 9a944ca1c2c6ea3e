"""What is known in a conversation, as a set of (key, value) pairs, and conditions over it."""

from dataclasses import dataclass

Fact = tuple[str, str]
Facts = frozenset[Fact]

Wanted = tuple[tuple[str, frozenset[str]], ...]
"""Keys with the values that satisfy each."""


@dataclass(frozen=True)
class Condition:
    """``when``: each key must have one of its values; ``unless``: none of the values may hold."""

    when: Wanted = ()
    unless: Wanted = ()

    def holds(self, facts: Facts) -> bool:
        """Whether the condition is met by ``facts``."""
        return all(_any(key, values, facts) for key, values in self.when) and not any(
            _any(key, values, facts) for key, values in self.unless
        )


ALWAYS = Condition()


def _any(key: str, values: frozenset[str], facts: Facts) -> bool:
    return any((key, value) in facts for value in values)


def values_of(facts: Facts, key: str) -> tuple[str, ...]:
    """All values of ``key``, sorted."""
    return tuple(sorted(value for name, value in facts if name == key))


def value_of(facts: Facts, key: str, default: str = "") -> str:
    """The first value of ``key``, or ``default``."""
    return next(iter(values_of(facts, key)), default)


def with_fact(facts: Facts, key: str, value: str, rivals: frozenset[str] | None = None) -> Facts:
    """Add a fact in place of its ``rivals``: the values that exclude it (None: all of the key)."""
    kept = {
        (name, other)
        for name, other in facts
        if name != key or (rivals is not None and other not in rivals)
    }
    return frozenset(kept | {(key, value)})


def without(facts: Facts, *keys: str) -> Facts:
    """Drop everything known under ``keys``."""
    return frozenset(fact for fact in facts if fact[0] not in keys)
