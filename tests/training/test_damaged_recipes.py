"""Recipes with random damage are refused with a place, or mean what they are written out as."""

from __future__ import annotations

from pathlib import Path
from random import Random
from runpy import run_path

import pytest

from archspec.location import of_text
from archspec.standalone import recipe as module
from archspec.training.recipes import check, imports, written
from tests.authoring.seeds import seeds
from tests.commands.running import ROOT

WHOLE = """\
recipe: 1
name: example
optimizer: {adamw: {rate: 1e-3, beta2: 0.95}}
schedule: {steps: {factor: 0.1, at: [30, 60]}}
batch: 2*(3+4)
epochs: 100
accumulate: 7
warmup: 2.5
averaging: none
weight_decay: {rate: 1e-4, spares: [norm, bias]}
augmentation: {kind: light, padding: 2}
set: {scale: 0.17, wide: true, activation: relu}
"""
TEXTS = (WHOLE, *(file.read_text() for file in sorted((ROOT / "recipes").glob("*.yaml"))))
SCRAPS = (
    *("\n", ":", " ", "[", "]", "{", "}", "-", "'", '"', "|", ">", "\t", "#", "é", ",", "%"),
    *("none", "0", "1e9", "-1", "as", "from", "->", "sgd", "rate=", "x", "/2", "V", "~", "1/0"),
    *("&a", "*a", "!!int", "true", "in_channels", "min(", ")", "9" * 30, ".inf", "0x1", "at=[]"),
)


def damaged(random: Random) -> str:
    text = random.choice(TEXTS)
    for _ in range(random.randint(1, 3)):
        place = random.randrange(len(text) + 1)
        scrap, lost = random.choice(("", *SCRAPS)), random.choice((0, 0, 1, 8))
        text = f"{text[:place]}{scrap}{text[place + lost :]}"
    return text


@pytest.mark.parametrize("seed", seeds(200))
def test_a_damaged_recipe_is_refused_or_means_what_it_is_written_out_as(
    seed: int, tmp_path: Path
) -> None:
    text = damaged(Random(seed))  # noqa: S311 - no secrets are drawn
    found = check(of_text(text.encode()))
    if found.recipe is None:
        assert found.diagnostics
        assert "" not in [each.message for each in found.diagnostics]
        return
    file = tmp_path / "train.py"
    file.write_text(f"{imports(found.recipe, module.__name__)}\n{written(found.recipe)}\n")
    assert run_path(str(file))["RECIPE"] == found.recipe
