"""Telling parameters and MACs as polynomials in the params and options of a spec."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import click

from archspec.analysis.closed_form import (
    Axis,
    NoClosedForm,
    Polynomial,
    Term,
    axes,
    closed_form,
    sample,
)
from archspec.commands.output import print_json
from archspec.solving.choices import unknown
from archspec.solving.family import AMOUNTS, Family


class Symbolic(NamedTuple):
    """A family, the values in which closed forms are, where they were compared, and the forms."""

    family: Family
    start: Mapping[str, int]
    axes: Sequence[Axis]
    points: Sequence[Mapping[str, int]]
    forms: Mapping[str, Polynomial | NoClosedForm]


_NO_NUMBER = "declare one, `params: {width: 64}`, and write `width` in its place"


def symbolic(family: Family, names: Sequence[str]) -> Symbolic:
    """Find the closed forms in the names, or in all params that are whole numbers.

    Raises ``UsageError`` for a name that has no whole number as its value.
    """
    known = family.values
    numbers = {name: value for name, value in known.items() if type(value) is int}
    wanted = names or [name for name in family.graph.header.params if name in numbers]
    for name in wanted:
        if name not in known:
            raise click.UsageError(f"--for: {unknown(name, family)}")
        if name not in numbers:
            raise click.UsageError(f"--for: `{name}` is {known[name]}, which is no whole number")
    if not wanted:
        told = f"name options with --for {','.join(family.names)}" if numbers else _NO_NUMBER
        raise click.UsageError(f"--symbolic: no param is a whole number: {told}")
    return _found(family, {name: numbers[name] for name in wanted})


def _found(family: Family, start: Mapping[str, int]) -> Symbolic:
    try:
        along = axes(family.amount("macs"), start)
    except NoClosedForm as refused:
        return Symbolic(family, start, (), (), dict.fromkeys(AMOUNTS, refused))
    points = sample(family.amount("macs"), along)
    forms = {key: _form(family, key, along, points) for key in AMOUNTS}
    return Symbolic(family, start, along, points, forms)


def _form(
    family: Family, key: str, along: Sequence[Axis], points: Sequence[Mapping[str, int]]
) -> Polynomial | NoClosedForm:
    try:
        return closed_form(family.amount(key), along, points)
    except NoClosedForm as refused:
        return refused


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
        "for": dict(found.start),
        "checked": [dict(point) for point in _compared(found)],
        **{key: _written(form) for key, form in found.forms.items()},
    }


def _compared(found: Symbolic) -> Sequence[Mapping[str, int]]:
    """List the points at which the polynomials were compared, if there are any."""
    is_some = any(isinstance(form, Polynomial) for form in found.forms.values())
    return found.points if is_some else ()


def _written(form: Polynomial | NoClosedForm) -> dict[str, Any]:
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
    at = ", ".join(f"{name}={value}" for name, value in found.start.items())
    lines = [f"{family.graph.name}: {inputs}, {at}", ""]
    lines += [_line(AMOUNTS[key], form) for key, form in found.forms.items()]
    if _compared(found):
        lines += ["", f"as counted at {len(found.points)} random points within {_ranges(found)}"]
    elif len(found.start) > 1:
        lines += ["", f"fewer names may have one: --for {next(iter(found.start))}"]
    return "\n".join(lines)


def _line(name: str, form: Polynomial | NoClosedForm) -> str:
    if isinstance(form, NoClosedForm):
        return f"{name}: no polynomial was found; {form}"
    return f"{name} = {form}"


def _ranges(found: Symbolic) -> str:
    return ", ".join(f"{axis.name}={_range(axis.values)}" for axis in found.axes)


def _range(values: range) -> str:
    steps = "" if values.step == 1 else f" in steps of {values.step}"
    return f"{values[0]}..{values[-1]}{steps}"
