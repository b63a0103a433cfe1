"""The document of a raised network: its sections, and what holds it to the graph."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from archspec.analysis.count import count
from archspec.graph import Graph, Promise, last
from archspec.language.syntax.words import known_words
from archspec.raising.layering import Usual
from archspec.raising.lists import Listing
from archspec.raising.modules import Module, Modules
from archspec.raising.options import Options
from archspec.raising.pieces import Steps, Use, copies_of, nodes_of
from archspec.raising.regions import regions
from archspec.raising.repeats import wanted
from archspec.raising.usual import Defaults
from archspec.raising.writing import Body, Written

_COUNT = re.compile("(_?[0-9]+)?$")
_SECTIONS = {
    Promise.STEM: "stems",
    Promise.BLOCK: "blocks",
    Promise.REDUCTION: "reductions",
    Promise.PART: "parts",
}


@dataclass
class Document:
    """Writes a graph as a document of plain lists and mappings."""

    graph: Graph

    def __post_init__(self) -> None:
        usual = Usual.of(self.graph)
        self.steps: Steps = Listing(self.graph, usual).steps(regions(self.graph))
        self.modules = Modules.of(self.steps)
        self.defaults = Defaults.of(self.steps, usual)

    def nodes(self) -> list[str]:
        """List the nodes in the order of the document."""
        return [*nodes_of(self.steps)]

    def content(self) -> dict[str, Any]:
        """Return the document, its sections in the order of the language's reference."""
        graph, sections = self.graph, self._sections()
        network, outputs = self._network()
        totals = count(graph)
        inputs = {name: str(given.type) for name, given in graph.inputs.items()}
        whole = {
            "archspec": 1,
            "name": graph.name,
            "source": graph.header.source,
            "input": inputs.get("input") if list(inputs) == ["input"] else inputs,
            "defaults": {word: dict(values) for word, values in self.defaults.stated.items()},
            **sections,
            "network": network,
            "outputs": outputs,
            "expect": {"parameters": totals.parameters, "macs": totals.macs},
        }
        return {name: each for name, each in whole.items() if each}

    def _sections(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for module in self.modules.all:
            body = self._body(module)
            found.setdefault(_SECTIONS[self._promise(module)], {})[module.name] = body
        return {name: found[name] for name in _SECTIONS.values() if name in found}

    def _body(self, module: Module) -> Any:
        first = module.uses[0]
        asked = frozenset(wanted(first.steps))
        is_named = len(first.inputs) > 1 or first.inputs[0] in asked
        inputs = {value: f"x{at}" for at, value in enumerate(first.inputs, 1) if is_named}
        body = Body(self.graph, self.modules, self.defaults, module.options, asked, dict(inputs))
        steps = body.steps([use.steps for use in module.uses])
        told = {"options": module.options.declared(), "inputs": list(inputs.values())}
        said = {name: each for name, each in told.items() if each}
        return {**said, "steps": steps} if said or len(steps) > 1 else steps

    def _promise(self, module: Module) -> Promise:
        grids = [self._grids(use) for use in module.uses]
        fitting = (Promise.BLOCK, Promise.REDUCTION)
        if any(not before or not after for before, after in grids):
            return Promise.PART
        return next((each for each in fitting if all(each.holds(*g) for g in grids)), Promise.PART)

    def _grids(self, use: Use) -> tuple[tuple[int, ...], tuple[int, ...]]:
        before = self.graph.type_of(use.inputs[0])
        after = self.graph.type_of(use.steps.contents[-1].value)
        return before.shape[:-1], after.shape[:-1]

    def _network(self) -> tuple[list[Written], list[str]]:
        """Write the steps of the network, and its outputs unless the last step is the only one."""
        leaving = {value: name for name, value in self.graph.outputs.items()}
        final = self.steps.contents[-1].value
        is_last = list(leaving) == [final]
        is_named = not (is_last and self._is_counted(leaving[final]))
        named = {**self._named_uses(), **(leaving if is_named else {})}
        asked = frozenset((*wanted(self.steps), *named))
        names = {name: name for name in self.graph.inputs}
        body = Body(self.graph, self.modules, self.defaults, Options(), asked, names, named)
        steps = body.steps([self.steps])
        outputs = [] if is_last else [names[path] for path in self.graph.outputs.values()]
        types = [self.graph.type_of(each.value) for each in self.steps]
        promised = [
            f"{step} -> {shape}" if isinstance(step, str) else step
            for step, shape in zip(steps, types, strict=True)
        ]
        return promised, outputs

    def _named_uses(self) -> dict[str, str]:
        """Map the values of top-level modules to the names that their author gave them."""
        uses = ((each.value, copies_of(each.piece)[0]) for each in self.steps)
        named = {value: last(use.path) for value, use in uses if isinstance(use, Use)}
        return {value: name for value, name in named.items() if not self._is_counted(name)}

    def _is_counted(self, name: str) -> bool:
        """Whether a step without a name would get this one: its word, perhaps counted."""
        words = {*known_words(), *(each.name for each in self.modules.all)}
        return name in words or _COUNT.sub("", name) in words
