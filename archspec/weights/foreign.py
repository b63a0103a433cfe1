"""Tensors of publishers turned into those of a graph, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archspec.diagnostic import Diagnostic, Label, SpecError
from archspec.graph import Graph
from archspec.weights.expected import Expected, expected
from archspec.weights.names import NameMap, maps

_BESIDE = re.compile(
    r".*num_batches_tracked|global_step|beta[12]_power"
    r"|.*/(ExponentialMovingAverage|RMSProp\S*|Momentum|Adam\S*|Adagrad)"
)
"""What checkpoints hold beside weights: counters, and the state of an optimizer."""

WRAPPED = "module."

_TO_OURS = {2: (1, 0), 4: (3, 2, 0, 1)}
_TO_THEIRS = {2: (1, 0), 4: (2, 3, 1, 0)}
"""Permutations of kernels by rank: HWIO to OIHW, in x out to out x in, and back."""


@dataclass(frozen=True)
class Imported:
    """Tensors of a graph, and what became of the file's others.

    ``filled`` are keys that the publisher leaves out since they are all one; ``left`` the
    publisher's names that belong to auxiliary heads; ``unexpected`` those that belong to nothing.
    """

    tensors: Mapping[str, Any]
    filled: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()


def find(publisher: str, graph: Graph) -> NameMap:
    """Find a publisher's names for a graph; raise ``SpecError`` where none fit.

    A graph of another name may have the same paths; but numbers that Keras counts would fit any.
    """
    wanted = expected(graph.without_heads())
    candidates = [each for each in maps() if each.publisher == publisher]
    named = [each for each in candidates if each.spec.rpartition("/")[2] == graph.name]
    others = [each for each in candidates if not each.automatic]
    for each in (*named, *others):
        if wanted.keys() <= each.keys(graph).keys():
            return each
    known = ", ".join(sorted({each.spec for each in candidates}))
    publishers = ", ".join(sorted({each.publisher for each in maps()}))
    raise SpecError(
        (
            Diagnostic(
                "weights/no-names",
                f"no names of {publisher} are known for {graph.name}",
                help=f"{publisher}'s are known for {known}"
                if candidates
                else f"the publishers are {publishers}",
            ),
        )
    )


def take(source: Mapping[str, Any], names: NameMap, graph: Graph) -> Imported:
    """Turn a publisher's tensors into a graph's, heads included if the graph has them.

    Raise ``SpecError`` with all tensors that are missing, belong to no parameter of a step, have
    another shape, or hold something else than finite numbers.
    """
    theirs, keys = _renumbered(_unwrapped(source), names), names.keys(graph)
    known = set(keys.values())
    if not theirs.keys() & known:
        raise SpecError((_strange(theirs, names),))
    rest = [name for name in theirs if name not in known and not _BESIDE.fullmatch(name)]
    taken: dict[str, Any] = {}
    filled: list[str] = []
    wrong = list(_surplus(rest, keys, names, graph))
    for key, each in expected(graph).items():
        name = keys.get(key, "")
        if name in theirs:
            taken[key] = _ours(theirs[name], each, names)
            wrong += _unfit(name, taken[key], each)
        elif names.layout.moved and each.node.op.role == "norm" and each.parameter.name == "weight":
            taken[key] = _ones(each)
            filled.append(key)
        else:
            wrong.append(_missing(key, name, each))
    if wrong:
        raise SpecError(tuple(wrong))
    heads = _head_names(names)
    left = tuple(name for name in rest if name.startswith(heads))
    return Imported(taken, tuple(filled), left, tuple(name for name in rest if name not in left))


def _unwrapped(source: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take away the name that PyTorch's wrapper for several devices puts before all others."""
    if all(name.startswith(WRAPPED) for name in source):
        return {name.removeprefix(WRAPPED): array for name, array in source.items()}
    return source


def _strange(theirs: Mapping[str, Any], names: NameMap) -> Diagnostic:
    first = f"; its first is `{next(iter(theirs))}`" if theirs else ""
    return Diagnostic(
        "weights/missing",
        f"no tensor of the file is called as {names.publisher} calls those of"
        f" {names.network}{first}",
        help="say whose names they are by --from; `archspec weights inspect` lists them",
    )


def _surplus(
    rest: list[str], keys: Mapping[str, str], names: NameMap, graph: Graph
) -> Iterator[Diagnostic]:
    """Find tensors of layers that have a step here, which has no such parameter."""
    separator = names.layout.separator
    paths = {name.rpartition(separator)[0]: key.rpartition(".")[0] for key, name in keys.items()}
    for name in rest:
        layer, _, variable = name.rpartition(separator)
        if layer in paths:
            span = graph.nodes[paths[layer]].step.span
            message = f"the file has `{name}`, and the step has no such parameter"
            yield Diagnostic("weights/unexpected", message, (Label(span, f"has no {variable}"),))


def rename(source: Mapping[str, Any], old: Mapping[str, str], graph: Graph) -> Imported:
    """Take the tensors of another version of a spec: ``old`` gives the key of each that has moved.

    Raise ``SpecError`` with all tensors that are missing or have another shape.
    """
    tensors: dict[str, Any] = {}
    wrong: list[Diagnostic] = []
    for key, each in expected(graph).items():
        name = old.get(key, key)
        if name in source:
            tensors[key] = _floats(source[name], each)
            wrong += _unfit(name, tensors[key], each)
        else:
            wrong.append(_missing(key, name, each))
    if wrong:
        raise SpecError(tuple(wrong))
    used = {old.get(key, key) for key in tensors}
    return Imported(tensors, unexpected=tuple(name for name in source if name not in used))


def give(tensors: Mapping[str, Any], names: NameMap, graph: Graph) -> dict[str, Any]:
    """Turn a graph's tensors into a publisher's, by the publisher's names."""
    from numpy import ascontiguousarray

    keys, found = names.keys(graph), {}
    for key, each in expected(graph).items():
        array = tensors[key]
        permutation = _TO_THEIRS.get(array.ndim)
        if names.layout.moved and permutation and each.node.op.role != "norm":
            array = array.transpose(permutation)
        found[keys[key]] = ascontiguousarray(array)
    return found


def _head_names(names: NameMap) -> tuple[str, ...]:
    """List the prefixes of names that stand for parts of auxiliary heads."""
    return tuple(theirs for theirs, ours in names.names.items() if ours.startswith("auxiliary"))


def _renumbered(source: Mapping[str, Any], names: NameMap) -> dict[str, Any]:
    """Count Keras's automatic names from zero: later models of a session begin higher."""
    found = dict(source)
    for word in names.automatic:
        pattern = re.compile(rf"{word}(?:_(\d+))?/(.+)")
        matched = [(match, name) for name in found if (match := pattern.fullmatch(name))]
        ranks = {n: rank for rank, n in enumerate(sorted({int(m[1] or 0) for m, _ in matched}))}
        arrays = {}
        for match, name in matched:
            rank = ranks[int(match[1] or 0)]
            arrays[f"{word}_{rank}/{match[2]}" if rank else f"{word}/{match[2]}"] = found.pop(name)
        found |= arrays
    return found


def _ours(array: Any, wanted: Expected, names: NameMap) -> Any:
    """Bring one tensor into our layout: 32-bit floats, PyTorch's order, no background class."""
    rank = len(wanted.shape)
    if rank == 2 and array.ndim == 4:
        array = array.reshape(array.shape[-2:])
    if names.layout.moved and wanted.node.op.role != "norm" and array.ndim in _TO_OURS:
        array = array.transpose(_TO_OURS[array.ndim])
    if wanted.node.path in names.background and array.shape[0] == wanted.shape[0] + 1:
        array = array[1:]
    return _floats(array, wanted)


def _floats(array: Any, wanted: Expected) -> Any:
    """Convert to 32-bit floats, in which a number may be infinite; leave alone what has no place.

    A view of one number may have any shape: a copy of it would need as much memory.
    """
    from numpy import ascontiguousarray, errstate, float32

    if array.dtype.kind != "f" or tuple(array.shape) != wanted.shape:
        return array
    with errstate(over="ignore"):
        return ascontiguousarray(array, dtype=float32)


def _unfit(name: str, array: Any, wanted: Expected) -> Iterator[Diagnostic]:
    """Refuse another shape, numbers of another kind, and such as are none."""
    from numpy import isfinite

    label = (Label(wanted.node.step.span, "for this step"),)
    if tuple(array.shape) != wanted.shape:
        message = f"`{name}` is {_shown(array.shape)}, and should be {_shown(wanted.shape)}"
        yield Diagnostic("weights/shape", message, label)
    elif array.dtype.kind != "f":
        message = f"`{name}` is of type {array.dtype}, and should hold floating-point numbers"
        yield Diagnostic("weights/type", message, label)
    elif not isfinite(array).all():
        message = f"`{name}` holds infinite numbers, or none at all (NaN)"
        yield Diagnostic("weights/not-finite", message, label)


def _ones(wanted: Expected) -> Any:
    from numpy import float32, ones

    return ones(wanted.shape, float32)


def _shown(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "a single number"


def _missing(key: str, name: str, wanted: Expected) -> Diagnostic:
    called = f" (`{name}`)" if name else ""
    message = f"the file has no tensor for `{key}`{called}"
    return Diagnostic("weights/missing", message, (Label(wanted.node.step.span, "needs it"),))
