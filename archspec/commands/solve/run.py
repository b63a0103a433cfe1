"""Reading what is asked, and telling the answers."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from pathlib import Path
from shlex import join
from typing import Any, NamedTuple

import click

from archspec.analysis.closed_form import Polynomial
from archspec.commands.arguments import Constant, Reading
from archspec.commands.family import family_of
from archspec.commands.output import FINE, REFUSED, print_json, write
from archspec.commands.screen import progress
from archspec.commands.solve.figure import figure
from archspec.commands.table import NUMBER, Cell, Column, ShortNumber, Table, draw
from archspec.diffs.report.wording import plural
from archspec.language.document.bounds import read_bound
from archspec.rendering.excerpt import visible
from archspec.solving.choices import Unanswerable, choices, read
from archspec.solving.family import AMOUNTS
from archspec.solving.goal import FRONT, Goal, Limit, Objective
from archspec.solving.solve import Answer, Effort, Solution, solve, written
from archspec.solving.space import Space

_MOST_TOLD = 8
"""How many values at which the spec does not hold are listed."""


class Order(NamedTuple):
    """The options of the command."""

    names: str
    macs: tuple[str, ...]
    parameters: tuple[str, ...]
    maximize: tuple[str, ...]
    minimize: tuple[str, ...]
    limit: int
    budget: int
    output: Path | None


def tell_solution(spec: str, reading: Reading, form: str, order: Order) -> None:
    """Solve, draw and print; the exit status is 1 where nothing keeps the limits."""
    goal = _goal(order)
    family = family_of(spec, reading, form)
    try:
        space = Space(family, choices(family, read(order.names)))
    except Unanswerable as refused:
        raise click.UsageError(f"--for: {refused}") from None
    with progress("solve") as tell:
        found = solve(space, goal, Effort(order.limit, order.budget), tell)
    if order.output is not None:
        write(order.output, figure(found))
    if form == "json":
        print_json(_record(found))
    else:
        click.echo("\n\n".join(_paragraphs(spec, found)))
    raise SystemExit(FINE if found.answers else REFUSED)


def _goal(order: Order) -> Goal:
    """Read limits and objectives; raise ``UsageError``."""
    limits = [_limit("macs", text) for text in order.macs]
    limits += [_limit("parameters", text) for text in order.parameters]
    objectives = {key: Objective(key, is_most=True) for key in order.maximize}
    for key in order.minimize:
        if key in objectives:
            raise click.UsageError(f"--maximize {key} and --minimize {key} contradict each other")
        objectives[key] = Objective(key, is_most=False)
    return Goal(tuple(limits), tuple(objectives.values()) or FRONT)


def _limit(key: str, text: str) -> Limit:
    bound = read_bound(text)
    if bound is None:
        raise click.UsageError(f'--{key}: `{text}` is no bound: write "<= 12G", or 12_253_974_624')
    return Limit(key, bound)


def _record(found: Solution) -> dict[str, Any]:
    space, costs = found.space, found.costs
    graph = space.family.graph
    return {
        "ok": bool(found.answers),
        "spec": graph.header.file,
        "name": graph.name,
        "start": {**space.start, **space.family.amounts._asdict()},
        "for": {each.name: list(each.values) for each in space.choices},
        "limits": [str(each) for each in found.goal.limits],
        "objectives": [str(each) for each in found.goal.objectives],
        "closed_forms": {key: str(form) for key, form in costs.forms.items()} or None,
        "apart": [each.name for each in costs.apart],
        "reason": costs.reason or None,
        "candidates": space.size,
        "looked_at": len(costs.rows),
        "feasible": found.feasible,
        "best": found.best,
        "left_out": found.left_out,
        "answers": [_answer(each) for each in found.answers],
        "nearest": _answer(found.nearest) if found.nearest else None,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {"values": answer.values, **answer.amounts._asdict()}


def _paragraphs(spec: str, found: Solution) -> Iterator[str]:
    space = found.space
    graph, own = space.family.graph, space.family.amounts
    inputs = ", ".join(str(given.type) for given in graph.inputs.values())
    yield (
        f"{visible(graph.name)}: {inputs}, {written(space.start)}: "
        f"{own.parameters:,} parameters, {own.macs:,} MACs"
    )
    yield "\n".join(_looked(found))
    if found.answers:
        yield draw(_table(found))
        yield f"{_chosen(found)}\n{_settings(spec, found)}"
    else:
        yield _nothing(found)


def _looked(found: Solution) -> Iterator[str]:
    """Say what the candidates are and where their costs come from."""
    space, costs = found.space, found.costs
    yield f"{plural(space.size, 'candidate')}: {', '.join(map(str, space.choices))}"
    for key, form in costs.forms.items():
        fitted = _fitted(space, form)
        only = f", at these values of {' and '.join(fitted)} only" if fitted else ""
        yield f"{AMOUNTS[key]} = {form}{only}"
    if costs.apart:
        parts = prod(len(each.values) for each in costs.apart)
        names = " and ".join(each.name for each in costs.apart)
        yield f"closed forms for each of {parts} values of {names}"
    if costs.reason:
        share = "all" if costs.counted == space.size else f"{costs.counted:,} drawn at random"
        yield f"no closed form: {costs.reason}; {share} counted"
    for name, values in found.left_out.items():
        told = ", ".join(map(str, values[:_MOST_TOLD]))
        more = ", ..." * (len(values) > _MOST_TOLD)
        yield f"the spec does not hold at {name}={told}{more} while all else is as written"
    if found.goal.limits:
        yield f"{found.feasible:,} have {' and '.join(map(str, found.goal.limits))}"


def _fitted(space: Space, form: Polynomial) -> list[str]:
    """List the names of so few values that a polynomial of another amount would fit, too."""
    curved = {
        name: max((term.powers[place] for term in form.terms), default=0)
        for place, name in enumerate(form.names)
    }
    counts = {each.name: len(each.values) for each in space.choices}
    return [name for name, power in curved.items() if power > 1 and power >= counts[name] - 1]


def _table(found: Solution) -> Table:
    names = [Column(each.name, NUMBER) for each in found.space.choices]
    amounts = [Column(name, NUMBER) for name in AMOUNTS.values()]
    return Table((*names, *amounts), [_row(each) for each in found.answers])


def _row(answer: Answer) -> tuple[Cell, ...]:
    return (*map(str, answer.values.values()), *map(ShortNumber, answer.amounts))


def _chosen(found: Solution) -> str:
    """Say of what the rows are some."""
    wanted = list(map(str, found.goal.objectives))
    share = f"{len(found.answers):,} of {plural(found.best, 'candidate')}"
    if len(wanted) == 1:
        return f"{share}, {wanted[0]} first"
    return f"{share} on the front of {' for '.join(wanted)}"


def _settings(spec: str, found: Solution) -> str:
    """Show how other commands take a row: the first of a list, the last of a front."""
    answer = found.answers[0 if len(found.goal.objectives) == 1 else -1]
    given = found.space.family.given
    settings = {**given.params, **answer.values}
    shapes = [f"{name}={shape}" if name else str(shape) for name, shape in given.inputs.items()]
    pairs = (f"{name}={_written(value)}" for name, value in settings.items())
    words = [word for pair in pairs for word in ("--set", pair)]
    words += [word for shape in shapes for word in ("--input", shape)]
    return f"to use one: archspec count {join([spec, *words])}"


def _written(value: Constant) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _nothing(found: Solution) -> str:
    near = found.nearest
    if near is None:
        return "the spec holds at no candidate that was looked at"
    amounts = f"{near.amounts.parameters:,} parameters and {near.amounts.macs:,} MACs"
    return f"nothing keeps the limits; nearest is {written(near.values)}, with {amounts}"
