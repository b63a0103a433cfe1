"""The tables of the language's reference hold what the language does."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from archspec import graph
from archspec.attributes import show
from archspec.commands.explain.run import pages
from archspec.language.document import inputs
from archspec.language.document.load import KEYS
from archspec.language.elaboration import elaborator
from archspec.language.syntax import arguments, expressions, terms
from archspec.language.syntax.names import RESERVED, is_name
from archspec.language.syntax.words import REPEAT, attributes_of, known_words
from archspec.language.yaml import reader
from archspec.layer import layers
from archspec.layers import residual
from archspec.operator import operators, words_with
from archspec.source import MAXIMUM_BYTES
from archspec.window import Side
from tests.docs.pages import DOCS, table, words, written_table
from tests.golden_files import Golden

PAGE = DOCS / "language.md"
BIAS = ", and in a layer with a norm `false`"
ATTRIBUTES = {word: attributes_of(word) or {} for word in known_words()}


def defaults() -> str:
    """Write the table of what holds where nothing is written, attribute by attribute."""
    found: dict[tuple[str, str], list[str]] = {}
    for word, attributes in ATTRIBUTES.items():
        for each in attributes.values():
            if not each.required:
                found.setdefault((each.name, show(each.default)), []).append(word)
    rows = (
        (f"`{name}`", listed(own), f"`{value}`{BIAS if name == 'bias' else ''}")
        for (name, value), own in found.items()
    )
    return drawn(("attribute", "of", "unless written"), rows)


def kinds() -> str:
    """Write the table of all words, kind by kind."""
    roles = {role: words_with(role) for role in ("merge", "norm", "activation")}
    others = [
        word for word, each in operators().items() if each.role not in roles or each.role == ""
    ]
    rows = (
        ("layers: an operator, then its norm, then its activation", listed(layers())),
        ("structures", listed((residual.WORD, REPEAT))),
        ("merges", listed(roles["merge"])),
        ("norms", listed(roles["norm"])),
        ("activations", listed(roles["activation"])),
        ("other operators", listed(others)),
    )
    return drawn(("kind", "words"), rows)


def listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def drawn(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    every = (head, ("---",) * len(head), *rows)
    return "".join(f"| {' | '.join(row)} |\n" for row in every)


@pytest.mark.parametrize(("heading", "made"), [("### Defaults", defaults), ("### Words", kinds)])
def test_a_table_made_from_the_table_of_words_is_fresh(
    heading: str, made: Callable[[], str], golden: Golden
) -> None:
    old = written_table(PAGE, heading)
    if golden.refresh:
        text = PAGE.read_text("utf-8")
        PAGE.write_text(text.replace(old, made()), "utf-8")
    assert written_table(PAGE, heading) == made()


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
        "modules, branches and repeats inside each other": elaborator.MAXIMUM_NESTING,
        "cells of a side, or channels, of an input": inputs.MAXIMUM_EXTENT,
        "characters of a name": max(length for length in range(100) if is_name("a" * length)),
    }


def test_the_table_of_warnings_holds_every_code_that_only_warns() -> None:
    listed = [code for row in table(PAGE, "## Errors and warnings") for code in words(row[0])]
    others = ["suspect/unread", "name/shadows", "auxiliary/left-out"]
    suspicions = [page.code for page in pages().values() if page.file == "suspicions.md"]
    assert sorted(listed) == sorted([*suspicions, *others])
