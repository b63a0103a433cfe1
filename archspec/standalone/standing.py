"""Where a training stands, beside what learns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from archspec.standalone.job import TrainingError


class Standing(NamedTuple):
    """The place in the data, the bytes of the log, and the sums since its last line."""

    batches: Mapping[str, Any]
    log: int
    sums: list[float]


BEFORE = Standing({"next": 0, "broken": {}}, 0, [0.0, 0.0, 0.0])
"""Before the first step."""


def standing(values: Any, parts: int) -> Standing:
    """Read what a checkpoint says after ``parts`` parts of steps; raise ``TrainingError``."""
    match values:
        case {
            "batches": {"next": int(place), "broken": dict(broken)},
            "log": int(length),
            "sums": [float(), float(), float()],
        } if place == parts and length >= 0 and all(isinstance(each, str) for each in broken):
            return Standing(values["batches"], length, values["sums"])
    raise TrainingError(
        "the checkpoint does not say where a training of this recipe stands",
        "go on with the recipe that it was started with, or train into another folder",
    )
