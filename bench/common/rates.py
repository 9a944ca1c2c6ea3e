"""Rates of rare events, with their upper bounds."""

import math

_CONFIDENCE = 0.95


def upper_bound(events: int, exposure: float) -> float:
    """Upper 95 % confidence bound of a Poisson rate: ``events`` seen in ``exposure`` hours.

    The exact one-sided bound (Garwood 1936): the rate at which so few events or fewer would be seen
    in one of twenty measurements. For no event it is 3.0 / ``exposure``.
    """
    low, high = float(events), events + 10 * math.sqrt(events + 1) + 10
    for _ in range(60):
        mean = (low + high) / 2
        terms = (
            math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(events + 1)
        )
        low, high = (mean, high) if math.fsum(terms) > 1 - _CONFIDENCE else (low, mean)
    return high / exposure


def rate(events: int, exposure: float) -> str:
    """As in ``2 (1.0/h, < 3.1/h)``."""
    bound = upper_bound(events, exposure)
    return f"{events} ({events / exposure:.2f}/h, < {bound:.2f}/h)"
