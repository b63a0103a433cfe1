"""What stands on a sheet: a network, a caption, and each module and auxiliary head that it uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from archspec.analysis.count import Totaller, Totals
from archspec.attributes import title
from archspec.graph import Graph, Kind, Scope, last
from archspec.views import dot
from archspec.views.drawing import Drawing, Frame
from archspec.views.folding import ANNOUNCED, Folding, fold
from archspec.views.kinds import of_scope
from archspec.views.labels import times
from archspec.views.naming import Naming
from archspec.views.options import Options, Shapes
from archspec.views.palette import amount


class Card(NamedTuple):
    """A module as it is drawn on its own: the frame around it says its name, and notes the rest."""

    frame: Frame
    notes: tuple[str, ...]
    drawing: Drawing


class Contents(NamedTuple):
    """The title of a sheet, lines below it, the folded network, and its modules."""

    title: str
    notes: tuple[str, ...]
    network: Drawing
    cards: tuple[Card, ...]

    @property
    def drawing(self) -> Drawing:
        """Everything as one drawing without arrows, of which colours and descriptions are made."""
        drawings = (self.network, *(card.drawing for card in self.cards))
        boxes = {
            f"{at} {path}" if at else path: box
            for at, drawing in enumerate(drawings)
            for path, box in drawing.boxes.items()
        }
        frames = (card.frame for card in self.cards)
        return Drawing(self.title, boxes, (*self.network.contents, *frames), ())

    def text(self, options: Options) -> str:
        """Write everything as text."""
        said = (self.title, *self.notes, *(note for card in self.cards for note in card.notes))
        drawings = (self.network, *(card.drawing for card in self.cards))
        return "\n".join((*said, *(dot.write(drawing, options) for drawing in drawings)))


def contents(graph: Graph, options: Options) -> Contents:
    """Say what stands on the sheet of a network."""
    cards = _Cards(graph, replace(options, module="", depth=1))
    return Contents(graph.title, tuple(_notes(graph, cards)), cards.network, tuple(cards.all()))


def _notes(graph: Graph, cards: _Cards) -> Iterator[str]:
    inputs = ", ".join(f"{name} {given.type}" for name, given in graph.inputs.items())
    yield "; ".join((inputs, cards.cost(cards.whole)))
    if graph.header.source:
        yield graph.header.source


class _Cards:
    def __init__(self, graph: Graph, options: Options) -> None:
        self.graph = graph
        self.options = options
        self.network = _bare(fold(graph, options))
        self.naming = Naming(graph)
        self.totaller = Totaller()
        heads = [each for each in graph.scopes.values() if each.kind is Kind.HEAD]
        trained = {node.path for head in heads for node in graph.within(head.path)}
        self.whole = self.totaller.total(
            node for node in graph.nodes.values() if node.path not in trained
        )

    def all(self) -> Iterator[Card]:
        """Draw each module in its first use, outer ones first, and the heads behind them."""
        uses: dict[int, list[Scope]] = {}
        for scope in self.scopes():
            if scope.template is not None:
                uses.setdefault(id(scope.template), []).append(scope)
        for found in uses.values():
            yield self.card(found, tuple(self.said(found)))
        for scope in self.scopes():
            if scope.kind is Kind.HEAD:
                notes = ("auxiliary head, for training only", self.cost(self.of([scope])))
                yield self.card([scope], notes)

    def scopes(self) -> Iterator[Scope]:
        """List the scopes in the order of the spec, each before those inside of it."""
        found = (self.graph.scopes.get(path) for path in self.graph.walk(""))
        return (each for each in found if each is not None)

    def card(self, uses: list[Scope], notes: tuple[str, ...]) -> Card:
        """Draw the first of several uses."""
        first = uses[0]
        name = title(first.template.name) if first.template else title(last(first.path), " ")
        frame = Frame(first.path, times(len(uses), name), of_scope(self.graph, first), ())
        shapes = Shapes.NONE if self.options.shapes is Shapes.NONE else Shapes.CHANGES
        drawn = Folding(self.graph, replace(self.options, shapes=shapes), first).whole()
        exits = drawn.exits if len(first.gives) > 1 else ()
        return Card(frame, notes, replace(drawn, exits=exits))

    def said(self, uses: list[Scope]) -> Iterator[str]:
        """Tell the shapes of a module's uses, its cost, and which of several uses is drawn."""
        yield "; ".join(_runs(map(self.shapes, uses)))
        yield self.cost(self.of(uses)) + (" in all" if len(uses) > 1 else "")
        first = self.naming.of(uses[0])
        if any(self.naming.of(each) != first for each in uses):
            yield f"shown: {first}"

    def of(self, uses: list[Scope]) -> Totals:
        """Count all uses of a module."""
        return self.totaller.total(node for each in uses for node in self.graph.within(each.path))

    def shapes(self, scope: Scope) -> str:
        """Tell what goes into a module and what comes out of it."""
        boundary = self.graph.boundary(scope.path)
        inputs = tuple(scope.takes.values()) or boundary.inputs
        outputs = tuple(scope.gives.values()) or boundary.outputs
        before, after = (
            ", ".join(str(self.graph.type_of(path)) for path in each) for each in (inputs, outputs)
        )
        return before if before == after else f"{before} to {after}"

    def cost(self, totals: Totals) -> str:
        """Tell what something costs."""
        return f"{amount(totals.parameters)} parameters, {amount(totals.macs)} MACs"


_MOST_SHAPES = 3


def _runs(said: Iterable[str]) -> tuple[str, ...]:
    """List what is said, each once: the first ones, and the last."""
    found = tuple(dict.fromkeys(said))
    return found if len(found) <= _MOST_SHAPES else (*found[: _MOST_SHAPES - 2], "...", found[-1])


def _bare(drawing: Drawing) -> Drawing:
    """Write shapes without the word for them."""
    boxes = {
        path: box._replace(shape=box.shape.removeprefix(ANNOUNCED))
        for path, box in drawing.boxes.items()
    }
    return replace(drawing, boxes=boxes)
