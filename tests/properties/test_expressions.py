"""Expressions against Python's own arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archspec.language.syntax.expressions import (
    Binary,
    Call,
    Constant,
    ExpressionError,
    Name,
    Number,
    Term,
    Unary,
    parse,
)
from archspec.language.syntax.terms import LARGEST

NAMES: dict[str, Constant] = {"k": 3, "n": 17, "scale": 0.25, "zero": 0}

leaves = st.one_of(
    st.builds(Number, st.just(0), st.just(0), st.integers(0, 1000)),
    st.builds(Name, st.just(0), st.just(0), st.sampled_from(sorted(NAMES))),
)


def larger(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    zero = st.just(0)
    signs = st.sampled_from(["+", "-", "*", "/", "//", "%"])
    one, two = st.tuples(inner), st.tuples(inner, inner)
    return st.one_of(
        st.builds(Binary, zero, zero, signs, inner, inner),
        st.builds(Unary, zero, zero, st.just("-"), inner),
        st.builds(Call, zero, zero, st.sampled_from(["ceil", "floor"]), one),
        st.builds(Call, zero, zero, st.sampled_from(["min", "max"]), two),
    )


terms = st.recursive(leaves, larger, max_leaves=10)


def spelled(term: Term) -> str:
    """Write a tree with parentheses around everything, which Python reads the same way."""
    match term:
        case Number(value=value):
            return str(value)
        case Name(name=name):
            return name
        case Unary(operand=operand):
            return f"(-{spelled(operand)})"
        case Binary(operator=sign, left=left, right=right):
            return f"({spelled(left)}{sign}{spelled(right)})"
        case Call(function=function, arguments=arguments):
            return f"{function}({','.join(map(spelled, arguments))})"
    raise AssertionError(term)


def by_python(text: str) -> int | float | None:
    """Let Python compute a text that this file made; None where it divides by zero."""
    known = {**NAMES, "min": min, "max": max, "ceil": math.ceil, "floor": math.floor}
    try:
        return eval(text, {"__builtins__": {}}, known)  # type: ignore[no-any-return]  # noqa: S307
    except ZeroDivisionError:
        return None


def outcome(text: str) -> Constant | ExpressionError:
    try:
        return parse(text).evaluate(NAMES)
    except ExpressionError as error:
        return error


@given(terms)
def test_an_expression_comes_to_what_python_says(term: Term) -> None:
    text = spelled(term)
    found, expected = outcome(text), by_python(text)
    if isinstance(found, ExpressionError):
        assert found.kind in ("division", "too-large", "too-long", "too-deep")
        assert expected is None or found.kind != "division"
    else:
        assert found == expected


@given(terms)
def test_the_text_of_a_tree_is_read_as_the_same_tree(term: Term) -> None:
    text = spelled(term)
    found = outcome(text)
    unread = isinstance(found, ExpressionError) and found.kind in ("too-long", "too-deep")
    assert unread or parse(text).root == term


@given(st.lists(st.sampled_from("+-*/"), min_size=1, max_size=12), st.data())
def test_signs_bind_as_in_python_without_any_parentheses(
    signs: list[str], data: st.DataObject
) -> None:
    numbers = data.draw(st.lists(st.integers(1, 9), min_size=len(signs), max_size=len(signs)))
    text = "5" + "".join(f"{sign}{number}" for sign, number in zip(signs, numbers, strict=True))
    assert parse(text).evaluate({}) == by_python(text)


@given(terms)
def test_a_value_is_never_beyond_the_bound(term: Term) -> None:
    found = outcome(spelled(term))
    assert isinstance(found, ExpressionError) or abs(float(found)) <= LARGEST


@given(st.text(max_size=60) | st.text("0123456789.+-*/%(),knminxe ", max_size=60))
def test_any_text_is_read_or_refused_with_columns_inside_it(text: str) -> None:
    found = outcome(text)
    if isinstance(found, ExpressionError):
        assert 0 <= found.start <= found.end <= len(text)


@given(st.integers(1, 4096), st.integers(1, 64))
def test_round_to_gives_a_multiple_within_half_of_it_or_the_next(value: int, divisor: int) -> None:
    found = parse(f"round_to({value},{divisor})").evaluate({})
    assert isinstance(found, int)
    assert found % divisor == 0
    assert found >= divisor
    assert Fraction(found) >= Fraction(9, 10) * value
    near = abs(found - value) <= Fraction(divisor, 2)
    lost = value - found % divisor > 0 and found > value
    assert near or lost or found == divisor


@pytest.mark.parametrize("divisor", ["0", "-8", "0.5", "1.5"])
def test_round_to_wants_a_whole_number_of_at_least_one(divisor: str) -> None:
    with pytest.raises(ExpressionError):
        parse(f"round_to(8,{divisor})").evaluate({})
