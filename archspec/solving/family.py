"""The networks that a spec is at other values of its params and options, counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from archspec.analysis.count import Count, count
from archspec.attributes import Value
from archspec.checked import check_one
from archspec.collector import paused
from archspec.graph import Graph, Kind, Scope
from archspec.language.document.findings import Findings
from archspec.language.document.load import load
from archspec.language.document.overrides import Overrides, apply
from archspec.language.document.spec import Param, Spec
from archspec.language.document.step_options import addressed, shortest
from archspec.language.elaboration.elaborate import elaborate
from archspec.language.syntax.syntax import Step
from archspec.source import File

Values = Mapping[str, int | float]


class Amounts(NamedTuple):
    """What a network costs."""

    parameters: int
    macs: int


AMOUNTS: Mapping[str, str] = {"parameters": "parameters", "macs": "MACs"}
"""What people call the amounts."""


@dataclass
class Family:
    """A spec that is read once, and the costs of its networks; all else is as ``given``."""

    file: File
    given: Overrides
    root: Path | None
    graph: Graph

    def __post_init__(self) -> None:
        self._known: dict[frozenset[tuple[str, int | float]], Amounts | None] = {}

    @cached_property
    def values(self) -> Mapping[str, Value]:
        """The params, and the options of steps by all their names, with what they are."""
        options = _options(self.graph)
        named = {name: options[option] for name, option in addressed(options).items()}
        return {**named, **self.graph.header.params}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all that is a whole number, each in its shortest form."""
        names = [*self.graph.header.params, *shortest(_options(self.graph))]
        return tuple(name for name in dict.fromkeys(names) if type(self.values[name]) is int)

    @property
    def amounts(self) -> Amounts:
        """What the spec costs as it is."""
        return _amounts(count(self.graph))

    @property
    def counted(self) -> int:
        """How many networks were counted."""
        return len(self._known)

    def at(self, values: Values) -> Amounts | None:
        """Count the network at given values; None where the spec does not hold."""
        place = frozenset(values.items())
        if place not in self._known:
            self._known[place] = self._counted(values)
        return self._known[place]

    def amount(self, key: str) -> Callable[[Values], int | None]:
        """Return what counts one amount at given values."""

        def at(values: Values) -> int | None:
            found = self.at(values)
            return None if found is None else int(getattr(found, key))

        return at

    def checked(self, values: Values) -> Amounts | None:
        """Check and count the spec at given values as every other verb does."""
        graph = check_one(self.file, self._changed(values), self.root).graph
        return None if graph is None else _amounts(count(graph))

    def _changed(self, values: Values) -> Overrides:
        return self.given._replace(params={**self.given.params, **values})

    @paused()
    def _counted(self, values: Values) -> Amounts | None:
        """Elaborate the document, once values of the time before are taken back."""
        document, params, network = self._written
        document.params.update(params)
        document.network = network
        findings = Findings()
        apply(self._changed(values), document, findings.report)
        graph = None if findings.errors else elaborate(document, findings, contracts=False)
        return None if graph is None else _amounts(count(graph))

    @cached_property
    def _written(self) -> tuple[Spec, Mapping[str, Param], tuple[Step, ...] | None]:
        """Read the document, and remember what overrides take the place of."""
        document = load(self.file, Findings())
        assert document is not None  # it has a graph
        return document, dict(document.params), document.network


def _amounts(found: Count) -> Amounts:
    return Amounts(found.parameters, found.macs)


def _options(graph: Graph) -> dict[str, Value]:
    """Return the options of the modules that steps of the network use, as ``step.option``."""
    return {
        f"{path}.{name}": value
        for path in graph.scopes[""].contents
        if (scope := _module(graph, path)) is not None
        for name, value in scope.arguments.items()
    }


def _module(graph: Graph, path: str) -> Scope | None:
    """Return the use of a module that a step is, or its first copy."""
    scope = graph.scopes.get(path)
    if scope is not None and scope.kind is Kind.REPEAT:
        scope = graph.scopes.get(scope.contents[0]) if scope.contents else None
    return scope if scope is not None and scope.kind is Kind.MODULE else None
