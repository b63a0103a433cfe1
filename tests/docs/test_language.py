"""The tables of the language's reference hold what the language does."""

from __future__ import annotations

import pytest

from archspec import graph
from archspec.attributes import show
from archspec.language import arguments, expressions, inputs, reader, terms, writer
from archspec.language.load import KEYS
from archspec.language.names import RESERVED, is_name
from archspec.language.words import REPEAT, attributes_of, known_words
from archspec.layers import residual
from archspec.operator import words_with
from archspec.source import MAXIMUM_BYTES
from archspec.window import Side
from tests.docs.pages import DOCS, table, words

PAGE = DOCS / "language.md"
ATTRIBUTES = {word: attributes_of(word) or {} for word in known_words()}


def defaults() -> dict[tuple[str, str], str]:
    """Read the table of defaults: attribute and word, and what holds."""
    found: dict[tuple[str, str], str] = {}
    for row in table(PAGE, "### Defaults"):
        (attribute,), value = words(row[0]), words(row[2])[0]
        found |= {(word, attribute): value for word in words(row[1])}
    return found


def test_the_table_of_defaults_holds_every_attribute_that_need_not_be_written() -> None:
    known = {
        (word, name): show(each.default)
        for word, attributes in ATTRIBUTES.items()
        for name, each in attributes.items()
        if not each.required
    }
    assert defaults() == known


def test_what_is_not_in_the_table_has_to_be_written() -> None:
    required = {
        name
        for attributes in ATTRIBUTES.values()
        for name, each in attributes.items()
        if each.required
    }
    text = PAGE.read_text("utf-8")
    (line,) = (each for each in text.splitlines() if each.startswith("What is not in the table"))
    assert set(words(line)) - {"channel_shuffle"} == required


def test_the_table_of_words_holds_every_word_once() -> None:
    listed = [word for row in table(PAGE, "### Words") for word in words(row[1])]
    assert sorted(listed) == sorted(known_words())


def test_the_table_of_words_tells_norms_and_activations() -> None:
    rows = {row[0]: words(row[1]) for row in table(PAGE, "### Words")}
    assert sorted(rows["activations"]) == sorted(words_with("activation"))
    assert set(words_with("norm")) < set(rows["norms"])
    assert rows["structures"] == [residual.WORD, REPEAT]


def test_the_table_of_documents_holds_every_key() -> None:
    keys = [key for row in table(PAGE, "## Documents") for key in words(row[0])]
    assert sorted(keys) == sorted(KEYS)


def test_every_reserved_word_is_listed() -> None:
    text = PAGE.read_text("utf-8")
    (line,) = (each for each in text.splitlines() if each.startswith("Reserved, and no name"))
    assert set(words(line)) == RESERVED


@pytest.mark.parametrize("row", table(PAGE, "## Expressions"), ids=str)
def test_an_expression_comes_to_what_its_row_says(row: list[str]) -> None:
    (written,), (value,) = words(row[0]), words(row[2])
    given = (each.split(" = ") for each in words(row[1]))
    found = expressions.parse(written).evaluate({name: float(text) for name, text in given})
    assert found == float(value)


@pytest.mark.parametrize("row", table(PAGE, "### Same or symmetric"), ids=str)
def test_a_window_pads_and_counts_what_its_row_says(row: list[str]) -> None:
    cells, kernel, stride, before, after, outputs = map(int, row[1:])
    side = Side(cells, kernel, stride)
    pads = {"valid": (0, 0), "same": side.same(), "symmetric": side.symmetric()}[words(row[0])[0]]
    assert pads == (before, after)
    assert side.outputs(before, after) == outputs


def test_every_bound_is_the_one_that_holds() -> None:
    bounds = {row[0]: int(words(row[1])[0]) for row in table(PAGE, "### Bounds")}
    assert bounds == {
        "bytes of a file": MAXIMUM_BYTES,
        "lists and mappings in each other": reader.DEEPEST,
        "values, with aliases written out": reader.MOST_VALUES,
        "operators, and scopes, after repeats": graph.MAXIMUM_NODES,
        "numbers of one value": graph.MAXIMUM_SIZE,
        "characters of a step": arguments.LONGEST,
        "characters of an expression": expressions.LONGEST,
        "parentheses, calls and minus signs in each other": expressions.DEEPEST,
        "magnitude of a number on the way": terms.LARGEST,
        "modules used inside each other": writer.MAXIMUM_NESTING,
        "cells of a side, or channels, of an input": inputs.MAXIMUM_EXTENT,
        "characters of a name": max(length for length in range(100) if is_name("a" * length)),
    }
