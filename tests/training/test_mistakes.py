"""Mistakes in recipes: what is said of each, and that all of them are said at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec.diagnostic import Diagnostic
from archspec.location import of_text
from archspec.training.recipes import check
from tests.commands.running import run
from tests.golden_files import Golden

HERE = Path(__file__).parent
WHOLE = {
    "recipe": "1",
    "name": "example",
    "batch": "32",
    "epochs": "10",
    "optimizer": "sgd 0.1",
}


def only(**changed: str) -> Diagnostic:
    """Return all that is wrong with a recipe some of whose keys are written otherwise."""
    keys = {**WHOLE, **changed}
    text = "".join(f"{key}: {value}\n" for key, value in keys.items() if value)
    (found,) = check(of_text(text.encode())).diagnostics
    return found


@pytest.mark.parametrize(
    ("key", "text", "message", "help"),
    [
        (
            "batch",
            "640.5",
            "`batch` expects a whole number of at least 1, not 640.5",
            "for example 128",
        ),
        (
            "batch",
            "20*0",
            "`batch` expects a whole number of at least 1, not 20*0 = 0",
            "for example 128",
        ),
        ("batch", "2*k", "`2*k` contains a name", "from numbers only"),
        ("clip", "-1", "`clip` expects a number above 0, or none, not -1", "default, none"),
        (
            "smoothing",
            "10",
            "`smoothing` expects a number of at least 0 and below 1",
            "10 % is wri",
        ),
        (
            "seed",
            "4294967296",
            "`seed` expects a whole number of at least 0 and below",
            "default, 0",
        ),
        ("precision", "fp16", "one of float32, bfloat16, not fp16", "did you mean `bfloat16`?"),
        ("synchronized", "1", "`synchronized` expects true or false, not 1", "default, false"),
        (
            "augmentation",
            "{light: {padding: 2}}",
            "all of its arguments at once",
            "`augmentation: light padding=2`",
        ),
        ("weight_decay", "{1e-4: {spares: [norm]}}", "arguments at once", "inner mapping out"),
        ("augmentation", "ligth", "expects one of inception, light, none", "did you mean `light`?"),
        (
            "weight_decay",
            "-1",
            "`weight_decay` expects a number of at least 0, not -1",
            "default, 0.0",
        ),
        ("weight_decay", "1 spares=[norm,biases]", "`spares` expects a list", "mean `bias`?"),
        ("set", "[scale]", "`set` is a mapping of names", "without a dash"),
        ("set", "{scale: a b}", "`a b` is", "write its value"),
        ("epoch", "3", "`epoch` is not a key of a recipe", "did you mean `epochs`?"),
        ("batch_size", "3", "`batch_size` is not a key of a recipe", "did you mean `batch`?"),
        ("params", "{a: 1}", "`params` is not a key of a recipe", "did you mean `set`?"),
        ("lr", "0.1", "`lr` is not a key of a recipe", "`optimizer: sgd 0.1`"),
        ("colour", "red", "`colour` is not a key of a recipe", "known: recipe, name, source"),
        ("name", "My Recipe", "`My Recipe` cannot name a recipe", "lower-case letters"),
        ("optimizer", "", "the recipe has no `optimizer`", "write `optimizer: rmsprop 0.045"),
        ("optimizer", "sgd", "`sgd` needs a `rate`", "write `rate=0.1`"),
        ("optimizer", "adam 0.1", "`adam` is not a known optimizer", "did you mean `adamw`?"),
        ("optimizer", "0.1", "`0.1` is not a known optimizer", "known: rmsprop, sgd, adamw"),
        ("optimizer", "sgd lr=0.1", "`sgd` has no `lr`", "did you mean `rate`?"),
        ("optimizer", "sgd 0.1 0.9", "`rate` is given twice", "the others are momentum=..."),
        ("optimizer", "sgd 0.1 rate=0.2", "`rate` is given twice", "keep one of them"),
        ("optimizer", "sgd 10%", "", "as a number: 0.1"),
        ("optimizer", "sgd 0.1, nesterov=true", "a comma", "commas: sgd 0.1 nesterov=true"),
        ("optimizer", "rmsprop 1 variant=tf", "not tf", "did you mean `tensorflow1`?"),
        ("optimizer", "{sgd: 1, momentum: 0}", "not a mapping", "`optimizer: sgd 1 momentum=0`"),
        ("optimizer", "{name: sgd, lr: 1}", "not a mapping", "`optimizer: sgd rate=1`"),
        ("optimizer", "[sgd 0.1]", "not a list", "write `optimizer: rmsprop 0.045 decay=0.9`"),
        ("schedule", "none", "`none` is not a known schedule", "did you mean `constant`?"),
        ("schedule", "one_cycle 30", "`rise` expects a number above 0 and below 1", "written 0.3"),
        ("schedule", "exponential 0.94 gamma=1", "has no `gamma`", "did you mean `factor`?"),
    ],
)
def test_a_mistake_is_told_with_what_was_meant(
    key: str, text: str, message: str, help: str
) -> None:
    found = only(**{key: text})
    assert message in found.message
    assert help in str(found.help)
    assert found.span is not None


@pytest.mark.parametrize(
    ("changed", "message", "places"),
    [
        ({"accumulate": "3"}, "a batch of 32 cannot be divided into 3 equal parts", [6, 3]),
        ({"warmup": "10"}, "the warmup takes 10 epochs, and training ends after 10", [6, 4]),
        ({"schedule": "steps 0.1 at=[30,20]"}, "not in ascending order", [6]),
        ({"schedule": "steps 0.1 at=[5,10]"}, "epoch 10, and training ends after 10", [6, 4]),
        ({"schedule": "{steps: {factor: 0.1, at: []}}"}, "`at` is empty", [6]),
        ({"optimizer": "sgd 1 momentum=0 nesterov=true"}, "`nesterov` needs a momentum", [5]),
        ({"augmentation": "inception padding=2"}, "`inception` does not pad", [6]),
    ],
)
def test_values_that_do_not_go_together_are_told_with_both_places(
    changed: dict[str, str], message: str, places: list[int]
) -> None:
    found = only(**changed)
    assert found.code == "recipe/conflict"
    assert message in found.message
    assert [label.span.line for label in found.labels] == places


def test_a_value_that_was_refused_is_not_held_to_others() -> None:
    assert only(batch="many", accumulate="3").code == "recipe/value"


def test_a_long_text_is_not_repeated_whole() -> None:
    assert len(only(optimizer="x" * 100_000).message) <= 300


def test_all_that_is_wrong_is_told_at_once_each_at_its_place(
    golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wrong.yaml").write_text("""\
recipe: 1
name: wrong
batch: 640
accumulate: 3
epochs: many
lr: 0.045
optimizer: rmsprop decay=90 epsilon=0 variant=tf alpha=0.9
schedule: expnential 0.94 every=2
smoothing: 10
weight_decay: 1e-4 spares=[norm,biases]
augmentation: heavy
set: {scale: a b}
clip: -1
averaging: 2*k
""")
    golden.assert_kept(HERE / "shown" / "all_at_once.txt", run("check", "wrong.yaml").stdout)
