"""Reading `tests/operators/<word>.yaml`: one table per operator, one row per fact about it.

A row has a title that names the arithmetic or the source of its numbers, ``attributes``, the
``input`` (or ``inputs``), and either what comes out or the text of a refusal and what it blames.
``example`` gives numbers: the inputs, the parameters in PyTorch's layout, and the output in
inference; maps are rows of cells of channels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from archspec import operators as _registers  # noqa: F401
from archspec.attributes import Pads, Value
from archspec.operator import Operator, operators
from archspec.tensor import TensorType

FOLDER = Path(__file__).parent / "operators"

Numbers = float | list["Numbers"]


@dataclass(frozen=True)
class Example:
    """Numbers that go in and come out."""

    inputs: list[Numbers]
    output: Numbers
    parameters: Mapping[str, Numbers] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One fact about an operator; ``output`` is None where it is a refusal."""

    word: str
    title: str
    attributes: Mapping[str, Value]
    inputs: tuple[TensorType, ...]
    output: TensorType | None = None
    parameters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    macs: int = 0
    pointwise: int | None = None
    pads: Pads | None = None
    crops: Pads | None = None
    warnings: tuple[str, ...] = ()
    example: Example | None = None
    refusal: str = ""
    blames: str = ""

    @property
    def op(self) -> Operator:
        """The operator as the row describes it."""
        return operators()[self.word](**self.attributes)

    def __str__(self) -> str:
        return f"{self.word}: {self.title}"


def rows(word: str | None = None) -> Iterator[Row]:
    """Read the table of one operator, or all of them in alphabetical order."""
    for file in sorted(FOLDER.glob(f"{word or '*'}.yaml")):
        for raw in yaml.safe_load(file.read_text(encoding="utf-8")):
            yield _row(file.stem, raw)


def type_of(text: str) -> TensorType:
    """Read ``35x35x384`` or ``1536``."""
    return TensorType(tuple(map(int, text.split("x"))))


def _row(word: str, raw: dict[str, Any]) -> Row:
    inputs = raw.pop("inputs", None) or [raw.pop("input")]
    output = raw.pop("output", None)
    example = raw.pop("example", None)
    return Row(
        word=word,
        attributes={name: _value(each) for name, each in raw.pop("attributes", {}).items()},
        inputs=tuple(map(type_of, inputs)),
        output=type_of(output) if output else None,
        parameters={name: tuple(shape) for name, shape in raw.pop("parameters", {}).items()},
        example=Example(**example) if example else None,
        **{name: _value(each) for name, each in raw.items()},
    )


def _value(raw: Any) -> Any:
    return tuple(raw) if isinstance(raw, list) else raw
