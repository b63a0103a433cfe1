"""Telling parameters and MACs as polynomials in the params and options of a spec."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import click

from archspec.analysis.closed_form import (
    Amount,
    Axis,
    NoClosedForm,
    Polynomial,
    Term,
    Values,
    axes,
    closed_form,
    sample,
)
from archspec.analysis.count import Count, count
from archspec.checked import load
from archspec.commands.arguments import Reading
from archspec.commands.loading import overrides
from archspec.commands.output import print_json
from archspec.diagnostic import SpecError
from archspec.graph import Graph, Kind

AMOUNTS: Mapping[str, tuple[str, Callable[[Count], int]]] = {
    "parameters": ("parameters", lambda found: found.parameters),
    "macs": ("MACs", lambda found: found.macs),
}
"""What is told: by key, its name for people, and how it is read."""


@dataclass
class Family:
    """The networks that a spec is at other values of some params and options."""

    spec: str
    reading: Reading
    graph: Graph
    start: Values

    def __post_init__(self) -> None:
        self._known: dict[tuple[int, ...], Count | None] = {}

    def amount(self, key: str) -> Amount:
        """Return what reads an amount at given values."""
        read = AMOUNTS[key][1]

        def at(values: Values) -> int | None:
            found = self._count(values)
            return None if found is None else read(found)

        return at

    def _count(self, values: Values) -> Count | None:
        place = tuple(values[name] for name in self.start)
        if place not in self._known:
            self._known[place] = self._counted(values)
        return self._known[place]

    def _counted(self, values: Values) -> Count | None:
        given = overrides(self.reading)
        params = {name: value for name, value in values.items() if name in self.graph.header.params}
        options = {name: value for name, value in values.items() if name not in params}
        changed = given._replace(params={**given.params, **params}, options=options)
        try:
            return count(load(self.spec, changed, self.reading.root))
        except SpecError:
            return None

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """The values at which the spec holds, as far as is known."""
        return axes(self.amount("macs"), self.start)

    @cached_property
    def points(self) -> tuple[Values, ...]:
        """The points at which polynomials are compared."""
        return sample(self.amount("macs"), self.axes)

    def form(self, key: str) -> Polynomial | NoClosedForm:
        """Find the polynomial of an amount, or why there is none."""
        try:
            return closed_form(self.amount(key), self.axes, self.points)
        except NoClosedForm as refused:
            return refused


class Symbolic(NamedTuple):
    """A family and its closed forms by key."""

    family: Family
    forms: Mapping[str, Polynomial | NoClosedForm]


def symbolic(spec: str, reading: Reading, graph: Graph, names: Sequence[str]) -> Symbolic:
    """Find the closed forms in the names, or in all params that are whole numbers.

    Raises ``UsageError`` for a name that has no whole number as its value.
    """
    known = {**_options(graph), **graph.header.params}
    numbers = {name: value for name, value in known.items() if type(value) is int}
    wanted = names or [name for name in graph.header.params if name in numbers]
    for name in wanted:
        if name not in numbers:
            raise click.UsageError(_unknown(name, known, numbers))
    if not wanted:
        raise click.UsageError(_nothing(numbers))
    family = Family(spec, reading, graph, {name: numbers[name] for name in wanted})
    return Symbolic(family, {key: family.form(key) for key in AMOUNTS})


def _options(graph: Graph) -> dict[str, Any]:
    """Return the options of modules that one step of the network has, with their values."""
    scopes = [graph.scopes[path] for path in graph.scopes[""].contents if path in graph.scopes]
    given = [pair for each in scopes if each.kind is Kind.MODULE for pair in each.arguments.items()]
    names = [name for name, _ in given]
    return {name: value for name, value in given if names.count(name) == 1}


def _unknown(name: str, known: Mapping[str, Any], numbers: Mapping[str, int]) -> str:
    if name in known:
        return f"--for: `{name}` is {known[name]}, which is no whole number"
    offered = f"there are {', '.join(numbers)}" if numbers else "there are none"
    return f"--for: `{name}` is no param, and no option of one step of the network: {offered}"


def _nothing(numbers: Mapping[str, int]) -> str:
    told = f": name options with --for {','.join(numbers)}" if numbers else ""
    return f"--symbolic: no param is a whole number{told}"


def tell_symbolic(found: Symbolic, form: str) -> None:
    """Print the polynomials, where they were compared, and why there are none."""
    if form == "json":
        print_json(_record(found))
    else:
        click.echo(_text(found))


def _record(found: Symbolic) -> dict[str, Any]:
    family = found.family
    return {
        "spec": family.graph.header.file,
        "name": family.graph.name,
        "for": dict(family.start),
        "checked": [dict(point) for point in _compared(found)],
        **{key: _form(form) for key, form in found.forms.items()},
    }


def _compared(found: Symbolic) -> Sequence[Values]:
    """List the points at which the polynomials were compared, if there are any."""
    is_some = any(isinstance(form, Polynomial) for form in found.forms.values())
    return found.family.points if is_some else ()


def _form(form: Polynomial | NoClosedForm) -> dict[str, Any]:
    if isinstance(form, NoClosedForm):
        return {"reason": str(form)}
    return {"text": str(form), "terms": [_term(term, form.names) for term in form.terms]}


def _term(term: Term, names: Sequence[str]) -> dict[str, Any]:
    whole = term.coefficient.denominator == 1
    powers = zip(names, term.powers, strict=True)
    return {
        "coefficient": int(term.coefficient) if whole else str(term.coefficient),
        "powers": {name: power for name, power in powers if power},
    }


def _text(found: Symbolic) -> str:
    family = found.family
    inputs = ", ".join(str(given.type) for given in family.graph.inputs.values())
    at = ", ".join(f"{name}={value}" for name, value in family.start.items())
    lines = [f"{family.graph.name}: {inputs}, {at}", ""]
    lines += [_line(AMOUNTS[key][0], form) for key, form in found.forms.items()]
    if _compared(found):
        lines += ["", f"as counted at {len(family.points)} random points within {_ranges(family)}"]
    return "\n".join(lines)


def _line(name: str, form: Polynomial | NoClosedForm) -> str:
    if isinstance(form, NoClosedForm):
        return f"{name}: no polynomial was found; {form}"
    return f"{name} = {form}"


def _ranges(family: Family) -> str:
    return ", ".join(f"{axis.name}={_range(axis.range)}" for axis in family.axes)


def _range(values: range) -> str:
    steps = "" if values.step == 1 else f" in steps of {values.step}"
    return f"{values[0]}..{values[-1]}{steps}"
