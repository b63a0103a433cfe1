"""Learning rates, step by step, against arithmetic by hand and PyTorch's schedulers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import floor
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler

from archspec.standalone.recipe import (
    SGD,
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    Recipe,
    Schedule,
    Steps,
)
from archspec.standalone.schedule import learning_rate
from archspec.training import recipes

IMAGENET = 1_281_167


def recipe(schedule: Schedule, rate: float = 0.1, warmup: float = 0.0) -> Recipe:
    return Recipe(
        name="example",
        optimizer=SGD(rate=rate),
        batch=1,
        epochs=1,
        schedule=schedule,
        warmup=warmup,
    )


def rates(given: Recipe, steps: int, steps_per_epoch: float) -> list[float]:
    return [learning_rate(given, step, steps_per_epoch, steps) for step in range(steps)]


def of_torch(make: Callable[[Any], Any], steps: int, rate: float = 0.1) -> Iterator[float]:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)
    scheduler = make(optimizer)
    for _ in range(steps):
        yield optimizer.param_groups[0]["lr"]
        optimizer.step()
        scheduler.step()


@pytest.mark.parametrize("epoch", [0, 1, 2, 3, 4, 79, 80, 158, 159])
def test_the_papers_rate_is_multiplied_every_two_epochs(epoch: int) -> None:
    """arXiv:1602.07261, section 4: 0.045, "decayed every two epochs using an exponential rate"."""
    paper = recipes.load("recipe:inception_paper")
    per_epoch = IMAGENET / paper.batch
    first, last = -(-epoch * IMAGENET // paper.batch), (epoch + 1) * IMAGENET // paper.batch
    expected = 0.045 * 0.94 ** (epoch // 2)
    for step in (first, last):
        assert learning_rate(paper, step, per_epoch, 320_291) == pytest.approx(expected)


def test_an_exponential_falls_at_the_first_step_of_an_epoch() -> None:
    found = rates(recipe(Exponential(factor=0.5, every=2), 0.8), 12, 2)
    assert found == [0.8] * 4 + [0.4] * 4 + [0.2] * 4


@pytest.mark.parametrize("every", ["0.1", "0.3", "0.7", "2.4"])
@pytest.mark.parametrize("per_epoch", [3, 10, Fraction(1875, 4)])
def test_an_exponential_falls_where_exact_arithmetic_says(every: str, per_epoch: Fraction) -> None:
    found = rates(recipe(Exponential(factor=0.5, every=float(every)), 1.0), 60, float(per_epoch))
    falls = [floor(step / Fraction(per_epoch) / Fraction(every)) for step in range(60)]
    assert found == [0.5**each for each in falls]


def test_steps_fall_where_pytorchs_milestones_are() -> None:
    found = rates(recipe(Steps(factor=0.1, at=(1.0, 1.5))), 12, 6)
    expected = of_torch(lambda each: lr_scheduler.MultiStepLR(each, [6, 9], 0.1), 12)
    assert found == pytest.approx(list(expected))


@pytest.mark.parametrize("end", [0.0, 0.01])
def test_a_cosine_is_pytorchs(end: float) -> None:
    found = rates(recipe(Cosine(end=end)), 50, 10)
    expected = of_torch(lambda each: lr_scheduler.CosineAnnealingLR(each, 50, 0.1 * end), 50)
    assert found == pytest.approx(list(expected), abs=1e-12)


@pytest.mark.parametrize(("rise", "steps"), [(0.3, 40), (0.25, 100), (0.5, 8)])
def test_one_cycle_is_pytorchs_whose_last_rate_would_come_one_step_later(
    rise: float, steps: int
) -> None:
    share = (rise * steps + 1) / (steps + 1)

    def make(optimizer: Any) -> Any:
        return lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=steps + 1, pct_start=share)

    found = rates(recipe(OneCycle(rise=rise)), steps, 10)
    assert found == pytest.approx(list(of_torch(make, steps)), rel=1e-9)


def test_one_cycle_begins_at_its_start_and_is_at_its_highest_at_the_end_of_the_rise() -> None:
    found = rates(recipe(OneCycle(rise=0.25, start=0.1, end=0.0), 1.0), 8, 4)
    assert found[0] == pytest.approx(0.1)
    assert found[2] == 1.0
    assert max(found) == found[2]


def test_a_warmup_rises_by_equal_parts_from_its_first_step() -> None:
    found = rates(recipe(Constant(), 0.8, warmup=2), 10, 4)
    assert found == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.8, 0.8])


def test_a_warmup_multiplies_what_the_schedule_says() -> None:
    found = rates(recipe(Exponential(factor=0.5, every=1), 0.8, warmup=1), 4, 2)
    assert found == pytest.approx([0.4, 0.8, 0.4, 0.4])
