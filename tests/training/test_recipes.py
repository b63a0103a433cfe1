"""Recipes as they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec.location import of_text
from archspec.standalone.recipe import (
    SGD,
    AdamW,
    Augmentation,
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    Optimizer,
    Recipe,
    RMSProp,
    Schedule,
    Steps,
    WeightDecay,
)
from archspec.training.recipes.load import load

RECIPES = Path(__file__).parents[2] / "recipes"
LEAST = "recipe: 1\nname: example\nbatch: 32\nepochs: 100\n"


def read(text: str) -> Recipe:
    return load(of_text(text.encode()))


def test_the_papers_recipe_says_what_the_paper_says() -> None:
    """arXiv:1602.07261, section 4: decay, epsilon, learning rate, its steps, 20 replicas."""
    recipe = load(RECIPES / "inception_paper.yaml")
    assert recipe.optimizer == RMSProp(rate=0.045, decay=0.9, epsilon=1.0, variant="tensorflow1")
    assert recipe.schedule == Exponential(factor=0.94, every=2)
    assert recipe.batch == 20 * 32
    assert recipe.averaging is not None


def test_the_small_recipe_is_read() -> None:
    assert isinstance(load(RECIPES / "small.yaml").optimizer, SGD)


@pytest.mark.parametrize(
    ("text", "optimizer"),
    [
        ("sgd 0.1", SGD(rate=0.1)),
        ("sgd rate=0.1 momentum=0 nesterov=false", SGD(rate=0.1, momentum=0.0)),
        ("{sgd: 0.1*256/128 momentum=0.5}", SGD(rate=0.2, momentum=0.5)),
        ("{adamw: {rate: 1e-3, beta2: 0.95}}", AdamW(rate=0.001, beta2=0.95)),
        ("rmsprop 0.045 variant=keras", RMSProp(rate=0.045, variant="keras")),
    ],
)
def test_an_optimizer_is_written_as_a_step_is(text: str, optimizer: Optimizer) -> None:
    assert read(f"{LEAST}optimizer: {text}\n").optimizer == optimizer


@pytest.mark.parametrize(
    ("text", "schedule"),
    [
        ("constant", Constant()),
        ("exponential 0.94 every=2", Exponential(factor=0.94, every=2.0)),
        ("steps 0.1 at=[30,60,90]", Steps(factor=0.1, at=(30.0, 60.0, 90.0))),
        ("{steps: {factor: 0.1, at: 1}}", Steps(factor=0.1, at=(1.0,))),
        ("cosine", Cosine()),
        ("cosine 0.01", Cosine(end=0.01)),
        ("one_cycle rise=0.2", OneCycle(rise=0.2)),
    ],
)
def test_a_schedule_is_written_as_a_step_is(text: str, schedule: Schedule) -> None:
    assert read(f"{LEAST}optimizer: sgd 0.1\nschedule: {text}\n").schedule == schedule


def test_every_key_fills_its_field() -> None:
    keys = """\
optimizer: sgd 0.1
set: {scale: 0.17, activation: relu, wide: true}
accumulate: 4
warmup: 0.5
averaging: 0.9999
smoothing: 0.1
auxiliary: 0.3
weight_decay: 0.00004 spares=norm
clip: 2
augmentation: light padding=2
normalization: unit
precision: bfloat16
synchronized: true
seed: 7
"""
    assert read(LEAST + keys) == Recipe(
        name="example",
        optimizer=SGD(rate=0.1),
        batch=32,
        epochs=100.0,
        params={"scale": 0.17, "activation": "relu", "wide": True},
        accumulate=4,
        warmup=0.5,
        averaging=0.9999,
        smoothing=0.1,
        auxiliary=0.3,
        weight_decay=WeightDecay(rate=0.00004, spares=("norm",)),
        clip=2.0,
        augmentation=Augmentation(kind="light", padding=2),
        normalization="unit",
        precision="bfloat16",
        synchronized=True,
        seed=7,
    )


def test_none_turns_off_what_is_optional() -> None:
    recipe = read(f"{LEAST}optimizer: sgd 0.1\nclip: none\naveraging: none\naugmentation: none\n")
    assert (recipe.clip, recipe.averaging, recipe.augmentation) == (None, None, Augmentation())
