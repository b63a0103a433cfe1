"""What a box says of its change: its label, with values before and after."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from archspec.attributes import show
from archspec.diffs.explain.edits import Change, Edit, EditKind
from archspec.diffs.report.union import Status, Union, common
from archspec.graph import Kind, Node
from archspec.views import labels, selection

ARROW = " \u2192 "
_SEPARATORS = re.compile(r"([\s(),]+)")
_LONGEST_NAME = 40
_MOST_DIFFERENCES = 3


class Side(StrEnum):
    """The network that a piece of text is of."""

    BOTH = ""
    OLD = "old"
    NEW = "new"


class Piece(NamedTuple):
    """A piece of a label; an old one stands before the new one that takes its place."""

    text: str
    side: Side = Side.BOTH


Pieces = tuple[Piece, ...]


def plain(pieces: Iterable[Piece]) -> str:
    """Write a label as a text: ``3x3 conv (192 → 256)``."""
    said, before = "", Side.BOTH
    for text, side in pieces:
        is_pair = before is Side.OLD and side is Side.NEW
        said += f"{ARROW}{text}" if is_pair else text
        before = side
    return said


def merged(before: str, after: str) -> Pieces | None:
    """Write two labels as one where they differ word by word; None where they do not."""
    old, new = _SEPARATORS.split(before), _SEPARATORS.split(after)
    if old[1::2] != new[1::2]:
        return None
    return joined(pieces for pair in zip(old, new, strict=True) for pieces in replaced(*pair))


def replaced(before: str, after: str) -> Pieces:
    """Write one text in the place of another; a text that is the same once."""
    return (Piece(after),) if before == after else (Piece(before, Side.OLD), Piece(after, Side.NEW))


def joined(pieces: Iterable[Piece]) -> Pieces:
    """Join what both have in common, and leave out what is empty."""
    found: list[Piece] = []
    for each in pieces:
        if found and each.side is found[-1].side is Side.BOTH:
            found[-1] = Piece(found[-1].text + each.text)
        elif each.text:
            found.append(each)
    return tuple(found)


class Label(NamedTuple):
    """The name of a box, and what changed in it that the name does not say."""

    name: Pieces
    told: Pieces = ()

    @property
    def whole(self) -> Pieces:
        """Both on one line."""
        return joined((*self.name, Piece(": "), *self.told)) if self.told else self.name


def label(both: Union, nodes: Sequence[Node], said: str) -> Label:
    """Write the label of a box that holds some nodes, with what changed in an operator or layer."""
    status = common({both.statuses[node.path] for node in nodes})
    if status is Status.MOVED:
        return Label((Piece(said),), _listed(list(_differences(both, nodes[0]))[:1]))
    if status is not Status.CHANGED or not _is_one(both, nodes):
        return Label((Piece(said),))
    return _changed(both, nodes, said)


def source(both: Union, name: str) -> Pieces:
    """Write the label of an input, with its type before and after."""
    said = selection.source(both.graph, name)
    before = both.inputs.get(name, said)
    return merged(before, said) or replaced(before, said)


def shape(both: Union, node: Node) -> Pieces:
    """Write the type that a node gives, before and after."""
    change = both.changes.get(node.path)
    if change is None or change.old is None or change.new is None:
        return (Piece(str(node.output)),)
    return replaced(str(change.old.output), str(change.new.output))


def others(both: Union, nodes: Sequence[Node]) -> str:
    """Name the cause of a change that many other places show, too, and count them."""
    found = next((node.path for node in nodes if node.path in both.spread), None)
    if found is None:
        return ""
    return f" ({both.edits[found].cause.what}, and {both.spread[found]:,} more)"


def _is_one(both: Union, nodes: Sequence[Node]) -> bool:
    """Whether nodes are one operator or one layer."""
    around = both.graph.parent(nodes[0].path)
    is_layer = around is not None and around.kind is Kind.LAYER
    return len(nodes) == 1 or (
        is_layer and all(both.graph.parent(node.path) is around for node in nodes)
    )


def _changed(both: Union, nodes: Sequence[Node], said: str) -> Label:
    changes = [both.changes.get(node.path, Change(node, node)) for node in nodes]
    around = both.graph.parent(nodes[0].path)
    name = labels.of_layer if around and around.kind is Kind.LAYER else labels.of_node
    before = _label([change.old for change in changes if change.old], said, name)
    after = _label([change.new for change in changes if change.new], said, name)
    words = merged(before, after)
    if words is not None and before != after:
        return Label(words)
    told = [each for node in nodes for each in _differences(both, node)]
    return Label((Piece(after),), _listed(told[:_MOST_DIFFERENCES]))


def _listed(told: Sequence[Pieces]) -> Pieces:
    """Join differences with commas."""
    parted = ((Piece(", " if at else ""), *pieces) for at, pieces in enumerate(told))
    return joined(piece for pieces in parted for piece in pieces)


def _label(nodes: Sequence[Node], said: str, name: Callable[..., str]) -> str:
    """Name a layer or an operator; a merge keeps what it was called."""
    return name(*nodes) if nodes and len(nodes[0].sources) == 1 else said


def _differences(both: Union, node: Node) -> Iterator[Pieces]:
    """List what differs in an operator: attributes, itself, the order of its inputs, its name."""
    change, edit = both.changes.get(node.path), both.edits.get(node.path)
    if change is None or edit is None:
        return
    old, new = change
    if old is None or new is None:
        yield (Piece(_came_or_went(change)),)
    elif old.op != new.op:
        yield from _attributes(old, new)
    elif edit.kind is EditKind.REWIRED:
        yield replaced(*_ends(edit))
    else:
        yield replaced(*_names(old.path, new.path))


def _came_or_went(change: Change) -> str:
    old, new = change
    if new is not None:
        return f"+ {labels.of_node(new)}"
    return f"- {labels.of_node(old)}" if old else ""


def _attributes(old: Node, new: Node) -> Iterator[Pieces]:
    if old.op.word != new.op.word:
        yield replaced(old.op.word, new.op.word)
        return
    for name in old.op.attributes:
        before, after = getattr(old.op, name), getattr(new.op, name)
        if before != after:
            yield (Piece(f"{name} "), *replaced(show(before), show(after)))


def _ends(edit: Edit) -> tuple[str, str]:
    old, new = edit.cause.old.text, edit.cause.new.text
    return _short(old), _short(new)


def _names(old: str, new: str) -> tuple[str, str]:
    """Cut two paths down to where they differ."""
    before, after = old.split("."), new.split(".")
    while len(before) > 1 and len(after) > 1 and before[-1] == after[-1]:
        del before[-1], after[-1]
    while len(before) > 1 and len(after) > 1 and before[0] == after[0]:
        del before[0], after[0]
    return _short(".".join(before)), _short(".".join(after))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}\u2026"
