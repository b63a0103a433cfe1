"""Formulas: the author's arithmetic in one canonical form, written as Python."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archspec.emission.formula import Formula, Inexpressible, choose, name, number, read
from archspec.language.syntax.expressions import parse
from archspec.language.syntax.terms import round_to

NAMES = {"a": 12, "b": 5, "n": 3}


def formula(text: str, **values: int) -> Formula:
    known = {**NAMES, **values}
    return read(parse(text).root, {each: name(each) for each in known}, known)


@pytest.mark.parametrize(
    ("written", "python"),
    [
        ("n-1", "n - 1"),
        ("2*a", "2 * a"),
        ("a*2", "2 * a"),
        ("a+b+a", "2 * a + b"),
        ("384+n+a+1", "385 + n + a"),
        ("-(a-b)", "-a + b"),
        ("a*(b+1)", "a * b + a"),
        ("(a+b)//2", "(a + b) // 2"),
        ("a//2*3", "3 * (a // 2)"),
        ("a//(b+1)", "a // (b + 1)"),
        ("a%b", "a % b"),
        ("a-a", "0"),
        ("min(a,2*b)", "min(a, 2 * b)"),
        ("ceil(a/5)", "math.ceil(a / 5)"),
        ("round_to(a*0.75,8)", "round_to(0.75 * a, 8)"),
        ("round_to(10,8)", "16"),
    ],
)
def test_an_expression_is_written_as_python_with_its_numbers_added_up(
    written: str, python: str
) -> None:
    assert str(formula(written)) == python


@pytest.mark.parametrize(
    ("written", "a", "python"),
    [("a/2", 12, "a // 2"), ("a/2", 7, "a / 2"), ("(64+6*a)/2", 3, "32 + 3 * a"), ("8/2", 1, "4")],
)
def test_a_quotient_that_comes_out_even_is_whole_in_python_too(
    written: str, a: int, python: str
) -> None:
    assert str(formula(written, a=a)) == python


def test_equal_sums_are_equal_in_any_order() -> None:
    assert formula("a+b*2") == formula("b+a+b")
    assert hash(formula("a+b*2")) == hash(formula("b+a+b"))
    assert formula("a+b") != formula("a-b")


def test_names_are_replaced_at_any_depth_and_quotients_worked_out() -> None:
    channels = formula("a/2").substitute({"a": formula("64+6*n")})
    assert str(channels) == "32 + 3 * n"
    assert formula("min(a,b)+a").substitute({"a": number(3), "b": number(7)}).constant == 6


def test_words_and_unknown_names_say_nothing_about_numbers() -> None:
    with pytest.raises(Inexpressible):
        formula("unknown+1")
    with pytest.raises(Inexpressible):
        formula("none")


def test_a_choice_by_index_is_a_conditional() -> None:
    assert str(choose(name("index"), name("a"), name("b"))) == "a if index == 0 else b"
    assert str(choose(name("index"), name("a"), name("a"))) == "a"


def test_a_choice_inside_other_arithmetic_stands_in_parentheses() -> None:
    inner = choose(name("inner"), name("a"), name("b"))
    outer = choose(name("outer"), inner, name("n"))
    assert str(outer) == "(a if inner == 0 else b) if outer == 0 else n"
    assert str(inner // 2) == "(a if inner == 0 else b) // 2"
    assert str(name("n") // inner) == "n // (a if inner == 0 else b)"


TEXTS = st.recursive(
    st.sampled_from(["a", "b", "n", "1", "2", "7"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map("({0[0]}{0[1]}{0[2]})".format),
        st.tuples(inner, st.sampled_from(["//", "%"]), inner).map(
            "({0[0]}{0[1]}(({0[2]})%5+6))".format
        ),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            "{0[0]}({0[1]},{0[2]})".format
        ),
        inner.map("ceil({0}/3)".format),
    ),
    max_leaves=6,
)


@given(TEXTS, st.integers(1, 50), st.integers(1, 50))
def test_written_python_comes_to_what_the_spec_means(text: str, a: int, b: int) -> None:
    values = {"a": a, "b": b, "n": 3}
    if len(text) > 200:
        return
    written = str(formula(text, **values))
    names = {**values, "math": math, "round_to": round_to, "min": min, "max": max}
    found = eval(written, {"__builtins__": {}}, names)  # noqa: S307 - written by the code under test
    assert found == parse(text).evaluate(values)
