"""The review page: the verdict, the list of edits, and both networks in one picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archspec.diffs.comparison import Comparison
from archspec.diffs.explain.edits import Edit, End
from archspec.diffs.report import review_html, wording
from archspec.diffs.report.box_values import Pieces, Side
from archspec.diffs.report.headline import headline
from archspec.diffs.report.review_items import ReviewItem, listed
from archspec.diffs.report.union import Status, Union, union
from archspec.graph import parent
from archspec.location import file_name
from archspec.rendering.json import written
from archspec.views import drawing, page, stamp
from archspec.views.details import Place
from archspec.views.options import Options, Style
from archspec.views.outline import Item
from archspec.views.palette import CHANGES, PLAIN

_OPTIONS = Options(style=Style.COLOR)
_KINDS = {str(drawing.BoxKind.INPUT): PLAIN} | {word: mark.shade for word, mark in CHANGES.items()}
_COMING = (Status.INSERTED, Status.REMOVED)


def html(comparison: Comparison) -> bytes:
    """Make the page, one file that opens without a server or a network."""
    both = union(comparison.difference)
    items = listed(both, _OPTIONS)
    title = str(headline(comparison))
    compared = f"{comparison.old} -> {comparison.new}"
    parts = wording.categories(comparison), wording.tally(comparison.groups)
    said = "; ".join(filter(None, parts))
    told = page.PageHead(comparison.difference.new.name, title, compared, said, _KINDS)
    text = page.encode(told, (_blamed(each, both) for each in items), _OPTIONS)
    above = "\n".join(
        (
            review_html.above(comparison),
            review_html.beside(comparison),
            _data(comparison, both, items),
        )
    )
    return page.write(text, stamp.of(text), title, page.Addition("review", above=above))


def _blamed(each: ReviewItem, both: Union) -> Item:
    """Give an item the place and the text of the one edit that changed it, if there is one."""
    edit = _edit(each.path, both) if each.path else None
    return each.item if edit is None else each.item._replace(place=_place(edit))


def _edit(path: str, both: Union) -> Edit | None:
    found = {
        id(edit): edit for node in both.graph.within(path) if (edit := both.edits.get(node.path))
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _place(edit: Edit) -> Place:
    span = edit.cause.span
    said = f"{edit.kind}: {wording.cause(edit)}"
    return Place(file_name(span.source.name), span.shown_line, said) if span else Place("", 0, said)


def _data(comparison: Comparison, both: Union, items: Sequence[ReviewItem]) -> str:
    """Write what the script takes: the boxes of each edit, and labels that differ by side."""
    targets = _Targets(comparison, both, items)
    content = {
        "edits": [list(targets.of(group.edits)) for group in comparison.groups],
        "labels": {
            str(at): [_sided(each.label), _sided(each.shape)]
            for at, each in enumerate(items)
            if any(piece.side for piece in (*each.label, *each.shape))
        },
        "wires": [list(each) for each in targets.lost_wires(comparison)],
        "symbols": {word: mark.symbol for word, mark in CHANGES.items()},
    }
    text = written(content, compact=True)
    return f'<script id="changes" type="application/json">{page.harmless(text)}</script>'


def _sided(pieces: Pieces) -> list[list[str]]:
    return [
        [piece.text, str(piece.side) if piece.side is not Side.BOTH else ""] for piece in pieces
    ]


class _Targets:
    """Finds the boxes that show an edit."""

    def __init__(self, comparison: Comparison, both: Union, items: Sequence[ReviewItem]) -> None:
        self.both = both
        self.items = items
        self.numbers = {id(edit): at for at, edit in enumerate(comparison.edits)}
        self.places = {each.path: at for at, each in enumerate(items) if at and each.path}

    def of(self, edits: Sequence[Edit]) -> list[int]:
        """List the boxes that edits touched, each once."""
        return list(dict.fromkeys(at for edit in edits for at in self._of(edit)))

    def lost_wires(self, comparison: Comparison) -> Iterator[tuple[int, int]]:
        """List the wires of the old network between items of both that the new one lacks."""
        matching = comparison.difference.matching
        for old, new in matching.nodes.items():
            known = self.both.graph.nodes[new].sources
            for source in comparison.difference.old.nodes[old].sources:
                tail = matching.nodes.get(source) or matching.inputs.get(source)
                if tail and tail not in known:
                    yield self.places[tail], self.places[new]

    def _of(self, edit: Edit) -> Iterator[int]:
        touched = self.both.touched.get(self.numbers[id(edit)], [])
        paths = touched or [*edit.paths, *_ends(edit)]
        yield from (self._shown(self.places[path]) for path in paths if path in self.places)

    def _shown(self, at: int) -> int:
        """Find the outermost box that shows a node alone: its layer, or all that came or went."""
        item = self.items[at].item
        around = self.items[item.parent].item
        is_whole = item.kind in _COMING and around.kind == item.kind
        if item.parent > 0 and (around.is_layer or is_whole):
            return self._shown(item.parent)
        return at


def _ends(edit: Edit) -> Iterator[str]:
    """Name the inputs, and the parts that give the outputs, which an edit changed."""
    for end, old, new in edit.ends:
        found = new or old
        if found is None:
            continue
        name, path = found
        if end is End.INPUT:
            yield name
        elif isinstance(path, str) and path:
            yield from (path, parent(path))
