"""Tensors of a graph written as a publisher has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archspec.diagnostic import Diagnostic, Label, SpecError
from archspec.graph import Graph
from archspec.weights.expected import Expected, expected
from archspec.weights.layouts import theirs
from archspec.weights.names import Naming


def give(tensors: Mapping[str, Any], naming: Naming, graph: Graph) -> dict[str, Any]:
    """Turn a graph's tensors into a publisher's, by the publisher's names.

    Raise ``SpecError`` where a norm has a scale that the publisher's norm has not.
    """
    wanted = expected(graph)
    left = {key for key in wanted if naming.unscaled and _is_scale(wanted[key])}
    unsaid = tuple(_unsaid(left, tensors, naming, wanted))
    if unsaid:
        raise SpecError(unsaid)
    return {
        naming.keys[key]: _stored(
            theirs(tensors[key], each, naming.layout, graph), naming.keys[key], naming
        )
        for key, each in wanted.items()
        if key not in left
    }


def _is_scale(wanted: Expected) -> bool:
    return wanted.node.op.role == "norm" and wanted.parameter.name == "weight"


def _unsaid(
    left: set[str], tensors: Mapping[str, Any], naming: Naming, wanted: Mapping[str, Expected]
) -> Iterator[Diagnostic]:
    """Refuse scales other than one where the publisher has none: say so once."""
    scaled = [key for key in sorted(left) if not (tensors[key] == 1).all()]
    if scaled:
        yield Diagnostic(
            "weights/scale",
            f"`{scaled[0]}` is not one, and {naming.whose.partition(' ')[0]}'s norms have no scale",
            (Label(wanted[scaled[0]].node.step.span),),
            "name a publisher whose norms have scales, or train with gamma=false",
            (f"{len(scaled)} norms have a scale other than one",),
        )


def _stored(array: Any, name: str, naming: Naming) -> Any:
    """Give a kernel the rank that the publisher has it in."""
    parts = name.split(naming.layout.separator)
    kind = next((naming.stored[each] for each in parts[-2:] if each in naming.stored), "")
    if kind == "scale" and array.ndim == 1:
        return array.reshape(-1, 1, 1)
    if kind == "conv" and array.ndim == 2:
        return array.reshape((1, 1, *array.shape) if naming.layout.moved else (*array.shape, 1, 1))
    if kind == "dense" and array.ndim == 4:
        return array.reshape(array.shape[2:] if naming.layout.moved else array.shape[:2])
    return array
