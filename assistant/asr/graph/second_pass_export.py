"""Exports what second-pass scoring (``second_pass/scorer.py``) needs as plain numpy arrays.

From the base model: the TDNN-F network, the i-vector extractor and the pdfs of each phone. From a
decoding graph: its arcs, with pdf-ids in place of transition-ids.
"""

import filecmp
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.asr.graph.base_model import BaseModel
from assistant.asr.graph.const_fst import ConstFst
from assistant.asr.graph.context_dependency import SILENCES, Table, read_tuples
from assistant.asr.graph.kaldi_io import KaldiFile
from assistant.asr.graph.work_folder import replace_folder, work_folder
from assistant.asr.model_format import (
    LINEAR,
    NETWORK,
    PHONES,
    QUADRATIC,
    SECOND_PASS,
    SPEAKER,
    Floats,
    GraphArrays,
    NetworkArrays,
    PhoneArrays,
    SpeakerArrays,
    save_network,
)
from assistant.asr.model_format import NetworkKeys as Keys
from assistant.core.errors import InputError
from assistant.core.translation import _

_FILES = (NETWORK, SPEAKER, PHONES, LINEAR, QUADRATIC)

_COEFFICIENTS = 40
_SPLICED = 7

Half = npt.NDArray[np.float16]


def extract_network(path: Path) -> NetworkArrays:
    """The TDNN-F network of ``final.mdl``: float32 arrays, batch norms as scale and offset.

    Raises ``InputError`` for a network of another layout.
    """
    file = KaldiFile(path).after("<Nnet3>")
    plan = file.text_until("<NumComponents>")
    layers = dict(file.parts("<ComponentName>"))
    try:
        factored = sorted({int(n) for n in re.findall(r"name=tdnnf(\d+)\.noop ", plan)})
        (bypass,) = set(re.findall(r"input=Sum\(Scale\(([\d.]+), ", plan))
        first = _affine(layers["tdnn1.affine"])
        lda = _affine(layers["lda"])
        found: NetworkArrays = {
            # Two affine transforms in a row, merged into one.
            Keys.weight("first"): first[0] @ lda[0],
            Keys.bias("first"): first[0] @ lda[1] + first[1],
            Keys.BYPASS: np.array([bypass], np.float32),
        }
        found.update(_norm(layers["tdnn1.batchnorm"], "first"))
        strides = []
        for number in factored:
            narrow, wide = layers[f"tdnnf{number}.linear"], layers[f"tdnnf{number}.affine"]
            strides.append(_stride(narrow, wide))
            layer = str(number)
            found[Keys.weight(Keys.narrow(layer))] = narrow.array_of("<LinearParams>")
            found[Keys.weight(layer)], found[Keys.bias(layer)] = _affine(wide)
            found.update(_norm(layers[f"tdnnf{number}.batchnorm"], layer))
        found[Keys.NUMBERS], found[Keys.STRIDES] = np.array(factored), np.array(strides)
        found[Keys.BOTTOM] = layers["prefinal-l"].array_of("<Params>")
        for head, end in (("chain", "output"), ("xent", "output-xent")):
            wide, narrow = layers[f"prefinal-{head}.affine"], layers[f"prefinal-{head}.linear"]
            found[Keys.weight(head)], found[Keys.bias(head)] = _affine(wide)
            found.update(_norm(layers[f"prefinal-{head}.batchnorm1"], head))
            found[Keys.weight(Keys.narrow(head))] = narrow.array_of("<Params>")
            found.update(_norm(layers[f"prefinal-{head}.batchnorm2"], Keys.narrow(head)))
            out = Keys.out(head)
            found[Keys.weight(out)], found[Keys.bias(out)] = _affine(layers[f"{end}.affine"])
    except (KeyError, ValueError) as error:
        raise InputError(
            _("{path} holds a network of another kind ({error})").format(path=path, error=error),
            _("take a Vosk small model"),
        ) from error
    return found


def _affine(part: KaldiFile) -> tuple[Floats, Floats]:
    weights = part.array_of("<LinearParams>").astype(np.float32)
    return weights, part.array_of("<BiasParams>").astype(np.float32)


def _norm(part: KaldiFile, name: str) -> dict[str, Floats]:
    """A batch norm in test mode as scale and offset, float32, shape (dimension,).

    Source: Kaldi ``nnet3/nnet-normalize-component.cc``.
    """
    spread = np.sqrt(part.array_of("<StatsVar>") + part.number_of("<Epsilon>"))
    scale = part.number_of("<TargetRms>") / spread
    offset = -part.array_of("<StatsMean>") * scale
    return {
        Keys.scale(name): scale.astype(np.float32),
        Keys.offset(name): offset.astype(np.float32),
    }


def _stride(narrow: KaldiFile, wide: KaldiFile) -> int:
    """Time offset of a TDNN-F layer in frames, back and ahead; 0 without context."""
    before, after = (part.int_list_of("<TimeOffsets>") for part in (narrow, wide))
    stride = -before[0]
    if (before, after) not in (([-stride, 0], [0, stride]), ([0], [0])):
        raise ValueError(_("time offsets {before} and {after}").format(before=before, after=after))
    return stride


def extract_speaker(folder: Path) -> tuple[SpeakerArrays, Half, Half]:
    """The i-vector extractor: small arrays by name, then M'Σ⁻¹ and M'Σ⁻¹M of each Gaussian.

    float16, shapes (Gaussians, i-vector dim, feature dim) and (Gaussians, packed). M (features by
    i-vector) maps the i-vector to a shift of the mean; Σ is the covariance (Dehak et al. 2011,
    "Front-End Factor Analysis for Speaker Verification"; Kaldi ``ivector/ivector-extractor.cc``).
    M'Σ⁻¹M is packed: its lower triangle, row by row.
    """
    turn = KaldiFile(folder / "final.mat", skip=2).array()
    gaussians = KaldiFile(folder / "final.dubm")
    extractor = KaldiFile(folder / "final.ie").after("<M>")
    means = [extractor.array() for _ in range(extractor.integer())]
    extractor.after("<SigmaInv>")
    precisions = [extractor.array() for _ in means]
    linear = np.stack([m.T @ p for m, p in zip(means, precisions, strict=True)])
    triangle = np.tril_indices(linear.shape[1])
    quadratic = np.stack([(a @ m)[triangle] for a, m in zip(linear, means, strict=True)])
    sums = np.array((folder / "global_cmvn.stats").read_text(encoding="ascii").split()[1:-1])
    sums = sums[: _COEFFICIENTS + 1].astype(np.float64)
    if turn.shape[1] != _SPLICED * _COEFFICIENTS + 1:
        raise InputError(
            _("{folder} splices other frames than ±3").format(folder=folder),
            _("take a Vosk small model"),
        )
    small = SpeakerArrays(
        mean=(sums[:-1] / sums[-1]).astype(np.float32),
        turn=turn.astype(np.float32),
        constants=gaussians.array_of("<GCONSTS>"),
        means=gaussians.array_of("<MEANS_INVVARS>"),
        precisions=gaussians.array_of("<INV_VARS>"),
        prior=np.array([extractor.after("<IvectorOffset>").number()]),
    )
    return small, linear.astype(np.float16), quadratic.astype(np.float16)


def export_base(base: BaseModel) -> Path:
    """Return the folder of the arrays, within the base model's.

    Arrays that are there stay, with their hard links in models, unless they are damaged; that is
    found by exporting them again (0.3 s).
    """
    network = base.network
    folder = base.folder / SECOND_PASS / network.stem
    with work_folder(folder.parent, "second") as temporary:
        room = temporary / SECOND_PASS
        room.mkdir()
        save_network(room / NETWORK, extract_network(network))
        phone_classes(read_tuples(network)).save(room / PHONES)
        small, linear, quadratic = extract_speaker(base.folder / "ivector")
        small.save(room / SPEAKER)
        np.save(room / LINEAR, linear)
        np.save(room / QUADRATIC, quadratic)
        if filecmp.cmpfiles(room, folder, _FILES, shallow=False)[0] != list(_FILES):
            replace_folder(room, folder)
    return folder


def phone_classes(tuples: Table) -> PhoneArrays:
    """The pdf-ids of each base phone, in any position and context; silence comes last.

    ``tuples``: see ``read_tuples``.
    """
    phone = tuples[:, 0]
    kind = np.where(phone <= SILENCES, np.iinfo(np.int32).max, (phone - SILENCES - 1) // 4)
    found = []
    for column in (2, 3):
        lists = [np.unique(tuples[kind == one, column]) for one in np.unique(kind)]
        found += [np.concatenate(lists), np.cumsum([0, *(len(one) for one in lists[:-1])])]
    return PhoneArrays(*found)


def export_graph(path: Path, graph: ConstFst, tuples: Table) -> None:
    """Write a graph with pdf-ids as input labels, for the Viterbi search of the second pass.

    ``tuples``: see ``read_tuples``. Raises ``ValueError`` for an input epsilon on an arc that does
    not leave the start state.
    """
    count = graph.states["arcs"].astype(np.int64)
    source = np.repeat(np.arange(len(graph.states)), count)
    label = graph.arcs["ilabel"]
    silent = label == 0
    if np.any(source[silent] != graph.start):
        raise ValueError(_("an epsilon arc within the graph"))
    number = (label - 1) // 2
    forward = label % 2 == 0
    state = np.where(forward, tuples[number, 2], tuples[number, 3])
    GraphArrays(
        start=np.array([graph.start]),
        entries=graph.arcs["next"][silent],
        entry_costs=graph.arcs["weight"][silent],
        first=graph.states["first"].astype(np.int32),
        count=count.astype(np.int32),
        final=graph.states["final"].astype(np.float32),
        goal=graph.arcs["next"].astype(np.int32),
        state=np.where(silent, -1, state).astype(np.int16),
        silent=tuples[number, 0] <= SILENCES,
        entering=forward & ~silent,
        word=graph.arcs["olabel"].astype(np.int32),
        cost=graph.arcs["weight"],
    ).save(path)
