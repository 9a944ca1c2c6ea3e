"""The acceptor of a graph's sentences: whether words are one of them, and whether it may go on."""

from bisect import bisect_left
from pathlib import Path

import numpy as np
import numpy.typing as npt


class SentenceAcceptor:
    """Reads what ``graph/word_grammar.save_acceptor`` wrote."""

    def __init__(self, path: Path, words: Path) -> None:
        """``words``: the file of the graph's output symbols.

        Raises ``OSError``, ``KeyError``, ``ValueError`` or ``BadZipFile``.
        """
        with np.load(path) as arrays:
            self._first, self._word, self._goal, self._final = (
                arrays[name] for name in ("first", "word", "goal", "final")
            )
            self._closing = int(arrays["closing"])
        lines = (line.split() for line in words.read_text(encoding="utf-8").splitlines())
        self._ids = {word: int(number) for word, number in lines}

    def whole(self, words: str) -> bool:
        """Whether ``words`` are a sentence."""
        state = self._after(words)
        return state is not None and bool(self._final[state])

    def complete(self, words: str) -> bool:
        """Whether ``words`` are a sentence that nothing but a courtesy can follow."""
        state = self._after(words)
        if state is None or not self._final[state]:
            return False
        return bool((self._goal[self._first[state] : self._first[state + 1]] < self._closing).all())

    def _after(self, words: str) -> int | None:
        """The state after ``words``; None if no sentence begins with them."""
        state = len(self._final) - 1
        for word in words.split():
            arcs: npt.NDArray[np.int32] = self._word[self._first[state] : self._first[state + 1]]
            number = self._ids.get(word, -1)
            place = bisect_left(arcs, number)
            if place == len(arcs) or arcs[place] != number:
                return None
            state = int(self._goal[self._first[state] + place])
        return state
