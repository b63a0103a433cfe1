"""``archspec check`` of recipes."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec.location import of_text
from archspec.training.recipes import check
from tests.commands.running import ROOT, run, run_json

RECIPES = ROOT / "recipes"
LEAST = "recipe: 1\nname: example\nbatch: 32\nepochs: 2\noptimizer: sgd 0.1\n"


def test_nothing_is_wrong_with_the_recipes_that_come_along() -> None:
    found = run_json("check", RECIPES)
    assert [each["ok"] for each in found["specs"]] == [True] * len(list(RECIPES.glob("*.yaml")))


def test_a_recipe_that_came_along_is_called_as_it_was_asked_for() -> None:
    assert run("check", "recipe:small").stdout == "recipe:small: ok\n"


def test_a_recipe_that_did_not_come_along_is_told_beside_those_that_did() -> None:
    told = run("check", "recipe:large").stdout
    assert "the package has no recipe `large`" in told
    assert "it has inception_paper, small" in told


def test_specs_and_recipes_are_checked_side_by_side() -> None:
    told = run("check", "zoo:vgg_16", "recipe:small").stdout
    assert told == "zoo:vgg_16: ok\nrecipe:small: ok\n"


def test_a_recipe_is_checked_from_standard_input() -> None:
    assert run("check", "-", stdin=LEAST).stdout == "<stdin>: ok\n"
    assert run("check", "-", stdin=LEAST.replace("32", "0")).exit_code == 1


def test_a_spec_with_a_stray_recipe_is_a_spec(tmp_path: Path) -> None:
    file = tmp_path / "both.yaml"
    file.write_text("archspec: 1\nname: both\ninput: 8x8x3\nrecipe: 1\nnetwork: [relu]\n")
    assert "`recipe` is not a key of a spec" in run("check", file).stdout


@pytest.mark.parametrize("verb", ["show", "count"])
def test_a_verb_for_networks_says_that_a_recipe_is_no_spec(verb: str) -> None:
    told = run(verb, RECIPES / "small.yaml")
    assert told.exit_code == 1
    assert "does not say that it is a spec" in told.stderr + told.stdout


def test_a_recipe_is_formatted_without_a_change_of_what_it_says() -> None:
    before = "recipe: 1   \nname: example\nbatch: 32\nepochs: 2\noptimizer:\n      sgd: 0.1\n\n\n"
    after = "recipe: 1\nname: example\nbatch: 32\nepochs: 2\noptimizer:\n  sgd: 0.1\n"
    assert run("fmt", "-", stdin=before).stdout == after


def test_the_recipes_that_come_along_are_formatted() -> None:
    assert run("fmt", "--check", RECIPES).exit_code == 0


@pytest.mark.parametrize(
    ("text", "code", "help"),
    [
        ("clip:\n", "yaml/empty-value", "give it a value, or remove `clip`"),
        ("clip: ~\n", "yaml/value", 'write `none`, or "~" in quotes if the text is meant'),
        ("optimizer: sgd 0.2\n", "yaml/duplicate-key", "remove or rename one of them"),
        ("---\nrecipe: 1\n", "yaml/documents", "a file holds one document"),
        ("clip: !!float 1\n", "yaml/tag", "remove it"),
    ],
)
def test_yaml_is_held_to_the_rules_of_specs(text: str, code: str, help: str) -> None:
    (found,) = check(of_text((LEAST + text).encode())).diagnostics
    assert (found.code, found.help) == (code, help)
