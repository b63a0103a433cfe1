"""Export of a graph's tensors in a publisher's names and layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.weights.expected import Expected, expected
from archspec.weights.layouts import flattened, theirs
from archspec.weights.names import KeyNaming


def give(tensors: Mapping[str, Any], naming: KeyNaming, graph: Graph) -> dict[str, Any]:
    """Convert a graph's tensors to a publisher's names and layout.

    Raises ``SpecError`` if a norm has a scale other than one and the publisher's norms have none.
    """
    wanted = expected(graph)
    dropped = {key for key in wanted if naming.unscaled and _is_scale(wanted[key])}
    lost = tuple(_lost_scales(dropped, tensors, naming, wanted))
    if lost:
        raise SpecError(lost)
    given = {
        naming.keys[key]: _given(tensors[key], each, naming, graph)
        for key, each in wanted.items()
        if key not in dropped
    }
    return given if naming.unscaled else dict(_scales(wanted, naming)) | given


def _scales(wanted: Mapping[str, Expected], naming: KeyNaming) -> Iterator[tuple[str, Any]]:
    """Yield a scale of one for each norm that has none here but has one at the publisher."""
    from numpy import float32, ones

    for key, each in wanted.items():
        scale = f"{each.node.path}.weight"
        if each.node.op.role == "norm" and each.parameter.name == "bias" and scale not in wanted:
            layer = naming.keys[key].rpartition(naming.layout.separator)[0]
            called = naming.layout.norms.get("weight", "weight")
            yield f"{layer}{naming.layout.separator}{called}", ones(each.shape, float32)


def _given(array: Any, each: Expected, naming: KeyNaming, graph: Graph) -> Any:
    """Convert a tensor to the publisher's layout and kind of layer, convolution or dense."""
    name = naming.keys[f"{each.node.path}.{each.parameter.name}"]
    ends = reversed(name.split(naming.layout.separator)[-2:])
    kind = next((naming.stored[end] for end in ends if end in naming.stored), "")
    if kind == "scale":
        return array.reshape(-1, 1, 1)
    if kind == "conv" and array.ndim == 2:
        source = flattened(each.node, graph)
        grid = source.grid if source is not None else (1, 1)
        array = array.reshape(len(array), -1, *grid)
    if kind == "dense" and array.ndim == 4:
        array = array.reshape(array.shape[:2])
    return theirs(array, each, naming.layout, graph)


def _is_scale(wanted: Expected) -> bool:
    return wanted.node.op.role == "norm" and wanted.parameter.name == "weight"


def _lost_scales(
    dropped: set[str], tensors: Mapping[str, Any], naming: KeyNaming, wanted: Mapping[str, Expected]
) -> Iterator[Diagnostic]:
    """Refuse scales other than one that would be dropped, with one diagnostic for all."""
    scaled = [key for key in sorted(dropped) if not (tensors[key] == 1).all()]
    if scaled:
        yield Diagnostic(
            "weights/scale",
            f"`{scaled[0]}` is not one, and {naming.whose.partition(' ')[0]}'s norms have no scale",
            wanted[scaled[0]].node.labels(),
            "name a publisher whose norms have scales, or train with gamma=false",
            (f"{len(scaled)} norms have a scale other than one",),
        )
