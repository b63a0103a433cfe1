"""Drop what nothing uses."""

from archspec.graph import Graph
from archspec.passes.record import Passed, Tensors, unread


def drop_unused(graph: Graph, tensors: Tensors) -> Passed:
    """Drop steps on which no output depends.

    Legal where

    1. neither an output nor another step that is used reads the value;
    2. and no module gives it by name beside a value that is used.
    """
    left = graph.rewrite(lambda _node, _sources: None, "drop_unused")
    return Passed(left, tensors, unread(graph, left))
