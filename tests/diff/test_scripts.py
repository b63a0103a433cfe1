"""Edit scripts: what was changed in a spec, and the edits and the verdict that are expected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from archspec.diffs.comparison import Comparison, compare
from archspec.diffs.explain.edits import Edit
from tests.diff.laws import assert_laws
from tests.diff.reading import graphs_of

SCRIPTS = [
    script
    for file in sorted((Path(__file__).parent / "scripts").glob("*.yaml"))
    for script in yaml.safe_load(file.read_text("utf-8"))
]


def line(edit: Edit) -> str:
    return f"{edit.kind} {edit.category} {edit.path} | {edit.cause}".replace("  ", " ")


def compared(script: dict[str, Any]) -> Comparison:
    return compare(*graphs_of(script))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script["title"]))
def test_edits(script: dict[str, Any]) -> None:
    comparison = compared(script)
    assert [line(edit) for edit in comparison.edits] == script["expect"]
    assert comparison.difference.is_cosmetic is script.get("cosmetic", False)
    for measure in ("parameters", "macs"):
        if measure in script:
            assert comparison.total.of(measure).change == script[measure]
    assert str(comparison.judgement.verdict) == script["verdict"]
    is_same = script.get("same", script["verdict"] in ("identical", "loads"))
    assert comparison.judgement.is_same is is_same
    loads = str(comparison.checkpoint.loads)
    assert loads == {True: "yes", False: "no"}.get(script["loads"], script["loads"])
    if "tensors" in script:
        counts = comparison.checkpoint.counts().items()
        assert {name: count for name, count in counts if count} == script["tensors"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script["title"]))
def test_laws(script: dict[str, Any]) -> None:
    assert_laws(*graphs_of(script))


def test_there_are_at_least_forty_scripts() -> None:
    assert len(SCRIPTS) >= 40
