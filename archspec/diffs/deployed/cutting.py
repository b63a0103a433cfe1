"""A network that ends before the end of its spec: one edit, whatever stood behind."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.diffs.comparison import CUT
from archspec.diffs.explain.cause import Cause, SourceText
from archspec.diffs.explain.edits import Category, Change, Difference, Edit, EditKind
from archspec.graph import Graph, Node, first, parent, upwards

Changes = tuple[Change, ...]
CUT_AT_HEAD = f"{CUT} the auxiliary head"


def as_cut(difference: Difference) -> Difference:
    """Tell all that went because a network is cut as one edit."""
    old, new = difference.old, difference.new
    cut = _cut(old, new)
    if not cut:
        return difference
    needed = _upstream(old, cut)
    parts = [each for each in difference.edits if _is_behind(each, needed)]
    rest = tuple(each for each in difference.edits if each not in parts)
    blamed = tuple(Change(None, each) for each in _of_head(old, new, cut))
    edits = (*rest, _whole(parts, blamed, *_named(old, cut))) if parts else rest
    return Difference(old, new, difference.matching, edits)


def _cut(old: Graph, new: Graph) -> str:
    """Return the value at which a network is cut; empty if it is not."""
    ends = {*new.outputs.values()}
    if len(ends) != 1 or ends & {*old.outputs.values()}:
        return ""
    (path,) = ends
    return path if path in old.nodes and not new.nodes.keys() & {*old.outputs.values()} else ""


def _upstream(graph: Graph, path: str) -> set[str]:
    needed = {path}
    for each in reversed([*graph.nodes.values()]):
        if each.path in needed:
            needed.update(each.sources)
    return needed


def _is_behind(edit: Edit, needed: set[str]) -> bool:
    """Whether an edit is only of nodes that a cut network has no use for, or of its ends."""
    if edit.kind is EditKind.REMOVED:
        return all(old is not None and old.path not in needed for old, _ in edit.changes)
    return bool(edit.ends) and not edit.changes


def _named(old: Graph, cut: str) -> tuple[str, SourceText]:
    """Name where a network is cut: the head, or the outermost step that gives the value."""
    head = next((name for name, path in old.heads.items() if path == cut), "")
    around = [each for each in upwards(parent(cut)) if old.boundary(each).outputs == (cut,)]
    step = around[-1] if around else cut
    part = old.scopes.get(step) or old.nodes[cut]
    return CUT_AT_HEAD if head else CUT, SourceText(head or step, part.span)


def _of_head(old: Graph, new: Graph, cut: str) -> Iterator[Node]:
    """Yield the nodes that count since they are no longer those of an auxiliary head."""
    if cut in old.heads.values():
        yield from (node for path, node in new.nodes.items() if first(path) == first(cut))


def _whole(parts: list[Edit], blamed: Changes, what: str, where: SourceText) -> Edit:
    return Edit(
        EditKind.REMOVED,
        Category.INTERFACE,
        Cause(what, where),
        tuple(pair for each in parts for pair in each.parts),
        tuple(change for each in parts for change in each.changes),
        tuple(change for each in parts for change in each.follows),
        (*(change for each in parts for change in each.blamed), *blamed),
        tuple(end for each in parts for end in each.ends),
    )
