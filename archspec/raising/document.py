"""The document of a raised network: its sections, and what holds it to the graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from archspec.analysis.count import count
from archspec.graph import Graph, Input, Promise
from archspec.language.syntax.words import known_words
from archspec.raising.dissolving import superfluous
from archspec.raising.layering import Usual
from archspec.raising.lists import Listing
from archspec.raising.modules import Module, Modules
from archspec.raising.naming import ARRIVING
from archspec.raising.network import Network
from archspec.raising.options import Options
from archspec.raising.pieces import Steps, Use, nodes_of
from archspec.raising.regions import regions
from archspec.raising.repeats import wanted
from archspec.raising.step_names import StepNames
from archspec.raising.usual import Defaults
from archspec.raising.writing import Body

_SECTIONS = {
    Promise.STEM: "stems",
    Promise.BLOCK: "blocks",
    Promise.REDUCTION: "reductions",
    Promise.PART: "parts",
}


@dataclass
class Document:
    """Writes a graph as a document of plain lists and mappings.

    ``lists`` are those of the network and of its heads, by their names.
    """

    graph: Graph

    def __post_init__(self) -> None:
        usual = Usual.of(self.graph)
        self.lists, self.modules = _settled(self.graph, usual)
        self.words = frozenset((*known_words(), *(each.name for each in self.modules.all)))
        self.defaults = Defaults.of(self.lists.values(), usual)

    def nodes(self) -> list[str]:
        """List the nodes in the order of the document."""
        return [*chain.from_iterable(map(nodes_of, self.lists.values()))]

    def content(self) -> dict[str, Any]:
        """Return the document, its sections in the order of the language's reference."""
        graph, sections = self.graph, self._sections()
        network = Network(graph, self.lists, self.words, self.body)
        totals = count(graph)
        inputs = {name: _input(given) for name, given in graph.inputs.items()}
        whole = {
            "archspec": 1,
            "name": graph.name,
            "title": graph.header.title,
            "source": graph.header.source,
            "input": inputs.get("input") if list(inputs) == ["input"] else inputs,
            "defaults": {word: dict(values) for word, values in self.defaults.stated.items()},
            **sections,
            **network.content(),
            "expect": {"parameters": totals.parameters, "macs": totals.macs},
        }
        return {name: each for name, each in whole.items() if each}

    def body(
        self,
        path: str,
        options: Options,
        asked: Iterable[str],
        names: dict[str, str],
        proposed: Mapping[str, str],
    ) -> Body:
        """Make the body of a module or network; ``asked`` are values that have names."""
        modules = self.modules
        steps = StepNames(
            path,
            self.words,
            frozenset(asked),
            names,
            proposed,
            lambda use: modules.of_use(use).name,
            lambda use: modules.of_use(use).outputs,
        )
        return Body(self.graph, modules, self.defaults, options, steps)

    def _sections(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for module in self.modules.all:
            self._written(module)  # to learn how many options there are
            module.options = module.options.renamed()
            body = self._written(module)
            found.setdefault(_SECTIONS[self._promise(module)], {})[module.name] = body
        return {name: found[name] for name in _SECTIONS.values() if name in found}

    def _written(self, module: Module) -> Any:
        first = module.uses[0]
        several = len(first.outputs) > 1
        leaving = first.outputs if several else ()
        asked = {*wanted(first.steps), *leaving}
        is_named = len(first.inputs) > 1 or first.inputs[0] in asked
        inputs = _names(first.inputs, self._takes(first), "x") if is_named else {}
        proposed = _names(leaving, self._gives(first), "y")
        body = self.body(first.path, module.options, asked, dict(inputs), proposed)
        steps = body.steps([use.steps for use in module.uses])
        outputs = [body.names.values[each] for each in leaving]
        module.outputs = [each.rpartition(".")[2] for each in outputs]
        told = {
            "options": module.options.declared(),
            "inputs": [*inputs.values()],
            "outputs": outputs,
        }
        said = {name: each for name, each in told.items() if each}
        return {**said, "steps": steps} if said else steps

    def _takes(self, use: Use) -> Mapping[str, str]:
        """Map the inputs that the author of a module named to their names."""
        scope = self.graph.scopes[use.path]
        is_named = scope.template is not None and scope.template.inputs
        return {value: name for name, value in scope.takes.items()} if is_named else {}

    def _gives(self, use: Use) -> Mapping[str, str]:
        scope = self.graph.scopes[use.path]
        is_named = scope.template is not None and scope.template.outputs
        return {value: name for name, value in scope.gives.items()} if is_named else {}

    def _promise(self, module: Module) -> Promise:
        grids = [each for use in module.uses for each in self._grids(use)]
        fitting = (Promise.BLOCK, Promise.REDUCTION)
        if any(not before or not after for before, after in grids):
            return Promise.PART
        return next((each for each in fitting if all(each.holds(*g) for g in grids)), Promise.PART)

    def _grids(self, use: Use) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        before = self.graph.type_of(use.inputs[0]).shape[:-1]
        return [(before, self.graph.type_of(value).shape[:-1]) for value in use.outputs]


def _names(values: tuple[str, ...], known: Mapping[str, str], letter: str) -> dict[str, str]:
    """Name the values on the boundary of a module: as their author did, else by their numbers."""
    if all(each in known for each in values):
        return {each: known[each] for each in values}
    if len(values) == 1:
        return {values[0]: ARRIVING}
    return {each: f"{letter}{at}" for at, each in enumerate(values, 1)}


def _settled(graph: Graph, usual: Usual) -> tuple[dict[str, Steps], Modules]:
    """Make the lists of a graph and its modules, without those that are better written out."""
    dissolved: frozenset[str] = frozenset()
    while True:
        listing = Listing(graph, usual)
        found = regions(graph, dissolved)
        lists = {name: listing.steps(region) for name, region in found.items()}
        modules = Modules.of(lists.values())
        gone = superfluous(lists.values(), modules)
        if not gone:
            return lists, modules
        dissolved |= gone


def _input(given: Input) -> str | dict[str, Any]:
    """Write an input as its shape, with the preprocessing of images beside it if it has any."""
    said = {name: _described(value) for name, value in given.preprocessing.items()}
    return {"shape": str(given.type), **said} if said else str(given.type)


def _described(value: tuple[float, ...] | str) -> str | list[float]:
    """Write a parameter of the preprocessing; whole numbers without a point."""
    if isinstance(value, str):
        return value
    return [int(each) if each == int(each) else each for each in value]
