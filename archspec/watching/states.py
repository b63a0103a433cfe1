"""The states of a spec under edit: its last good network, and what is wrong with it now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from archspec.checked import despite_contracts, graph_of
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.language.document.overrides import Overrides
from archspec.location import file_name
from archspec.rendering.excerpt import excerpt, visible
from archspec.rendering.json import Record, written
from archspec.source import File, Folder
from archspec.views import page, stamp
from archspec.views.drawing import BoxKind
from archspec.views.options import Options
from archspec.views.outline import Item
from archspec.views.palette import KINDS
from archspec.watching import changes
from archspec.watching.files import Observed

_OPTIONS = Options()
_MOST_DIAGNOSTICS = 50


class Picture(NamedTuple):
    """The record that the viewer shows, and its digest."""

    record: str
    stamp: str


class State(NamedTuple):
    """The last good picture of a spec, what is wrong with the spec, and what the save changed.

    ``is_broken`` says that the picture is not that of the spec as it is.
    """

    picture: Picture
    is_broken: bool = True
    has_picture: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()
    change: Record | None = None

    def told(self, name: str) -> str:
        """Write all but the picture as JSON."""
        return written(
            {
                "name": name,
                "broken": self.is_broken,
                "pictured": self.has_picture,
                "diagnostics": [_record(each) for each in self.diagnostics[:_MOST_DIAGNOSTICS]],
                "more": len(self.diagnostics[_MOST_DIAGNOSTICS:]),
                "change": self.change,
            },
            compact=True,
        )


@dataclass
class Watched:
    """A spec in a folder, with the overrides under which it is checked."""

    file: File
    overrides: Overrides
    graph: Graph | None = None
    state: State = field(init=False)

    def __post_init__(self) -> None:
        assert isinstance(self.file.tree, Folder)
        self.observed = Observed(self.file.tree)
        self.state = State(_nothing(self.file.shown))

    @property
    def name(self) -> str:
        """The name of the file as messages show it."""
        return self.file.shown

    def has_changed(self) -> bool:
        """Whether the spec or a file that it imports has another text than when it was checked."""
        return self.observed.has_changed()

    def check(self) -> Iterator[State]:
        """Check the spec anew; yield the state, and again when it is known what has changed."""
        self.observed.forget()
        checked = despite_contracts(replace(self.file, tree=self.observed), self.overrides)
        try:
            graph = graph_of(checked)
        except SpecError as error:
            self.state = self.state._replace(is_broken=True, diagnostics=error.diagnostics)
            yield self.state
            return
        before, self.graph = self.graph, graph
        self.state = State(_picture(graph), False, True, checked.diagnostics, self.state.change)
        yield self.state
        if before is not None:
            self.state = self.state._replace(change=changes.record(before, graph))
            yield self.state


def _picture(graph: Graph) -> Picture:
    record = page.record(graph, _OPTIONS)
    return Picture(record, stamp.of(record))


def _nothing(name: str) -> Picture:
    """Make the picture of a spec that has had no good state yet."""
    whole = Item(-1, "", "no network yet", BoxKind.PART, "", is_group=True, is_open=True)
    told = page.PageHead(name, file_name(name), "", "", {str(BoxKind.PART): KINDS[BoxKind.PART]})
    record = page.encode(told, [whole], _OPTIONS)
    return Picture(record, stamp.of(record))


def _record(diagnostic: Diagnostic) -> Record:
    """Describe a diagnostic with the lines that it is about, as terminals show them."""
    return {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "message": visible(diagnostic.message),
        "help": diagnostic.help and visible(diagnostic.help),
        "notes": [visible(note) for note in diagnostic.notes],
        "labels": [
            {
                "place": visible(str(label.span)),
                "text": visible(label.text),
                **excerpt(label.span)._asdict(),
            }
            for label in diagnostic.labels
        ],
    }
