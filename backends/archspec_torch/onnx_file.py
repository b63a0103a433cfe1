"""Writing ONNX files that all runtimes interpret alike, with the names of the spec."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import torch
from onnx import GraphProto, NodeProto, helper
from torch.export import ExportedProgram

from archspec.graph import Graph
from archspec.window import Side
from archspec_torch.onnx_functions import FUNCTIONS

POOLS = ("MaxPool", "AveragePool")


def write(program: ExportedProgram, graph: Graph, path: Path, *, dynamic: bool) -> None:
    """Write one file with the weights in it, and without traces of the machine."""
    axes = tuple(_axes(graph, dynamic=dynamic))
    how: dict[str, Any] = {"dynamo": True, "verbose": False, "custom_translation_table": FUNCTIONS}
    written = torch.onnx.export(program, (), dynamic_shapes=axes, **how)
    assert written is not None
    model = written.model_proto
    _replace(model.graph.node, [new for node in model.graph.node for new in _rounded_down(node)])
    _rename(model.graph, list(graph.inputs), [*graph.outputs, *graph.heads])
    for part in (model, model.graph, *model.graph.node, *_values(model.graph)):
        part.ClearField("metadata_props")
    path.write_bytes(model.SerializeToString(deterministic=True))


def _axes(graph: Graph, *, dynamic: bool) -> Iterator[dict[int, str]]:
    """Name the axes of each input that may have any size."""
    for name, given in graph.inputs.items():
        prefix = f"{name}_" if len(graph.inputs) > 1 else ""
        grid = {2: f"{prefix}height", 3: f"{prefix}width"}
        yield {0: "batch"} | (grid if dynamic and given.type.is_map else {})


def _rounded_down(node: NodeProto) -> Iterator[NodeProto]:
    """Replace ``ceil_mode`` of a pool, in which runtimes differ, by padding at the ends.

    An average that counts padding is padded by a node before it, since the overhang must not count.
    """
    told = {each.name: helper.get_attribute_value(each) for each in node.attribute}
    if node.op_type not in POOLS or not told.get("ceil_mode"):
        yield node
        return
    pads = tuple(told.get("pads", (0, 0, 0, 0)))
    sides = zip(told["kernel_shape"], told["strides"], pads[:2], strict=True)
    ends = [Side(0, size, stride).overhang(before) for size, stride, before in sides]
    laid = [*pads[:2], *ends]
    if told.get("count_include_pad") and any(pads):
        yield from _padded(node, pads)
        laid = [cells - before for cells, before in zip(laid, pads, strict=True)]
    told = {**told, "pads": laid, "ceil_mode": 0}
    if node.op_type == "AveragePool":
        told["count_include_pad"] = 0
    _replace(node.attribute, [helper.make_attribute(*each) for each in told.items()])
    yield node


def _padded(node: NodeProto, pads: tuple[int, ...]) -> Iterator[NodeProto]:
    """Pad the input of a node with zeros."""
    top, left, bottom, right = pads
    cells, padded = f"{node.output[0]}.pads", f"{node.output[0]}.padded"
    yield helper.make_node(
        "Constant", [], [cells], value_ints=[0, 0, top, left, 0, 0, bottom, right]
    )
    yield helper.make_node("Pad", [node.input[0], cells], [padded])
    node.input[0] = padded


def _rename(network: GraphProto, inputs: list[str], outputs: list[str]) -> None:
    """Give inputs and outputs their names in the spec, unique among all values."""
    names = dict(zip((each.name for each in network.input), inputs, strict=True))
    for value, wanted in zip(network.output, outputs, strict=True):
        names.setdefault(value.name, wanted)
    copies = [
        helper.make_node("Identity", [names[value.name]], [wanted])
        for value, wanted in zip(network.output, outputs, strict=True)
        if names[value.name] != wanted
    ]
    names |= dict(_elsewhere(network, names, {*inputs, *outputs}))
    for part in (*network.input, *network.initializer, *network.value_info):
        part.name = names.get(part.name, part.name)
    for node in network.node:
        for field in (node.input, node.output):
            _replace(field, [names.get(name, name) for name in field])
    for value, wanted in zip(network.output, outputs, strict=True):
        value.name = wanted
    network.node.extend(copies)


def _elsewhere(
    network: GraphProto, names: Mapping[str, str], taken: set[str]
) -> Iterator[tuple[str, str]]:
    """Find fresh names for inner values whose names are taken."""
    inner = {name for node in network.node for name in node.output}
    inner |= {each.name for each in network.initializer}
    for value in sorted((inner & taken) - names.keys()):
        numbered = (f"{value}_{number}" for number in count(2))
        yield value, next(each for each in numbered if each not in inner | taken)


def _values(network: GraphProto) -> Iterator[Any]:
    """List all values with metadata."""
    yield from (*network.input, *network.output, *network.value_info, *network.initializer)


def _replace(field: Any, parts: Iterable[Any]) -> None:
    """Replace the contents of a repeated field."""
    kept = list(parts)
    del field[:]
    field.extend(kept)
