"""Import of a file's tensors into a graph: all of them, or those that fit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph, Node, parent
from archspec.weights import layouts, misfits, renaming
from archspec.weights.adapting import adapted, differ_in_channels, entries
from archspec.weights.expected import Expected, expected
from archspec.weights.initial import draw
from archspec.weights.names import KeyNaming
from archspec.weights.publishers import recognized
from archspec.weights.unwrapping import Unwrapped, unwrapped


@dataclass(frozen=True)
class TakingTerms:
    """Options of an import.

    ``partial`` draws tensors that are missing or have another shape from ``seed``. ``adapt`` says
    how the first convolution is adapted to another number of channels: ``sum`` or ``repeat``.
    """

    partial: bool = False
    seed: int = 0
    adapt: str | None = None


STRICT = TakingTerms()
NOTHING = Unwrapped({})


@dataclass(frozen=True)
class TakenTensors:
    """The imported tensors of a graph, and a record of the others.

    ``filled`` are keys of scales that the publisher omits because they are one; ``drawn`` maps keys
    that were drawn from the seed to the reason; ``adapted`` are kernels converted to other inputs.
    ``left`` are unused names in the file of auxiliary heads, ``unexpected`` all other unused ones.
    """

    tensors: Mapping[str, Any]
    filled: tuple[str, ...] = ()
    drawn: Mapping[str, str] = field(default_factory=dict)
    adapted: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    around: Unwrapped = NOTHING

    @property
    def matched(self) -> int:
        """The number of tensors taken from the file."""
        return len(self.tensors) - len(self.filled) - len(self.drawn)


def take(
    source: Mapping[str, Any], naming: KeyNaming, graph: Graph, terms: TakingTerms = STRICT
) -> TakenTensors:
    """Convert a file's tensors to a graph's, auxiliary heads included if the graph has them.

    Raises ``SpecError`` with all tensors that are missing, match a layer but no parameter of its
    step, have another shape, or hold anything but finite numbers.
    """
    around = unwrapped(_renumbered(source, naming), naming)
    _refuse_other_names(around.tensors, naming, terms)
    found = _Found(around, naming, graph, terms)
    found.collect()
    found.judge()
    return found.imported()


def _refuse_other_names(theirs: Mapping[str, Any], naming: KeyNaming, terms: TakingTerms) -> None:
    """Refuse a file with none of the names, or with another number of Keras's numbered ones."""
    if theirs.keys().isdisjoint(naming.keys.values()):
        raise SpecError((_strange(theirs, naming),))
    miscounted = tuple(_miscounted(theirs, naming))
    if terms.partial and miscounted:
        raise SpecError(miscounted)


class _Found:
    """The state of an import: what was taken, filled, adapted, drawn and found wrong so far."""

    def __init__(
        self, around: Unwrapped, naming: KeyNaming, graph: Graph, terms: TakingTerms
    ) -> None:
        self.around, self.naming, self.graph, self.terms = around, naming, graph, terms
        self.theirs = around.tensors
        self.names = _names(naming, self.theirs)
        known = {*naming.keys.values(), *self.names.values()}
        self.rest = [name for name in self.theirs if name not in known]
        self.entries = entries(graph)
        self.taken: dict[str, Any] = {}
        self.filled: list[str] = []
        self.adapted: list[str] = []
        self.drawn: dict[str, str] = {}
        self.wrong: list[Diagnostic] = []

    def collect(self) -> None:
        """Look up each tensor of the graph in the file."""
        for key, each in expected(self.graph).items():
            name = self.names.get(key, "")
            if name in self.theirs:
                self._take(key, name, each)
            elif self.naming.unscaled and _is_scale(each):
                self.taken[key] = _ones(each)
                self.filled.append(key)
            else:
                alike = self._alike(each)
                told = misfits.missing(key, name, each, alike)
                self._refuse(key, told, self._absence(name, alike))

    def judge(self) -> None:
        """Raise ``SpecError`` with everything that is wrong."""
        surplus = () if self.terms.partial else self._surplus()
        wrong = [*self.wrong, *surplus]
        wanted = len(expected(self.graph))
        if wrong:
            raise SpecError(misfits.told(wrong, wanted, self.naming.whose))
        if len(self.drawn) == wanted:
            raise SpecError((_strange(self.theirs, self.naming),))

    def imported(self) -> TakenTensors:
        """Draw what was not found and return the result."""
        tensors = self.taken | draw(self.graph, self.terms.seed, self.drawn.keys())
        heads = self.naming.heads
        return TakenTensors(
            {key: tensors[key] for key in expected(self.graph)},
            tuple(self.filled),
            self.drawn,
            tuple(self.adapted),
            tuple(name for name in self.rest if name.startswith(heads)),
            tuple(name for name in self.rest if not name.startswith(heads)),
            self.around,
        )

    def _take(self, key: str, name: str, each: Expected) -> None:
        array = self._ours(key, self.theirs[name], each)
        if tuple(array.shape) != each.shape:
            needed = layouts.shape_of_theirs(each, self.naming.layout, self.graph)
            found = self.theirs[name].shape
            help = misfits.ADAPTED if self._is_of_other_inputs(array, each) else misfits.DRAWN
            told = misfits.misshapen(name, found, needed, each, help)
            self._refuse(key, told, f"{misfits.shown(found)} in the file")
            return
        floats = _floats(array)
        unsound = misfits.unsound(name, floats, each)
        if unsound is not None:
            self.wrong.append(unsound)
        self.taken[key] = floats

    def _surplus(self) -> Iterator[Diagnostic]:
        """Report tensors whose layer is known but whose step has no such parameter."""
        separator = self.naming.layout.separator
        paths = {
            name.rpartition(separator)[0]: parent(key) for key, name in self.naming.keys.items()
        }
        for name in self.rest:
            layer, _, variable = name.rpartition(separator)
            if layer in paths and not self._is_idle(name, self.graph.nodes[paths[layer]]):
                message = f"the file has `{name}`, and the step has no such parameter"
                labels = self.graph.nodes[paths[layer]].labels(f"has no {variable}")
                yield Diagnostic("weights/unexpected", message, labels)

    def _is_idle(self, name: str, node: Node) -> bool:
        """Whether a tensor is a scale of one, to which a norm without a scale is equivalent."""
        scale = self.naming.layout.norms.get("weight", "weight")
        called = name.rpartition(self.naming.layout.separator)[2]
        return node.op.role == "norm" and called == scale and bool((self.theirs[name] == 1).all())

    def _refuse(self, key: str, told: Diagnostic, reason: str) -> None:
        if self.terms.partial:
            self.drawn[key] = reason
        else:
            self.wrong.append(told)

    def _ours(self, key: str, array: Any, each: Expected) -> Any:
        """Convert a tensor to our layout, drop the background class, adapt the input channels."""
        array = layouts.ours(array, each, self.naming.layout, self.graph)
        background = each.node.path in self.naming.background
        if background and array.shape[:1] == (each.shape[0] + 1,):
            array = array[1:]
        array = layouts.regridded(array, each, self.graph)
        if self.terms.adapt and self._is_of_other_inputs(array, each):
            self.adapted.append(key)
            return adapted(_floats(array), each.shape, self.terms.adapt)
        return array

    def _alike(self, each: Expected) -> str | None:
        """Return the only unused tensor of the file with the shape of a missing one, if any."""
        needed = layouts.shape_of_theirs(each, self.naming.layout, self.graph)
        found = self.spare_shapes.get(needed, [])
        return found[0] if len(found) == 1 else None

    def _absence(self, name: str, alike: str | None) -> str:
        """Describe a missing name, with the rule to rename an unused tensor that fits."""
        if not name:
            return "new"
        absent = f"no `{name}` in the file"
        if alike is None:
            return absent
        rule = renaming.rule(alike, name, self.naming.layout.separator, self.around.beginning)
        return f"{absent}; `{alike}` fits: --rename {rule}"

    @cached_property
    def spare_shapes(self) -> Mapping[tuple[int, ...], list[str]]:
        """The unused tensors by shape."""
        shapes: dict[tuple[int, ...], list[str]] = {}
        for name in self.rest:
            shapes.setdefault(tuple(self.theirs[name].shape), []).append(name)
        return shapes

    def _is_of_other_inputs(self, array: Any, each: Expected) -> bool:
        is_entry = each.node.path in self.entries
        return is_entry and differ_in_channels(tuple(array.shape), each.shape)


def _names(naming: KeyNaming, theirs: Mapping[str, Any]) -> dict[str, str]:
    """Choose the name of each tensor: the spare one if the file has only that."""
    free = set(theirs).difference(naming.keys.values())
    names = dict(naming.keys)
    for key, spare in naming.spare.items():
        if names.get(key) not in theirs and spare in free:
            names[key] = spare
    return names


def _owner(theirs: Mapping[str, Any]) -> str:
    """Suggest whose names the tensors have."""
    found = recognized(theirs)
    if found is None:
        return "name the publisher with --from; `archspec weights inspect` lists the names"
    whose = f"{found.publisher}'s {found.network}"
    return f"they are those of {whose}: --from {found.publisher} --spec zoo:{found.spec}"


def _strange(theirs: Mapping[str, Any], naming: KeyNaming) -> Diagnostic:
    first = f"; its first is `{next(iter(theirs))}`" if theirs else ""
    return Diagnostic(
        "weights/missing",
        f"no tensor of the file is called as {naming.whose}{first}",
        help=_owner(theirs),
    )


def _miscounted(theirs: Mapping[str, Any], naming: KeyNaming) -> Iterator[Diagnostic]:
    """Report words whose number of layers differs, which would shift Keras's numbers after them."""
    for word in naming.automatic:
        counted = re.compile(rf"({word}(?:_\d+)?)/.+")
        numbers = [
            len({match[1] for name in names if (match := counted.fullmatch(name))})
            for names in (theirs, naming.keys.values())
        ]
        if numbers[0] != numbers[1]:
            yield Diagnostic(
                "weights/order",
                f"the file has {numbers[0]} layers that Keras numbers as `{word}`, and the spec"
                f" {numbers[1]}: they cannot be matched",
                help="--by order --partial takes what keeps its order and shapes",
            )


def _renumbered(source: Mapping[str, Any], naming: KeyNaming) -> dict[str, Any]:
    """Renumber Keras's automatic names from zero: later models of a session begin higher."""
    found = dict(source)
    for word in naming.automatic:
        pattern = re.compile(rf"{word}(?:_(\d{{1,9}}))?/(.+)")
        matched = [(match, name) for name in found if (match := pattern.fullmatch(name))]
        ranks = {n: rank for rank, n in enumerate(sorted({int(m[1] or 0) for m, _ in matched}))}
        arrays = {}
        for match, name in matched:
            rank = ranks[int(match[1] or 0)]
            arrays[f"{word}_{rank}/{match[2]}" if rank else f"{word}/{match[2]}"] = found.pop(name)
        found |= arrays
    return found


def _floats(array: Any) -> Any:
    """Convert floats to float32, where they may overflow to infinity; leave other types alone."""
    from numpy import ascontiguousarray, errstate, float32

    if array.dtype.kind != "f":
        return array
    with errstate(over="ignore"):
        return ascontiguousarray(array, dtype=float32)


def _is_scale(wanted: Expected) -> bool:
    return wanted.node.op.role == "norm" and wanted.parameter.name == "weight"


def _ones(wanted: Expected) -> Any:
    from numpy import float32, ones

    return ones(wanted.shape, float32)
