"""Rules across the values of a recipe; the arguments of a rule name the fields it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import gcd
from typing import Any, NamedTuple

from archspec.standalone.recipe import SGD, Augmentation, Optimizer, Schedule, Steps


class Conflict(NamedTuple):
    """Values that contradict each other: the field to blame, the other one, and a fix."""

    blamed: str
    beside: str
    message: str
    fix: str


def _parts_divide_the_batch(accumulate: int, batch: int) -> Conflict | None:
    if batch % accumulate == 0:
        return None
    message = f"a batch of {batch} cannot be divided into {accumulate} equal parts"
    fix = f"`accumulate: {gcd(accumulate, batch)}` divides it"
    return Conflict("accumulate", "batch", message, fix)


def _nesterov_looks_ahead_along_a_momentum(optimizer: Optimizer) -> Conflict | None:
    if not isinstance(optimizer, SGD) or not optimizer.nesterov or optimizer.momentum:
        return None
    message = "`nesterov` needs a momentum, and it is 0"
    return Conflict("optimizer", "optimizer", message, "write `momentum=0.9`, or nesterov=false")


def _steps_come_one_after_another(schedule: Schedule, epochs: float) -> Conflict | None:
    if not isinstance(schedule, Steps):
        return None
    if not schedule.at:
        message = "`steps` never changes the learning rate: `at` is empty"
        return Conflict("schedule", "schedule", message, "write `constant`")
    if any(after <= before for before, after in zip(schedule.at, schedule.at[1:], strict=False)):
        listed = ",".join(f"{each:g}" for each in sorted(set(schedule.at)))
        message = "the epochs of `at` are not in ascending order"
        return Conflict("schedule", "schedule", message, f"write `at=[{listed}]`")
    if schedule.at[-1] < epochs:
        return None
    message = f"`at` names epoch {schedule.at[-1]:g}, and training ends after {epochs:g}"
    return Conflict("schedule", "epochs", message, "leave it out, or train longer")


def _warmup_ends_before_training_does(warmup: float, epochs: float) -> Conflict | None:
    if warmup < epochs:
        return None
    message = f"the warmup takes {warmup:g} epochs, and training ends after {epochs:g}"
    return Conflict("warmup", "epochs", message, "make the warmup shorter, or train longer")


def _only_light_augmentation_pads(augmentation: Augmentation) -> Conflict | None:
    if augmentation.kind == "light" or augmentation.padding == Augmentation().padding:
        return None
    message = f"`{augmentation.kind}` does not pad, so `padding` has no effect"
    return Conflict("augmentation", "augmentation", message, "leave it out, or write `light`")


RULES: tuple[Callable[..., Conflict | None], ...] = (
    _parts_divide_the_batch,
    _nesterov_looks_ahead_along_a_momentum,
    _steps_come_one_after_another,
    _warmup_ends_before_training_does,
    _only_light_augmentation_pads,
)


def conflicts(values: Mapping[str, Any]) -> Iterator[Conflict]:
    """Find contradictions among the known values of fields."""
    for rule in RULES:
        names = rule.__code__.co_varnames[: rule.__code__.co_argcount]
        if all(name in values for name in names):
            found = rule(**{name: values[name] for name in names})
            if found is not None:
                yield found
