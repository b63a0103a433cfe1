"""The arithmetic of the conventions comes out, and starts from what is counted."""

from __future__ import annotations

import re
from math import prod
from pathlib import Path

import pytest

import archspec
from archspec.analysis.count import ConventionalTotaller, Count
from archspec_torch.counters import CONVENTIONS
from tests.docs.pages import DOCS, table, words

PAGE = DOCS / "conventions.md"
SPEC = re.compile(r"\(\.\./(specs/[\w/]+\.yaml)\)")


def counted(cell: str) -> Count:
    """Count the spec that a cell links to."""
    return archspec.count(archspec.load(linked(cell)))


def linked(cell: str) -> Path:
    """Find the spec that a cell links to."""
    found = SPEC.search(cell)
    assert found
    return DOCS.parent / found[1]


def value(text: str) -> int:
    """Add up ``2 + 3 * 4 - 5``."""
    terms = re.findall(r"([-+]?) ?([\d,]+(?: \* [\d,]+)*)", text)
    return sum(int(f"{sign}1") * prod(map(number, term.split(" * "))) for sign, term in terms)


def number(text: str) -> int:
    return int(text.replace(",", ""))


@pytest.mark.parametrize(
    ("total", "row"),
    [
        (total, row)
        for total, heading in (("parameters", "### Parameters"), ("macs", "### MACs and FLOPs"))
        for row in table(PAGE, heading)
    ],
    ids=str,
)
def test_a_number_of_another_tool_is_ours_and_what_the_row_adds(total: str, row: list[str]) -> None:
    left, _, right = words(row[2])[-1].partition(" = ")
    assert number(left.split()[0]) == getattr(counted(row[1]), total)
    assert not right or value(left) == number(right)


FVCORE = ("timm's tables", "as archspec emits it")


@pytest.mark.parametrize(
    "row",
    [row for row in table(PAGE, "### MACs and FLOPs") if any(each in row[0] for each in FVCORE)],
    ids=str,
)
def test_the_convention_of_timm_gives_what_a_row_adds_up_to(row: list[str]) -> None:
    graph = archspec.load(linked(row[1])).without_heads()
    counted = ConventionalTotaller(CONVENTIONS["timm"].rules(graph))
    total = counted.total(graph.nodes.values()).macs
    assert total == number(words(row[2])[-1].rpartition(" = ")[2])


def test_the_page_tells_what_each_tool_counts_as_the_command_does() -> None:
    rows = {words(row[0])[-1]: row[1:] for row in table(PAGE, "### By their own rules")}
    assert rows == {name: [each.unit, each.about] for name, each in CONVENTIONS.items()}


def test_statistics_are_two_for_each_channel_that_a_row_of_keras_speaks_of() -> None:
    for row in table(PAGE, "### Parameters"):
        channels = re.search(r"2 \* ([\d,]+)", row[2])
        assert not channels or 2 * number(channels[1]) == counted(row[1]).totals.statistics


@pytest.mark.parametrize("row", table(PAGE, "### Activations"), ids=str)
def test_activations_are_what_the_row_says(row: list[str]) -> None:
    assert counted(row[0]).activations == number(row[1])


@pytest.mark.parametrize("row", table(PAGE, "### Single operations"), ids=str)
def test_an_example_costs_the_single_operations_of_its_row(row: list[str], tmp_path: Path) -> None:
    file = tmp_path / "example.yaml"
    (step,) = words(row[2])
    head = "archspec: 1\nname: example\ninput: 4x4x8\n"
    file.write_text(f"{head}network: [{step}]\n", "utf-8")
    assert archspec.count(archspec.load(file)).totals.pointwise == number(row[3])
