"""The graphs of a model folder in Vosk, and their second passes; each is read on first use."""

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from assistant.asr import model_format
from assistant.asr.network_chunks import network_chunks
from assistant.asr.second_pass.scorer import SecondPassScorer
from assistant.asr.sentence_acceptor import SentenceAcceptor
from assistant.asr.vosk_import import Model
from assistant.core.errors import MissingError
from assistant.core.interrupts import deferred_interrupt
from assistant.core.listening_state import ListeningState
from assistant.core.translation import _

_SECOND_PASS_STATE = ListeningState.IDLE
"""The state in which nobody is expected to speak: the second pass decides;
over somebody's own commands it does in any state."""


@dataclass(frozen=True)
class VoskGraph:
    """A loaded Vosk model and the sentences of its grammar."""

    model: Model
    sentences: SentenceAcceptor
    free: bool = False
    """Whether it hears words besides the sentences, by a language model."""

    home: bool = False
    """Whether the sentences are somebody's own commands, which the second pass decides on."""


class VoskGraphs:
    """The graphs of the listening states; two states may share one."""

    def __init__(self, model: Path, frames_per_chunk: int | None = None) -> None:
        """Check the model folder ``model``; nothing is loaded yet.

        ``frames_per_chunk``: see ``network_chunks``; None for Vosk's own. Raises ``MissingError``
        when the folder is no model built by this project, or is damaged.
        """
        self._folder = model
        self._frames_per_chunk = frames_per_chunk
        self._names = _read_states(model)
        self._graphs: dict[str, VoskGraph] = {}
        self._second_passes: dict[str, SecondPassScorer] = {}

    def has(self, state: ListeningState) -> bool:
        """Whether ``state`` has a graph."""
        return self._names.get(state) is not None

    def graph(self, state: ListeningState) -> VoskGraph | None:
        """The graph of ``state``; None if it has none. Raises ``MissingError`` if it is damaged."""
        name = self._names.get(state)
        if name is None:
            return None
        if name not in self._graphs:
            self._graphs[name] = self._read(self._folder / name)
        return self._graphs[name]

    def second_pass(self, state: ListeningState) -> SecondPassScorer | None:
        """The second pass over the graph of ``state``, where it decides."""
        name, graph = self._names.get(state), self.graph(state)
        if name is None or graph is None or not (state == _SECOND_PASS_STATE or graph.home):
            return None
        if name not in self._second_passes:
            self._second_passes[name] = _read_second_pass(self._folder / name)
        return self._second_passes[name]

    def _read(self, folder: Path) -> VoskGraph:
        try:
            sentences = SentenceAcceptor(folder / model_format.GRAMMAR, folder / model_format.WORDS)
            chunks = network_chunks(folder, self._frames_per_chunk)
            with deferred_interrupt(), chunks as opened:
                model = Model(str(opened))
        except Exception as error:  # noqa: BLE001 - Vosk raises nothing more precise
            raise MissingError(
                _("the model in {folder} is damaged").format(folder=folder),
                _("run `python3 run.py build`"),
            ) from error
        free = (folder / model_format.FREE_SPEECH).is_file()
        return VoskGraph(model, sentences, free, (folder / model_format.HOME).is_file())


def load_second_pass(model: Path) -> SecondPassScorer:
    """Load the second-pass scorer of the idle state; raises ``MissingError`` if it is damaged."""
    return _read_second_pass(model / (_read_states(model)[_SECOND_PASS_STATE] or ""))


def _read_second_pass(folder: Path) -> SecondPassScorer:
    try:
        return SecondPassScorer(folder)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        room = folder / model_format.SECOND_PASS
        raise MissingError(
            _("{room} is damaged ({error})").format(room=room, error=error),
            _("run `python3 run.py build`"),
        ) from error


def _read_states(model: Path) -> dict[str, str | None]:
    """Listening state → its Vosk folder within ``model``.

    Vosk may end the process over a damaged file, so nothing is loaded before all are checked.
    """
    record = model_format.read_manifest(model)
    if record is None:
        raise MissingError(
            _("no model in {model}, or a damaged one").format(model=model),
            _("run `python3 run.py build`"),
        )
    return dict(record["states"])  # type: ignore[call-overload,no-any-return]  # of a checked file
