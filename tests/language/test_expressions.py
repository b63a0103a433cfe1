"""Arithmetic in specs."""

from __future__ import annotations

import pytest

from archspec.language.syntax.expressions import (
    Binary,
    Constant,
    ExpressionError,
    Name,
    Number,
    parse,
)
from archspec.language.syntax.terms import FUNCTIONS, round_to

NAMES: dict[str, Constant] = {"k": 3, "n": 4, "scale": 0.5, "act": "relu", "wide": True}


def evaluate(text: str) -> Constant:
    return parse(text).evaluate(NAMES)


def refusal(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        evaluate(text)
    return caught.value


def blamed(text: str) -> str:
    error = refusal(text)
    return text[error.start : error.end]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("64", 64),
        ("010", 10),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("2*k", 6),
        ("n-1", 3),
        ("2+3*4", 14),
        ("(2+3)*4", 20),
        ("10-4-3", 3),
        ("-k", -3),
        ("--k", 3),
        ("7//2", 3),
        ("-7//2", -4),
        ("7%4", 3),
        ("2 * k", 6),
        ("min(k,n)", 3),
        ("max(k,n,7)", 7),
        ("ceil(k/2)", 2),
        ("floor(k/2)", 1),
        ("true", True),
        ("false", False),
        ("none", "none"),
        ("act", "relu"),
    ],
)
def test_an_expression_comes_to_what_arithmetic_says(text: str, value: Constant) -> None:
    found = evaluate(text)
    assert (found, type(found)) == (value, type(value))


def test_a_division_that_comes_out_even_is_a_whole_number_and_another_a_fraction() -> None:
    assert repr(evaluate("12/4")) == "3"
    assert repr(evaluate("k/2")) == "1.5"


@pytest.mark.parametrize("text", ["8*0.5", "1e0*4", "-(-3.5)+0.5", "9.5//2", "max(4.0,3)"])
def test_what_comes_out_even_is_a_whole_number_though_it_is_made_of_fractions(text: str) -> None:
    assert repr(evaluate(text)) == "4"


@pytest.mark.parametrize(
    ("value", "rounded"),
    [(32 * 1.2, 40), (32 * 1.1, 32), (3, 8), (12, 16), (11, 16), (80 * 0.75, 64), (20, 24)],
)
def test_round_to_8_is_half_up_at_least_8_and_never_loses_more_than_a_tenth(
    value: float, rounded: int
) -> None:
    # By hand: 38.4 -> 40; 35.2 -> 32 loses 9 %; 12 -> 12/8 = 1.5 -> 16; 11 -> 8 loses 27 % -> 16;
    # 60 -> 7.5 -> 64; 20 -> 2.5 -> 24.
    assert round_to(value, 8) == rounded


def test_an_expression_knows_the_names_it_needs_and_the_tree_it_means() -> None:
    found = parse("2*k+min(n,k)")
    assert found.names == {"k", "n"}
    assert parse("2*k").root == Binary(0, 3, "*", Number(0, 1, 2), Name(2, 3, "k"))


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("2*filters", "unknown-name", "filters"),
        ("k/(n-4)", "division", "n-4"),
        ("k%0", "division", "0"),
        ("2*act", "not-a-number", "act"),
        ("wide+1", "not-a-number", "wide"),
        ("-none", "not-a-number", "none"),
        ("4*(k", "parenthesis", "("),
        ("k)", "parenthesis", ")"),
        ("2k", "syntax", "k"),
        ("1 2", "syntax", "2"),
        ("k@2", "syntax", "@"),
        ("2**3", "syntax", "*"),
        ("k+", "syntax", "+"),
        ("K", "syntax", "K"),
        ("sqrt(k)", "unknown-function", "sqrt"),
        ("round_to(k)", "arguments", "round_to(k)"),
        ("round_to(k,0)", "arguments", "round_to(k,0)"),
        ("9007199254740993", "too-large", "9007199254740993"),
        ("1e400", "too-large", "1e400"),
        ("9007199254740992+1", "too-large", "9007199254740992+1"),
    ],
)
def test_a_refusal_blames_the_part_that_is_wrong(text: str, kind: str, part: str) -> None:
    assert (refusal(text).kind, blamed(text)) == (kind, part)


def test_powers_cannot_make_huge_numbers_since_every_step_is_bounded() -> None:
    assert refusal("*".join(["9999999"] * 20)).kind == "too-large"


def test_long_and_deep_expressions_are_refused_before_they_are_read() -> None:
    assert refusal("1+" * 100 + "1").kind == "too-long"
    assert refusal("(" * 17 + "1" + ")" * 17).kind == "too-deep"
    assert refusal("-" * 17 + "1").kind == "too-deep"
    assert evaluate("(" * 16 + "1" + ")" * 16) == 1


def test_python_is_not_reachable_from_an_expression() -> None:
    for text in ("__import__('os')", "k.real", "k if n else 1", "[k]", "lambda:k", "k<n", '"a"'):
        assert refusal(text).kind in ("syntax", "unknown-function")


def test_a_missing_multiplication_sign_is_named() -> None:
    assert refusal("2k").help == "write `2*k` to multiply"


def test_a_value_that_is_too_large_is_refused_where_it_comes_from_a_name_too() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("x").evaluate({"x": 10**400})
    assert caught.value.kind == "too-large"


def test_every_function_of_the_language_is_named_in_the_message_about_an_unknown_one() -> None:
    help = refusal("sqrt(k)").help
    assert help is not None
    assert help.endswith("min, max, ceil, floor, round_to")
    assert set(FUNCTIONS) == {"min", "max", "ceil", "floor", "round_to"}
