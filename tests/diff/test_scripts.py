"""Edit scripts: what was changed in a spec, and the edits and the verdict that are expected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from archspec.diffs.checkpoint import checkpoint
from archspec.diffs.cost import Costs
from archspec.diffs.difference import diff
from archspec.diffs.edits import Difference, Edit
from tests.diff.laws import keeps_the_laws
from tests.diff.reading import graphs_of

SCRIPTS = [
    script
    for file in sorted((Path(__file__).parent / "scripts").glob("*.yaml"))
    for script in yaml.safe_load(file.read_text("utf-8"))
]


def line(edit: Edit) -> str:
    return f"{edit.kind} {edit.category} {edit.path} | {edit.cause}".replace("  ", " ")


def compared(script: dict[str, Any]) -> Difference:
    return diff(*graphs_of(script))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script["title"]))
def test_edits(script: dict[str, Any]) -> None:
    difference = compared(script)
    assert [line(edit) for edit in difference.edits] == script["expect"]
    assert difference.is_functional is script.get("functional", bool(script["expect"]))
    assert difference.is_cosmetic is script.get("cosmetic", False)
    total = Costs(difference).total()
    for measure in ("parameters", "macs"):
        if measure in script:
            assert total.of(measure).change == script[measure]
    verdict = checkpoint(difference)
    assert str(verdict.loads) == {True: "yes", False: "no"}.get(script["loads"], script["loads"])
    if "tensors" in script:
        nonzero = {name: count for name, count in verdict.counts().items() if count}
        assert nonzero == script["tensors"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script["title"]))
def test_laws(script: dict[str, Any]) -> None:
    keeps_the_laws(*graphs_of(script))


def test_there_are_at_least_forty_scripts() -> None:
    assert len(SCRIPTS) >= 40
