"""The kinds of attribute: what they take, how they read it, what their schema allows."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite, nan
from typing import Annotated

import jsonschema
import pytest

from archspec.attributes import (
    AboveZero,
    Activation,
    AttributeKind,
    Cells,
    Extra,
    Natural,
    Norm,
    Number,
    Padding,
    Pair,
    Positive,
    Share,
    Unfit,
    Value,
    choice,
    kind_of,
    read,
    show,
)

Mode = Annotated[str, choice("nearest", "bilinear")]

KINDS = {
    "positive": kind_of(Positive),
    "natural": kind_of(Natural),
    "number": kind_of(Number),
    "above zero": kind_of(AboveZero),
    "share": kind_of(Share),
    "flag": kind_of(bool),
    "pair": kind_of(Pair),
    "extra": kind_of(Extra),
    "cells": kind_of(Cells),
    "padding": kind_of(Padding),
    "mode": kind_of(Mode),
    "norm": kind_of(Norm),
    "activation": kind_of(Activation),
}

READ: Sequence[tuple[str, Value, Value]] = [
    ("positive", 64, 64),
    ("positive", 64.0, 64),
    ("positive", 10**30, 10**30),
    ("natural", 0, 0),
    ("number", -3, -3.0),
    ("number", 0.17, 0.17),
    ("above zero", 1e-12, 1e-12),
    ("share", 0, 0.0),
    ("share", 1, 1.0),
    ("share", 0.9997, 0.9997),
    ("flag", True, True),
    ("flag", False, False),
    ("pair", 3, (3, 3)),
    ("pair", (1, 7), (1, 7)),
    ("pair", (1.0, 7), (1, 7)),
    ("pair", "1x7", (1, 7)),
    ("extra", 0, (0, 0)),
    ("extra", "1x0", (1, 0)),
    ("extra", (0, 1), (0, 1)),
    ("cells", 2, (2, 2, 2, 2)),
    ("cells", (0, 1, 0, 1), (0, 1, 0, 1)),
    ("padding", "same", "same"),
    ("padding", "valid", "valid"),
    ("padding", "V", "valid"),
    ("padding", "symmetric", "symmetric"),
    ("padding", 0, (0, 0, 0, 0)),
    ("padding", (1, 0, 2, 1), (1, 0, 2, 1)),
    ("mode", "bilinear", "bilinear"),
    ("norm", "batch_norm", "batch_norm"),
    ("activation", "none", "none"),
]

REFUSED: Sequence[tuple[str, Value]] = [
    ("positive", 0),
    ("positive", -1),
    ("positive", 2.5),
    ("positive", True),
    ("positive", "64"),
    ("positive", (64,)),
    ("positive", inf),
    ("positive", nan),
    ("natural", -1),
    ("natural", False),
    ("number", "0.17"),
    ("number", True),
    ("number", inf),
    ("number", nan),
    ("number", 10**400),
    ("above zero", 0),
    ("above zero", -1e-3),
    ("above zero", nan),
    ("share", 1.01),
    ("share", -0.1),
    ("share", nan),
    ("flag", 1),
    ("flag", "true"),
    ("pair", 0),
    ("pair", (3,)),
    ("pair", (3, 3, 3)),
    ("pair", (3, 0)),
    ("pair", "3"),
    ("pair", "3x"),
    ("pair", "0x3"),
    ("pair", "3x3\n"),
    ("pair", "٣x٣"),
    ("pair", "1" * 5000 + "x1"),
    ("pair", (3, True)),
    ("extra", -1),
    ("extra", "1x-1"),
    ("cells", -1),
    ("cells", (1, 1)),
    ("cells", "same"),
    ("padding", "full"),
    ("padding", -1),
    ("padding", (1, 1)),
    ("padding", (1, 1, 1, -1)),
    ("padding", True),
    ("mode", "bicubic"),
    ("mode", 1),
    ("norm", 1),
    ("activation", True),
]


@pytest.mark.parametrize(("name", "written", "expected"), READ)
def test_a_value_of_the_kind_is_read_in_its_canonical_form(
    name: str, written: Value, expected: Value
) -> None:
    found = read(KINDS[name], written)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(("name", "written", "expected"), READ)
def test_reading_what_was_read_changes_nothing(name: str, written: Value, expected: Value) -> None:
    assert read(KINDS[name], read(KINDS[name], written)) == expected


@pytest.mark.parametrize(("name", "written"), REFUSED, ids=lambda each: str(each)[:20])
def test_a_value_of_another_kind_is_refused_with_the_kind_and_the_value(
    name: str, written: Value
) -> None:
    with pytest.raises(Unfit) as refusal:
        read(KINDS[name], written)
    assert str(refusal.value) == f"expects {KINDS[name].name}, got {show(written)}"


def _fits(kind: AttributeKind, value: Value) -> bool:
    document = list(value) if isinstance(value, tuple) else value
    return bool(jsonschema.Draft7Validator(dict(kind.schema)).is_valid(document))


@pytest.mark.parametrize(("name", "written", "expected"), READ)
def test_the_schema_allows_what_is_read(name: str, written: Value, expected: Value) -> None:
    assert _fits(KINDS[name], written)
    assert _fits(KINDS[name], expected)


UNSEEN = {("number", 10**400), ("pair", "0x3"), ("pair", "3x3\n")}
"""What a schema cannot see."""

IN_JSON = [each for each in REFUSED if not (isinstance(each[1], float) and not isfinite(each[1]))]


@pytest.mark.parametrize(("name", "written"), IN_JSON, ids=lambda each: str(each)[:20])
def test_the_schema_refuses_what_is_refused_as_far_as_it_can_see(name: str, written: Value) -> None:
    assert _fits(KINDS[name], written) == ((name, written) in UNSEEN)


def test_a_value_is_shown_as_an_author_would_write_it() -> None:
    assert show((3, 3)) == "3x3"
    assert show((1, 0, 1, 0)) == "[1, 0, 1, 0]"
    assert show(True) == "true"
    assert show(0.17) == "0.17"
    assert show("same") == "same"


def test_the_words_of_a_choice_are_named_when_another_is_written() -> None:
    with pytest.raises(Unfit, match="expects one of nearest, bilinear, got cubic"):
        read(KINDS["mode"], "cubic")


def test_a_kind_with_a_role_takes_the_words_of_operators() -> None:
    assert KINDS["norm"].role == "norm"
    assert KINDS["activation"].role == "activation"
    assert KINDS["mode"].role == ""


def test_an_annotation_that_is_no_kind_is_the_programmers_mistake() -> None:
    with pytest.raises(TypeError, match="no kind of attribute"):
        kind_of(int)
