"""Closed forms of the zoo in params and options, compared with counts at a hundred points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from archspec import api, checked
from archspec.analysis.closed_form import Axis, NoClosedForm, Polynomial, axes, closed_form, sample
from archspec.analysis.count import Count
from archspec.language.document.overrides import Overrides
from archspec.location import locate
from archspec.solving.family import AMOUNTS, Family
from archspec.source import File

SPECS = Path(__file__).parents[2] / "specs"
NETWORKS = sorted(
    str(file.relative_to(SPECS).with_suffix(""))
    for file in SPECS.rglob("*.yaml")
    if "as_printed" not in file.parts  # those do not hold
)
TOGETHER, GROUPS, POINTS = 3, 2, 100

Forms = Mapping[str, Polynomial]


def family(network: str) -> Family:
    file = locate(str(SPECS / f"{network}.yaml"))
    return Family(file, Overrides(), None, api.load(file))


def forms(found: Family, names: Sequence[str]) -> tuple[tuple[Axis, ...], Forms]:
    """Find the closed forms in some names; none of an amount that has none."""
    start = {name: int(str(found.values[name])) for name in names}
    amount = found.amount("macs")
    try:
        along = axes(amount, start)
        points = sample(amount, along)
        return along, {key: closed_form(found.amount(key), along, points) for key in AMOUNTS}
    except NoClosedForm:
        return (), {}


def differences(found: Family, along: Sequence[Axis], expected: Forms, points: int) -> list[str]:
    """Count networks at random points where the spec holds; name those that cost otherwise."""
    random = Random(found.graph.name)  # noqa: S311
    drawn = ({axis.name: random.choice(axis.values) for axis in along} for _ in range(50 * points))
    held = ((values, counted(found.file, values)) for values in drawn)
    compared = list(islice(((at, costs) for at, costs in held if costs is not None), points))
    assert len(compared) == points
    return [
        f"{key} at {values}"
        for values, costs in compared
        for key, form in expected.items()
        if getattr(costs, key) != form.at(values)
    ]


def counted(file: File, values: Mapping[str, int]) -> Count | None:
    """Count a network as the verb does, which knows nothing of families; None if it is wrong."""
    graph = checked.check(file, Overrides(params=values)).graph
    return None if graph is None else api.count(graph)


@pytest.mark.slow
@pytest.mark.parametrize("network", NETWORKS)
def test_closed_forms_are_what_is_counted(network: str) -> None:
    """Names that have a closed form by themselves are taken a few at a time."""
    found = family(network)
    names = list(found.names)
    Random(network).shuffle(names)  # noqa: S311
    polynomial = (name for name in names if forms(found, [name])[1])
    chosen = list(islice(polynomial, TOGETHER * GROUPS))
    assert chosen or not names, f"{network} has no closed form at all"
    groups = [chosen[at : at + TOGETHER] for at in range(0, len(chosen), TOGETHER)]
    parts = [part for group in groups for part in apart(found, group)]
    for part in parts:
        along, expected = forms(found, part)
        assert differences(found, along, expected, -(-POINTS // len(parts))) == []


def apart(found: Family, group: list[str]) -> list[list[str]]:
    """Divide names that have no closed form together, as where a product of them is rounded."""
    return [group] if forms(found, group)[1] else [[name] for name in group]
