"""The learning rate of each step."""

from __future__ import annotations

from math import cos, floor, pi

from archspec.standalone.recipe import (
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    Recipe,
    Schedule,
    Steps,
)

_ROUNDING = 1e-9
"""Tolerance before rounding down: in floating point, 0.3 / 0.1 is a little less than 3."""


def learning_rate(recipe: Recipe, step: int, steps_per_epoch: float, steps: int) -> float:
    """Compute the learning rate of a step, counted from 0, with linear warm-up."""
    epoch = step / steps_per_epoch
    rise = min(1.0, (step + 1) / (recipe.warmup * steps_per_epoch)) if recipe.warmup else 1.0
    return recipe.optimizer.rate * rise * factor(recipe.schedule, epoch, step / max(steps, 1))


def factor(schedule: Schedule, epoch: float, progress: float) -> float:
    """Compute the factor of a schedule; ``progress`` is the completed fraction of all steps."""
    match schedule:
        case Constant():
            return 1.0
        case Exponential():
            return float(schedule.factor ** floor(epoch / schedule.every + _ROUNDING))
        case Steps():
            return float(schedule.factor ** sum(epoch >= each for each in schedule.at))
        case Cosine():
            return _along_cosine(1.0, schedule.end, progress)
        case OneCycle():
            return _one_cycle(schedule, progress)


def _one_cycle(schedule: OneCycle, progress: float) -> float:
    if progress < schedule.rise:
        return _along_cosine(schedule.start, 1.0, progress / schedule.rise)
    return _along_cosine(1.0, schedule.end, (progress - schedule.rise) / (1.0 - schedule.rise))


def _along_cosine(first: float, last: float, progress: float) -> float:
    return last + (first - last) * (1.0 + cos(pi * progress)) / 2.0
