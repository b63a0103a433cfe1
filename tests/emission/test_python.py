"""Layout of emitted Python, literals, names and prose."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archspec.emission.names import class_name, identifier
from archspec.emission.python import (
    COLUMNS,
    Generated,
    call,
    commented,
    docstring,
    lines,
    listed,
    literal,
    plain,
    signature,
)


def test_a_call_that_fits_stands_on_one_line() -> None:
    assert lines(call("f", ["1"], {"b": "2"}), 4, "x = ") == ["    x = f(1, b=2)"]


def test_a_call_that_would_fit_into_a_hundred_columns_is_held_apart_by_a_comma() -> None:
    written = lines(call("f", [], {"a" * 40: "1", "b" * 40: "2"}), 4)
    assert written == ["    f(", f"        {'a' * 40}=1,", f"        {'b' * 40}=2,", "    )"]


def test_a_longer_call_has_its_arguments_on_a_line_of_their_own() -> None:
    written = lines(call("f" * 30, [], {"a" * 34: "1", "b" * 34: "2"}), 4)
    assert written == [f"    {'f' * 30}(", f"        {'a' * 34}=1, {'b' * 34}=2", "    )"]


def test_a_comment_stands_behind_the_opening_bracket_of_a_broken_call() -> None:
    short = commented(call("f", ["1"]), "35x35x384")
    assert lines(short, 0, "x = ") == ["x = f(1)  # 35x35x384"]
    long = commented(call("f", ["1" * 70]), "35x35x384")
    assert lines(long, 0, "x = ")[0] == "x = f(  # 35x35x384"


def test_a_loop_that_does_not_fit_breaks_before_its_for() -> None:
    element = call("f", [], {"a" * 40: "1"})
    loop = Generated("*(", element, "index", call("range", ["n" * 40]))
    assert [line.strip() for line in lines(loop, 0)] == [
        "*(",
        f"f({'a' * 40}=1)",
        f"for index in range({'n' * 40})",
        ")",
    ]


def test_the_name_l_gets_the_leave_of_linters() -> None:
    assert signature("f", ["k: int", "l: int"], "None", 0) == [
        "def f(k: int, l: int) -> None:  # noqa: E741"
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [(3, "3"), (1e-5, "1e-05"), (True, "True"), ((1, 7), "(1, 7)"), ("nearest", '"nearest"')],
)
def test_a_value_is_written_as_a_literal(value: object, written: str) -> None:
    assert literal(value) == written
    assert ast.literal_eval(written) == value


@pytest.mark.parametrize("text", ["a b", 'a"', "a)", "a\n", "1a", "", "é", "a-b", "a;import os"])
def test_what_is_no_name_never_gets_into_a_source(text: str) -> None:
    for write in (identifier, literal, class_name):
        with pytest.raises(ValueError, match="is no name"):
            write(text)


def test_a_class_is_called_after_its_module() -> None:
    assert class_name("inception_resnet_v2") == "InceptionResnetV2"


@given(st.text())
def test_prose_of_any_kind_stays_inside_its_docstring(text: str) -> None:
    written = "\n".join(docstring(f"Say {plain(text)}.", [f"And {plain(text)}."], 0))
    (statement,) = ast.parse(written).body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Constant)


@given(st.lists(st.text("abc", min_size=1, max_size=30), min_size=1, max_size=8), st.integers(0, 6))
def test_no_line_is_longer_than_the_columns_unless_one_item_alone_is(
    items: list[str], depth: int
) -> None:
    written = lines(call("f", [listed(items)], dict.fromkeys(items, "1")), 4 * depth)
    assert max(map(len, written)) <= COLUMNS
    ast.parse("\n".join(line.removeprefix(" " * 4 * depth) for line in written))
