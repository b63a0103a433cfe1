"""Diagnostics of shape mismatches: both values, their origins, and the arithmetic of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from archspec.diagnostic import Diagnostic, Label, Replacement
from archspec.graph import GraphBuilder, Promise, Wire
from archspec.graph import Step as Record
from archspec.language.document.spec import Spec
from archspec.language.elaboration.origin import channels_origin, grid_origin, place_of
from archspec.language.elaboration.refusals import Inlining
from archspec.language.syntax.syntax import Step
from archspec.operator import Operator, RuleError
from archspec.source import Span
from archspec.tensor import TensorType

_MOST_CHANGES = 4
"""The most steps that a broken promise shows as changing the grid."""


class Misfit(NamedTuple):
    """A node that was refused: its operator, its origin, its sources, and its call sites."""

    op: Operator
    record: Record
    sources: tuple[Wire, ...]
    trail: tuple[Span, ...]


class MergeParts(NamedTuple):
    """The operands of a merge, and their names in messages.

    ``is_projected`` is true for a residual with steps on its shortcut.
    """

    labels: tuple[str, ...]
    wires: tuple[Wire, ...]
    is_projected: bool = False


def explain(
    error: RuleError, at: Misfit, parts: MergeParts | None, builder: GraphBuilder, spec: Spec
) -> Diagnostic:
    """Return the diagnostic for a rule's refusal of an operator, or of a merge of ``parts``."""
    if parts is None:
        return _of_rule(error, at, builder, spec)
    return _of_merge(error, at, parts, builder, spec)


def _of_rule(error: RuleError, at: Misfit, builder: GraphBuilder, spec: Spec) -> Diagnostic:
    """Return the diagnostic with the place of the attribute to blame and that of the input."""
    written = at.record.written.get(error.blamed)
    primary = Label(written.span if written else at.record.span)
    arrival = _arrival(at.sources[0], at.trail, builder, spec)
    labels = (primary, *arrival)
    way_out = _way_of_a_vector(at, builder, spec) if error.blamed == "x" else None
    return Diagnostic(
        f"{at.op.word}/{error.blamed}", str(error), labels, way_out or error.fix or None
    )


def _way_of_a_vector(at: Misfit, builder: GraphBuilder, spec: Spec) -> str | None:
    """Suggest declaring a vector input as a map of one cell; None if it is not an input."""
    path = at.sources[0].path
    while path in builder.nodes and len(builder.nodes[path].inputs[0].shape) == 1:
        path = builder.nodes[path].sources[0]
    if path not in spec.inputs or len(at.sources[0].type.shape) != 1:
        return None
    given = spec.inputs[path].given.type
    dense = "" if path == at.sources[0].path else ", on which a dense layer is `conv 1x1`"
    maps = ", or as height x width x channels" if not dense else ""
    return f"write the input as 1x1x{given}, a map of one cell{dense or maps}"


def _arrival(
    wire: Wire, trail: tuple[Span, ...], builder: GraphBuilder, spec: Spec
) -> Iterable[Label]:
    node = builder.nodes.get(wire.path)
    if node is not None:
        yield Label(place_of(node, trail), f"{wire.type} arrives from here")
    elif wire.path in spec.inputs:
        yield Label(spec.inputs[wire.path].span, f"the input is {wire.type}")


def _of_merge(
    error: RuleError, at: Misfit, parts: MergeParts, builder: GraphBuilder, spec: Spec
) -> Diagnostic:
    """Return the diagnostic for two parts that differ in grid or channels, with their origins."""
    types = [wire.type for wire in parts.wires]
    by_grid = error.blamed == "grid"
    word = at.record.word if at.record.word == "residual" else at.op.word
    values = [each.grid if by_grid else each.channels for each in types]
    odd = _odd_one(values)
    usual = next((index for index, value in enumerate(values) if value != values[odd]), None)
    if usual is None or error.blamed not in ("grid", "channels"):
        label = Label(at.record.span)
        return Diagnostic(f"{word}/{error.blamed}", str(error), (label,), error.fix or None)
    describe = _grid_label if by_grid else _channels_label
    decided = [describe(parts, index, at.trail, builder) for index in (odd, usual)]
    kept = [
        _input_label(parts, index, builder, spec, by_grid)
        for index, label in zip((odd, usual), decided, strict=True)
        if label is None
    ]
    found = tuple(filter(None, (*decided, *kept))) or (Label(at.record.span),)
    message = _difference(parts, min(odd, usual), max(odd, usual), by_grid)
    if by_grid:
        return Diagnostic(f"{word}/grid", message, found, _same_grid(parts, at.op))
    help, fixes = _same_channels(parts, odd, at.trail, builder)
    return Diagnostic(f"{word}/{error.blamed}", message, found, help, fixes=fixes)


def _odd_one(values: list[int | tuple[int, ...]]) -> int:
    """Return the index of the part with the rarest value; the last of them if there is a tie."""
    counts = Counter(values)
    least = min(counts.values())
    return max(index for index, value in enumerate(values) if counts[value] == least)


def _difference(parts: MergeParts, first: int, second: int, by_grid: bool) -> str:
    here, there = parts.wires[first].type, parts.wires[second].type
    if not by_grid:
        return (
            f"{parts.labels[first]} has {here.channels} channels, "
            f"{parts.labels[second]} {there.channels}"
        )
    return f"{parts.labels[first]} is {_grid(here)}, {parts.labels[second]} {_grid(there)}"


def _grid(given: TensorType) -> str:
    return "x".join(map(str, given.grid)) if given.grid else f"a vector of {given}"


def _channels_label(
    parts: MergeParts, index: int, trail: tuple[Span, ...], builder: GraphBuilder
) -> Label | None:
    what, wire = parts.labels[index], parts.wires[index]
    origin = channels_origin(wire.path, trail, builder)
    if origin is None:
        return None
    if origin.sum:
        return Label(origin.span, f"{what} arrives as {wire.type} = {origin.sum}")
    return Label(origin.span, f"{what} gets its {wire.type.channels} channels here")


def _grid_label(
    parts: MergeParts, index: int, trail: tuple[Span, ...], builder: GraphBuilder
) -> Label | None:
    what, wire = parts.labels[index], parts.wires[index]
    origin = grid_origin(wire.path, trail, builder)
    if origin is None:
        return None
    shown = f": {origin.sum}" if origin.sum else ""
    return Label(origin.span, f"{what} becomes {_grid(wire.type)} here{shown}")


def _input_label(
    parts: MergeParts, index: int, builder: GraphBuilder, spec: Spec, by_grid: bool
) -> Label | None:
    """Label the network input whose channels or grid a part still has."""
    path = parts.wires[index].path
    while path in builder.nodes:
        path = builder.nodes[path].sources[0]
    declared = spec.inputs.get(path)
    given = parts.wires[index].type
    kept = (
        f"grid of the input, {_grid(given)}"
        if by_grid
        else f"{given.channels} channels of the input"
    )
    text = f"{parts.labels[index]} has the {kept}"
    return None if declared is None else Label(declared.span, text)


def _same_grid(parts: MergeParts, op: Operator) -> str:
    maps = [wire.type for wire in parts.wires if wire.type.grid]
    if len(maps) == len(parts.wires):
        return "give both the same strides and padding"
    size = _grid(maps[0])
    spread = f"`avg_pool {size} V` keeps a map of one cell, which `upsample factor={size}` spreads"
    if op.concatenates:
        return f"in place of the vector {spread} over the grid"
    return f"only `multiply` takes a vector for a whole grid; in place of it {spread}"


def _same_channels(
    parts: MergeParts, odd: int, trail: tuple[Span, ...], builder: GraphBuilder
) -> tuple[str, tuple[Replacement, ...]]:
    """Say how parts come to the same number of channels, and what to write in place of one."""
    if parts.labels[odd] != "the residual":
        return "give all of them the same number of channels", ()
    channels = parts.wires[0].type.channels
    origin = channels_origin(parts.wires[odd].path, trail, builder)
    if origin is None or not origin.is_written:
        fitting = channels if parts.is_projected else "in_channels"
        return f"end the residual with `conv 1x1 {fitting} linear`, which fits", ()
    always = "" if parts.is_projected else ", or `in_channels`, which always fits"
    texts = (str(channels),) if parts.is_projected else (str(channels), "in_channels")
    fixes = tuple(Replacement(origin.span, text) for text in texts)
    return f"write {channels}{always}", fixes


def broken_contract(
    step: Step, wire: Wire, builder: GraphBuilder, trail: tuple[Span, ...]
) -> Diagnostic:
    """Return the diagnostic for an output shape that differs from the contract of its step."""
    assert step.shape is not None
    promised = TensorType(step.shape.shape)
    labels = [Label(step.shape.span, f"written here; found {wire.type}")]
    by_grid = wire.type.grid != promised.grid
    find = grid_origin if by_grid else channels_origin
    origin = find(wire.path, trail, builder)
    if origin is not None and origin.span != step.shape.span:
        got = _grid(wire.type) if by_grid else f"{wire.type.channels} channels"
        shown = f" = {origin.sum}" if origin.sum else ""
        labels.append(Label(origin.span, f"{got}{shown} from here"))
    return Diagnostic(
        "contract/shape",
        f"`{step.word.text}` yields {wire.type}, but its contract states {promised}",
        tuple(labels),
        f"write -> {wire.type} if that is what you mean",
        fixes=(Replacement(step.shape.span, str(wire.type)),),
    )


def broken_promise(
    use: Inlining, wires: tuple[Wire, Wire], first: bool, builder: GraphBuilder
) -> Diagnostic | None:
    """Return the diagnostic for a module that breaks its promise; None if it keeps it."""
    template = use.template
    before, after = (wire.type for wire in wires)
    if template.promise is Promise.STEM and not first:
        return _promise(use, f"stem `{template.name}` is not the first step", "make it a part")
    if template.promise.holds(before.grid, after.grid):
        return None
    sizes = f"{_grid(before)} comes in, {_grid(after)} goes out"
    changes = _grid_changes(wires, use.trail, builder)
    if template.promise is Promise.BLOCK:
        message = f"block `{template.name}` changes the grid: {sizes}"
        return _promise(use, message, "make it a reduction or a part", *changes)
    message = f"reduction `{template.name}` does not make the grid smaller: {sizes}"
    return _promise(use, message, "make it a block or a part", *changes)


def _promise(use: Inlining, message: str, help: str, *changes: Label) -> Diagnostic:
    assert use.template.span is not None
    labels = (Label(use.template.span, "the promise"), Label(use.step.word.span, "used here"))
    return Diagnostic(f"promise/{use.template.promise}", message, (*labels, *changes), help)


def _grid_changes(
    wires: tuple[Wire, Wire], trail: tuple[Span, ...], builder: GraphBuilder
) -> list[Label]:
    """Label the first steps between two values that change the grid."""
    before, after = wires
    found: dict[Span, Label] = {}
    node = builder.nodes.get(after.path)
    while node is not None and node.path != before.path:
        origin = grid_origin(node.path, trail, builder)
        if origin is not None and node.output.grid != node.inputs[0].grid:
            shown = f": {origin.sum}" if origin.sum else ""
            text = f"{_grid(node.inputs[0])} becomes {_grid(node.output)} here{shown}"
            found[origin.span] = Label(origin.span, text)
        node = builder.nodes.get(node.sources[0])
    return list(reversed(found.values()))[:_MOST_CHANGES]
