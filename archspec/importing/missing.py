"""Operators that have no word, each once, and what is near them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from archspec.importing.imported import Missing
from archspec.language.syntax.names import nearest
from archspec.language.syntax.words import known_words

_WORD_ENDS = re.compile("(?<=[a-z0-9])(?=[A-Z])")


class MissingWord(NamedTuple):
    """An operator without a word: how often it is there, where first, why, and words near it."""

    operator: str
    times: int
    place: str
    reason: str
    near: tuple[str, ...]

    def __str__(self) -> str:
        times = f"{self.times} x " if self.times > 1 else ""
        return f"{times}{self.operator}{f' in {self.place}' if self.place else ''}: {self.reason}"


def listed(missing: Iterable[Missing]) -> list[MissingWord]:
    """List operators and what is the matter with them, each pair once, in order."""
    counted = Counter((each.operator, each.reason) for each in missing)
    first = {(each.operator, each.reason): each.place for each in reversed(tuple(missing))}
    return [
        MissingWord(operator, times, first[operator, reason], reason, _near(operator))
        for (operator, reason), times in counted.items()
    ]


def _near(operator: str) -> tuple[str, ...]:
    """Find words like the name of an operator: ``aten.conv2d.default`` is ``conv2d``."""
    name = operator.removeprefix("aten.").partition(".")[0].strip("_")
    return tuple(nearest(_WORD_ENDS.sub("_", name).lower(), known_words()))
