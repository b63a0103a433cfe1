"""Nodes of constants, as exporters write sizes, computed once and for all, with bounded work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from archspec.importing.imported import Wordless
from archspec.importing.onnx.reading import attributes

MOST = 1 << 20
"""How many numbers a folded constant may have: sizes and shapes are short."""
_MOST_TOGETHER = 1 << 24
"""How many numbers operands may have, multiplied: so many a broadcast or a selection may give."""
_MOST_IN_ALL = 1 << 26
_RANDOM = ("Bernoulli", "Multinomial", "RandomNormal", "RandomUniform")
"""Operators that draw, which may end in ``Like``."""
_SIZED = ("ConstantOfShape", "Expand", "Range", "Tile")
"""Operators whose operands are numbers that say how large the result is."""


@dataclass
class Folding:
    """Computes nodes of constants with onnx itself; ``made`` counts the numbers of all of them."""

    opset: int
    made: int = 0

    def result(self, node: Any, given: Sequence[Any]) -> Any:
        """Compute a node, whose several results are a tuple; raise ``Wordless``.

        An identity is how exporters give weights that two layers share a name for each.
        """
        if node.op_type == "Identity":
            return given[0]
        found = (
            _constant(node) if node.op_type == "Constant" else _computed(node, given, self.opset)
        )
        several = found if isinstance(found, tuple) else (found,)
        self.made += sum(int(each.size) for each in several)
        if self.made > _MOST_IN_ALL:
            raise Wordless("its constants come to too many numbers")
        return found


def _constant(node: Any) -> Any:
    from onnx.numpy_helper import to_array

    told = attributes(node)
    return to_array(told["value"]) if "value" in told else _plain(told)


def _plain(told: Mapping[str, Any]) -> Any:
    import numpy as np

    name, value = next(iter(told.items()))
    return np.asarray(value, "float32" if "float" in name else "int64")


def _computed(node: Any, given: Sequence[Any], opset: int) -> Any:
    from onnx.helper import make_empty_tensor_value_info, make_graph
    from onnx.reference import ReferenceEvaluator

    if node.op_type.removesuffix("Like") in _RANDOM:
        raise Wordless("it draws other numbers each time")
    if any(each.g.node or each.graphs for each in node.attribute):
        raise Wordless("it chooses what it computes while it runs: export it for fixed sizes")
    sizes = [int(each.size) for each in given if each is not None]
    if max(sizes, default=0) > MOST or prod(sizes) > _MOST_TOGETHER:
        raise Wordless("it computes with weights alone")
    if node.op_type in _SIZED:
        _require_small([each for each in given if each is not None])
    named = {name: each for name, each in zip(node.input, given, strict=True) if name}
    inputs = [make_empty_tensor_value_info(name) for name in named]
    outputs = [make_empty_tensor_value_info(name) for name in node.output]
    graph = make_graph([node], "constants", inputs, outputs)
    found = list(ReferenceEvaluator(graph, opsets={"": opset}).run(None, named))
    return tuple(found) if len(found) > 1 else found[0]


def _require_small(given: Sequence[Any]) -> None:
    """Refuse sizes of which a result may be too large, however they are meant."""
    numbers = [abs(int(number)) for each in given for number in each.reshape(-1)[:MOST]]
    if prod(max(each, 1) for each in numbers) > _MOST_TOGETHER:
        raise Wordless("it makes a constant of too many numbers")
