"""Values that take the place of a recipe's, and a recipe as Python source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from runpy import run_path

import pytest

from archspec.diagnostic import SpecError
from archspec.standalone import recipe as module
from archspec.standalone.recipe import SGD, Augmentation, OneCycle, Recipe, RMSProp, WeightDecay
from archspec.training.recipes import imports, load, overridden, written
from tests.golden_files import Golden

PLAIN = Recipe(name="plain", optimizer=SGD(rate=0.1), batch=128, epochs=10.0)
FULL = replace(
    PLAIN,
    optimizer=RMSProp(rate=0.045, decay=0.95, momentum=0.9, epsilon=0.001, variant="torch"),
    schedule=OneCycle(rise=0.25, start=0.1, end=0.001),
    averaging=0.9999,
    weight_decay=WeightDecay(rate=0.00004, spares=()),
    augmentation=Augmentation(kind="light", padding=2, mirror=False),
    clip=2.0,
    params={"scale": 0.17, "activation": "relu", "wide": True},
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"epochs": "3"}, replace(PLAIN, epochs=3.0)),
        ({"batch": "2*64"}, PLAIN),
        ({"optimizer.rate": "1e-3"}, replace(PLAIN, optimizer=SGD(rate=0.001))),
        ({"optimizer": "rmsprop 0.045"}, replace(PLAIN, optimizer=RMSProp(rate=0.045))),
        (
            {"optimizer": "sgd 0.2", "optimizer.momentum": "0"},
            replace(PLAIN, optimizer=SGD(rate=0.2, momentum=0.0)),
        ),
        ({"set.scale": "0.2", "set.depth": "2"}, replace(PLAIN, params={"scale": 0.2, "depth": 2})),
        (
            {"weight_decay.spares": "[norm]"},
            replace(PLAIN, weight_decay=WeightDecay(spares=("norm",))),
        ),
        (
            {"augmentation": "light padding=1"},
            replace(PLAIN, augmentation=Augmentation(kind="light", padding=1)),
        ),
        ({"clip": "none", "name": "other"}, replace(PLAIN, name="other")),
    ],
    ids=str,
)
def test_a_change_takes_the_place_of_what_a_recipe_says(
    changes: Mapping[str, str], expected: Recipe
) -> None:
    assert overridden(PLAIN, changes) == expected


def test_a_change_leaves_the_other_params_as_they_were() -> None:
    changed = overridden(FULL, {"set.scale": "0.2"})
    assert changed.params == {"scale": 0.2, "activation": "relu", "wide": True}
    assert FULL.params["scale"] == 0.17


@pytest.mark.parametrize(
    ("changes", "message", "help"),
    [
        ({"epoch": "3"}, "`epoch` is not a key of a recipe", "did you mean `epochs`?"),
        ({"optimizer.lr": "1"}, "`sgd` has no `lr`", "did you mean `rate`?"),
        ({"epochs.rate": "1"}, "`epochs` is a plain value and has no arguments", "epochs=..."),
        ({"epochs": "0"}, "`epochs` expects a number above 0, not 0", "for example 100"),
        ({"optimizer": "adam 0.1"}, "`adam` is not a known optimizer", "mean `adamw`?"),
        (
            {"accumulate": "3"},
            "a batch of 128 cannot be divided into 3 equal parts",
            "`accumulate: 1`",
        ),
        ({"set.scale": "a b"}, "`a b` is not a number, a word, true or false", "write its value"),
    ],
)
def test_a_change_is_held_to_what_a_recipe_is_held_to(
    changes: Mapping[str, str], message: str, help: str
) -> None:
    with pytest.raises(SpecError) as caught:
        overridden(PLAIN, changes)
    (found,) = caught.value.diagnostics
    assert message in found.message
    assert help in str(found.help)


def test_all_that_is_wrong_with_changes_is_said_at_once_each_at_its_place() -> None:
    with pytest.raises(SpecError) as caught:
        overridden(PLAIN, {"batch": "none", "optimizer.rate": "-1", "optimizer": "lion 1"})
    assert [str(each.span) for each in caught.value.diagnostics] == [
        "--change:1:7",
        "--change:1:11",
        "--change:1:16",
    ]


def test_changes_to_a_file_are_read_with_it() -> None:
    assert load("recipe:small", {"epochs": "1"}).epochs == 1


@pytest.mark.parametrize(
    "recipe", [PLAIN, FULL, load("recipe:small"), load("recipe:inception_paper")]
)
def test_a_recipe_written_as_python_is_the_recipe(recipe: Recipe, tmp_path: Path) -> None:
    file = tmp_path / "train.py"
    file.write_text(f"{imports(recipe, module.__name__)}\n\n{written(recipe)}\n")
    assert run_path(str(file))["RECIPE"] == recipe


def test_a_recipe_written_as_python_leaves_defaults_out(golden: Golden) -> None:
    texts = [f"{imports(each, 'trainer.recipe')}\n\n{written(each)}\n" for each in (PLAIN, FULL)]
    golden.assert_kept(Path(__file__).parent / "shown" / "written.txt", "\n".join(texts))
