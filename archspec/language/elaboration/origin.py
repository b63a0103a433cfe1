"""The steps that determine a value's channels and grid, with the arithmetic for messages."""

from __future__ import annotations

from typing import NamedTuple

from archspec.graph import GraphBuilder, Kind, Node, last
from archspec.source import Span
from archspec.window import Side, Window


class Decision(NamedTuple):
    """The place that determined a number, and the sum or quotient that it results from.

    ``is_written`` is true if the number itself is written there.
    """

    span: Span
    sum: str = ""
    is_written: bool = False


def place_of(node: Node, trail: tuple[Span, ...]) -> Span:
    """Return the place of a node as seen from a step with the call sites ``trail``.

    It is the step of the node in the same module, or else the call site of the module around it.
    """
    shared = _shared(node, trail)
    assert node.span is not None
    return node.inlined_at[shared] if shared < len(node.inlined_at) else node.span


def _shared(node: Node, trail: tuple[Span, ...]) -> int:
    pairs = zip(node.inlined_at, trail, strict=False)
    return next(
        (index for index, (mine, other) in enumerate(pairs) if mine != other),
        min(len(node.inlined_at), len(trail)),
    )


def channels_origin(path: str, trail: tuple[Span, ...], builder: GraphBuilder) -> Decision | None:
    """Find what determined the number of a value's channels; None if it is that of an input."""
    node = builder.nodes.get(path)
    while node is not None:
        if node.op.concatenates:
            return Decision(place_of(node, trail), _terms(node, builder))
        if _decides_channels(node):
            names = node.op.sets_channels
            return _decided(node, trail, names if len(names) == 1 else ())
        node = builder.nodes.get(node.sources[0])
    return None


def _decides_channels(node: Node) -> bool:
    return bool(node.op.sets_channels) or node.output.channels != node.inputs[0].channels


def _decided(node: Node, trail: tuple[Span, ...], names: tuple[str, ...]) -> Decision:
    """Return the place of the attribute that determined a number, or else of the step."""
    written = [node.written[name].span for name in names if name in node.written]
    if not written or _shared(node, trail) < len(node.inlined_at):
        return Decision(place_of(node, trail))
    return Decision(written[0], is_written=True)


def _terms(node: Node, builder: GraphBuilder) -> str:
    scope = builder.scopes.get(node.path)
    parts = scope.contents if scope and scope.kind is Kind.MERGE else node.sources
    if len(parts) != len(node.sources):
        parts = node.sources
    names = [last(part).rstrip("_") for part in parts]
    terms = [f"{given.channels} ({name})" for given, name in zip(node.inputs, names, strict=True)]
    return " + ".join(terms)


def grid_origin(path: str, trail: tuple[Span, ...], builder: GraphBuilder) -> Decision | None:
    """Find what last changed a value's grid; None if it is that of an input."""
    node = builder.nodes.get(path)
    while node is not None:
        if node.output.grid != node.inputs[0].grid:
            decided = _decided(node, trail, ("stride", "padding", "kernel"))
            return decided._replace(sum=_quotient(node))
        node = builder.nodes.get(node.sources[0])
    return None


def _quotient(node: Node) -> str:
    window = getattr(node.op, "window", None)
    pads = getattr(node.op, "pads", None)
    if window is None or pads is None or not node.inputs[0].is_map:
        return ""
    laid, cells = window(node.inputs[0]), pads(node.inputs[0])
    if not isinstance(laid, Window):
        return ""
    rows = _division(laid.rows, cells[0] + cells[1], node.output.grid[0])
    columns = _division(laid.columns, cells[2] + cells[3], node.output.grid[1])
    return rows if rows == columns else " by ".join(filter(None, (rows, columns)))


def _division(side: Side, padding: int, outputs: int) -> str:
    """Write out the count of windows, rounded down or up; empty if neither yields it."""
    room = side.size + padding - side.extent
    shown = (
        f"{side.size} + {padding} - {side.extent}" if padding else f"{side.size} - {side.extent}"
    )
    if side.stride == 1:
        return f"{shown} + 1 = {outputs}"
    if room // side.stride + 1 == outputs:
        return f"({shown}) // {side.stride} + 1 = {outputs}"
    if -(-room // side.stride) + 1 == outputs:
        return f"ceil(({shown}) / {side.stride}) + 1 = {outputs}"
    return ""
