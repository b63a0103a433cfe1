"""Whether a model serves maps of any size, or what holds it to that of its spec.

Nothing here imports torch.
"""

from __future__ import annotations

from archspec.diagnostic import Diagnostic
from archspec.emission.describe import same_pads
from archspec.graph import Graph, Node
from archspec.operator import RuleError
from archspec.tensor import TensorType


def obstacle(graph: Graph) -> Diagnostic | None:
    """Find the first step that holds a model to the size of its inputs, and say why it does."""
    types = {name: _twice(given.type) for name, given in graph.inputs.items()}
    for path, node in graph.nodes.items():
        inputs = tuple(types[source] for source in node.sources)
        reason = _reason(node, inputs)
        if reason is not None:
            return _refusal(node, reason)
        types[path] = node.op.infer(*inputs)
    return None


def _twice(given: TensorType) -> TensorType:
    """Double the grid of an input; a vector is unchanged."""
    return TensorType((*(2 * size for size in given.grid), given.channels))


def _reason(node: Node, inputs: tuple[TensorType, ...]) -> str | None:
    """Return why a step cannot take larger inputs; None if it can."""
    if same_pads(node):
        return "`same` pads by the size of the map at a stride, and the model has the numbers"
    try:
        node.op.infer(*inputs)
    except RuleError as error:
        return str(error)
    if list(node.op.parameters(*inputs)) != list(node.op.parameters(*node.inputs)):
        return "its weights are as many as the map has cells"
    return None


def _refusal(node: Node, reason: str) -> Diagnostic:
    return Diagnostic(
        "build/dynamic",
        f"the model is right for one size of maps alone: {reason}",
        node.labels(),
        help="export it for each size, with --input and without --dynamic",
        notes=node.notes(),
    )
