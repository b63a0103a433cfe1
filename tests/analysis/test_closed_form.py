"""Closed forms of functions whose polynomials are written beside them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from archspec.analysis.closed_form import (
    Amount,
    Axis,
    NoClosedForm,
    Polynomial,
    Term,
    Values,
    axes,
    closed_form,
    sample,
)


def form(amount: Amount, **start: int) -> Polynomial:
    along = axes(amount, start)
    return closed_form(amount, along, sample(amount, along))


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (lambda _: 7, "7"),
        (lambda _: 0, "0"),
        (lambda v: 12_345 + v["a"], "12,345 + a"),
        (lambda v: v["a"] ** 2 - v["b"], "- b + a^2"),
        (lambda v: 9 * v["a"] * v["b"] + 386 * v["b"] - 1, "- 1 + 386 b + 9 a b"),
        (lambda v: v["a"] * (v["a"] + 1) // 2, "1/2 a + 1/2 a^2"),
        (lambda v: v["a"] ** 2 * v["b"] ** 2, "a^2 b^2"),
        (lambda v: 3 * v["a"] ** 4 + v["b"], "b + 3 a^4"),
    ],
)
def test_a_polynomial_is_found_and_written(amount: Amount, written: str) -> None:
    assert str(form(amount, a=5, b=3)) == written


def test_a_sum_of_few_terms_takes_few_points() -> None:
    asked = set()

    def amount(values: Values) -> int:
        asked.add(tuple(values.values()))
        return sum(values.values())

    along = [Axis(name, 8, range(4, 33)) for name in "abcdef"]
    assert str(closed_form(amount, along, [dict.fromkeys("abcdef", 9)])) == "f + e + d + c + b + a"
    assert len(asked) == 1 + 6 + 21 + 1  # the start, first orders, second orders, the check


def test_a_param_goes_in_the_steps_at_which_the_spec_holds() -> None:
    def halved(values: Values) -> int | None:
        return None if values["a"] % 4 else values["a"] // 4 * values["b"]

    assert axes(halved, {"a": 12, "b": 3}) == (
        Axis("a", 12, range(8, 49, 4)),
        Axis("b", 3, range(2, 13)),
    )
    assert str(form(halved, a=12, b=3)) == "1/4 a b"


def test_an_amount_is_computed_at_other_values() -> None:
    found = Polynomial(("a", "b"), (Term(Fraction(5), (0, 0)), Term(Fraction(1, 2), (2, 1))))
    assert found.at({"a": 4, "b": 3}) == 5 + 16 * 3 // 2


def test_amounts_at_all_values_are_those_of_the_formula() -> None:
    found = form(lambda v: v["a"] * (v["a"] + 1) // 2 * v["b"] + 7, a=5, b=3)
    expected = [a * (a + 1) // 2 * b + 7 for a in range(4, 9) for b in (1, 5, 9)]
    assert list(found.tabulate((range(4, 9), range(1, 10, 4)))) == expected


def test_what_is_rounded_is_a_polynomial_over_few_values() -> None:
    """Two values always lie on a line, three on a parabola; others are never asked for."""
    asked = set()

    def amount(values: Values) -> int:
        asked.add(values["a"])
        return (values["a"] + 7) // 8 * 8

    along = [Axis("a", 24, range(24, 33, 4))]
    found = closed_form(amount, along, [{"a": 28}])
    assert list(found.tabulate((along[0].values,))) == [24, 32, 32]
    assert asked == {24, 28, 32}


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (lambda v: (v["a"] + 7) // 8 * 8, "something is rounded, or has a limit"),
        (lambda v: min(v["a"], 40), "something is rounded, or has a limit"),
        (lambda v: v["a"] + (v["a"] > 40), "something is rounded, or has a limit"),
        (lambda v: v["a"] ** 5, "no polynomial of degree 4 in a"),
        (lambda v: 2 ** v["a"], "no polynomial of degree 4 in a"),
        (lambda v: None if v["a"] > 20 else v["a"], "the spec holds at no value of a above 20"),
        (lambda v: v["a"] ** 4 if v["a"] < 23 else None, "the spec does not hold at a=23"),
    ],
)
def test_the_reason_is_told_where_there_is_none(amount: Amount, reason: str) -> None:
    with pytest.raises(NoClosedForm, match=reason):
        form(amount, a=20)


def test_the_degree_of_a_product_is_that_of_its_factors_together() -> None:
    with pytest.raises(NoClosedForm, match="no polynomial of degree 4 in a, b"):
        form(lambda v: v["a"] ** 3 * v["b"] ** 2, a=20, b=20)


def test_a_polynomial_that_nothing_would_check_is_refused() -> None:
    with pytest.raises(NoClosedForm, match="none of the values that would check it"):
        closed_form(lambda v: v["a"], [Axis("a", 5, range(3, 21))], [])


def test_the_work_is_bounded() -> None:
    names = [f"p{number}" for number in range(30)]
    along = [Axis(name, 5, range(3, 21)) for name in names]
    with pytest.raises(NoClosedForm, match="more than 400 points"):
        closed_form(lambda v: sum(v.values()) ** 2, along, [dict.fromkeys(names, 6)])
