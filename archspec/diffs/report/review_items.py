"""The items of the review page: both networks in one tree, runs of unchanged steps folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from archspec.diffs.report import box_values
from archspec.diffs.report.box_values import Label, Piece, Pieces
from archspec.diffs.report.picture import SEQUENCES
from archspec.diffs.report.union import UNTOUCHED, Status, Union, common
from archspec.graph import Kind, Node, parent
from archspec.views import drawing
from archspec.views.options import Options
from archspec.views.outline import Item, outline
from archspec.views.palette import CHANGES


class ReviewItem(NamedTuple):
    """An item, its path, and its label and type with values before and after."""

    item: Item
    path: str
    label: Pieces
    shape: Pieces


def listed(both: Union, options: Options) -> list[ReviewItem]:
    """List all items of both networks; what changed is open, equal copies once."""
    return _Folding(both).folded(list(_marked(both, outline(both.graph, options))))


def _marked(both: Union, items: Sequence[Item]) -> Iterator[ReviewItem]:
    paths: list[str] = []
    opened = _opened(both)
    for item in items:
        above = paths[item.parent] if item.parent >= 0 else ""
        paths.append(f"{above}.{item.name}" if above and item.name else above or item.name)
        yield _one(both, item, paths[-1], opened)


def _opened(both: Union) -> set[str]:
    """Find the groups that are open at first: those that changed, of equal copies the first."""
    found = {path for path in both.graph.scopes if both.status(path) is Status.CHANGED}
    for scope in both.graph.scopes.values():
        copies = scope.contents if scope.kind is Kind.REPEAT else ()
        for _, alike in groupby(copies, both.fingerprint):
            found.difference_update(list(alike)[1:])
    return found


def _one(both: Union, item: Item, path: str, opened: set[str]) -> ReviewItem:
    if item.kind is drawing.BoxKind.INPUT:
        return _input(both, item, path)
    nodes = list(both.graph.within(path)) if item.is_group else [both.graph.nodes[path]]
    status = common({both.statuses[node.path] for node in nodes})
    label, told = _label(both, item, nodes, status)
    shape = _shape(both, item, nodes[-1]) if nodes and item.parent >= 0 else (Piece(item.shape),)
    shape = box_values.joined((*shape, Piece("; "), *told)) if told else shape
    is_open = item.parent < 0 or (item.is_group and not item.is_layer and path in opened)
    item = item._replace(kind=status, is_open=is_open)
    if status is Status.REMOVED:
        item = item._replace(parameters=0, macs=0)
    return _written(item, path, label, shape)


def _label(both: Union, item: Item, nodes: Sequence[Node], status: Status) -> Label:
    """Write a label after the symbol of what happened; the whole has none."""
    if item.parent < 0 or not nodes:
        return Label((Piece(item.label),))
    name, told = box_values.label(both, nodes, item.label)
    symbol = CHANGES[status].symbol
    return Label(box_values.joined((Piece(f"{symbol} " if symbol else ""), *name)), told)


def _shape(both: Union, item: Item, last: Node) -> Pieces:
    """Write the type of an item before and after, where its last node gives it."""
    said = box_values.shape(both, last)
    return said if item.shape == str(last.output) else (Piece(item.shape),)


def _input(both: Union, item: Item, path: str) -> ReviewItem:
    label = box_values.source(both, path)
    return _written(item, path, label, (Piece(item.shape),))


def _written(item: Item, path: str, label: Pieces, shape: Pieces) -> ReviewItem:
    texts = box_values.plain(label), box_values.plain(shape)
    return ReviewItem(item._replace(label=texts[0], shape=texts[1]), path, label, shape)


class _Folding:
    """Puts runs of steps that no edit touched into groups of their own, one box each."""

    def __init__(self, both: Union) -> None:
        self.both = both
        self.runs = dict(self._runs())
        self.found: list[ReviewItem] = []
        self.groups: dict[str, int] = {}

    def _runs(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """List the steps in runs, each with its run."""
        for scope in self.both.graph.scopes.values():
            if scope.kind not in SEQUENCES or (scope.path and self._is_untouched(scope.path)):
                continue
            for untouched, paths in groupby(scope.contents, self._is_untouched):
                run = tuple(paths)
                if untouched and len(run) > 1:
                    yield from ((path, run) for path in run)

    def _is_untouched(self, path: str) -> bool:
        return self.both.status(path) in UNTOUCHED

    def folded(self, items: Sequence[ReviewItem]) -> list[ReviewItem]:
        """List the items again, those in a run behind its group."""
        places: list[int] = []
        for each in items:
            around = each.item.parent
            above = places[around] if around >= 0 else -1
            run = self._run(each.path, items[around].path) if around >= 0 else ()
            item = each.item._replace(
                parent=self._group(run, above, each) if run else above,
                sources=tuple(places[source] for source in each.item.sources),
            )
            places.append(len(self.found))
            self.found.append(each._replace(item=item))
        return self.found

    def _run(self, path: str, above: str) -> tuple[str, ...]:
        """Find the run of a part that stands directly in a group; empty for none."""
        while path and path != above:
            if path in self.runs:
                return self.runs[path]
            path = parent(path)
        return ()

    def _group(self, run: tuple[str, ...], above: int, last: ReviewItem) -> int:
        """Find the group of a run, with the type that the last of its parts gives."""
        if run[0] not in self.groups:
            self.groups[run[0]] = len(self.found)
            self.found.append(self._made(run, above))
        place = self.groups[run[0]]
        group = self.found[place]
        item = group.item._replace(shape=last.item.shape)
        self.found[place] = group._replace(item=item, shape=last.shape)
        return place

    def _made(self, run: tuple[str, ...], above: int) -> ReviewItem:
        status = common({self.both.status(path) for path in run})
        label = f"{len(run):,} steps {_FOLDED[status]}"
        item = Item(above, "", label, status, "", is_group=True)
        return ReviewItem(item, "", (Piece(label),), (Piece(""),))


_FOLDED = {Status.UNCHANGED: "unchanged", Status.FOLLOWS: "that follow"}
