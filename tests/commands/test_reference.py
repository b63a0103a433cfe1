"""``archspec explain``, ``operators`` and ``schema``."""

from __future__ import annotations

import json

from archspec.commands.explain.run import pages
from archspec.language.syntax.words import known_words
from tests.commands.running import run, run_json


def test_a_diagnostic_is_explained_with_a_wrong_and_a_right_example() -> None:
    shown = run("explain", "promise/block").stdout
    assert shown.startswith("promise/block\n\nA block leaves height and width as they were")
    assert "\nWrong:\n\n    input: 9x9x3\n" in shown
    assert "```" not in shown


def test_without_a_code_all_are_listed() -> None:
    shown = run("explain").stdout
    assert [code for code in pages() if code not in shown] == []


def test_a_code_that_is_not_there_is_a_wrong_command_that_names_the_nearest() -> None:
    result = run("explain", "residual/chanels")
    assert result.exit_code == 2
    assert "did you mean `residual/channels`?" in result.stderr


def test_programs_get_the_pages_by_code() -> None:
    assert run_json("explain", "name/keyword").keys() == {"name/keyword"}


def test_a_word_is_told_with_all_it_takes() -> None:
    shown = run("operators", "dropout").stdout
    assert "rate: a number from 0 to 1 (" in shown
    assert run("operators", "conv").stdout.count("may stand without its name") == 1


def test_without_a_word_all_are_listed_under_what_they_are_for() -> None:
    shown = run("operators").stdout
    assert [word for word in known_words() if f"\n  {word} " not in shown] == []
    assert shown.startswith("Layers\n")


def test_a_word_that_is_not_there_is_a_wrong_command_that_names_the_nearest() -> None:
    result = run("operators", "convolution")
    assert result.exit_code == 2
    assert "did you mean `conv`" in result.stderr


def test_programs_get_the_attributes_of_a_word() -> None:
    taken = {each["name"]: each for each in run_json("operators", "conv")["conv"]["attributes"]}
    assert taken["filters"]["default"] == ""
    assert taken["stride"]["default"] == "1x1"
    assert taken["bias"]["default"] == "true, but false with a norm"


def test_every_attribute_of_every_word_is_documented() -> None:
    found = run_json("operators")
    silent = [
        f"{word}.{taken['name']}"
        for word, entry in found.items()
        for taken in entry["attributes"]
        if not taken["doc"]
    ]
    assert silent == []


def test_the_schema_is_json() -> None:
    assert json.loads(run("schema").stdout)["required"] == ["archspec"]


def test_a_word_of_recipes_is_told_with_all_it_takes() -> None:
    shown = run("recipes", "rmsprop").stdout
    assert "rate: a number above 0 (required, may stand without its name)" in shown
    assert "variant: one of tensorflow1, keras, torch (default tensorflow1)" in shown


def test_without_a_word_all_of_recipes_are_listed_under_what_they_are_for() -> None:
    shown = run("recipes").stdout
    optimizers = shown.partition("Optimizers\n")[2].partition("\n\n")[0]
    assert [line.split()[0] for line in optimizers.splitlines()] == ["rmsprop", "sgd", "adamw"]


def test_a_word_that_recipes_do_not_have_is_a_wrong_command_that_names_the_nearest() -> None:
    result = run("recipes", "rmsprob")
    assert result.exit_code == 2
    assert "did you mean `rmsprop`" in result.stderr


def test_everything_that_a_recipe_may_be_told_is_documented() -> None:
    found = run_json("recipes")
    silent = [
        f"{word}.{taken['name']}"
        for word, entry in found.items()
        for taken in entry["attributes"]
        if not taken["doc"]
    ]
    assert silent == []


def test_the_schema_of_recipes_is_json() -> None:
    required = json.loads(run("schema", "recipe").stdout)["required"]
    assert required == ["recipe", "name", "optimizer", "batch", "epochs"]
