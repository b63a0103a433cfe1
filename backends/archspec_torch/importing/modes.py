"""Whether a program was traced in the mode of inference."""

from __future__ import annotations

from torch.fx import Graph, Node

from archspec_torch.importing.program import arguments


def call_in_training(graph: Graph) -> Node | None:
    """Return the first call that computes otherwise than in inference; None if there is none."""
    return next(filter(_is_in_training, graph.nodes), None)


def _is_in_training(node: Node) -> bool:
    """Whether a call is told to be; without a rate, or statistics, its modes are the same."""
    given = arguments(node) if node.op == "call_function" else {}
    is_told = True in (given.get("training"), given.get("train"))
    return is_told and given.get("p") != 0 and given.get("running_mean", node) is not None
