"""What digests know, and what they do not."""

from __future__ import annotations

import pytest

from archspec.diffs.match.digest import VERSION
from archspec.diffs.match.indexed_graph import IndexedGraph
from tests.diff.reading import load

HEAD = "archspec: 1\nname: small\ninput: 8x8x4\n"


def function(text: str) -> tuple[bytes, ...]:
    return IndexedGraph(load(f"{HEAD}{text}")).digests.function


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("network: [conv 3x3 4]", "network: [conv 3x3 4 as first]"),
        ("network: [conv 3x3 4, relu]", "parts: {p: [conv 3x3 4]}\nnetwork: [p, relu]"),
        ("network: [2 x conv 3x3 4]", "network: [conv 3x3 4, conv 3x3 4]"),
        ("network: [conv 3x3 4 activation=relu]", "network: [conv 3x3 4, relu]"),
        (
            "network:\n  - add: {a: conv 3x3 4, b: max_pool 3x3}",
            "network:\n  - add: {b: max_pool 3x3, a: conv 3x3 4}",
        ),
    ],
    ids=["names", "modules", "repeats", "layers", "order of a sum"],
)
def test_the_same_function_has_the_same_digest(one: str, other: str) -> None:
    assert function(one) == function(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("network: [conv 3x3 4]", "network: [conv 3x3 4 linear, relu]"),
        ("network: [conv 3x3 4, relu]", "network: [relu, conv 3x3 4]"),
        ("network: [conv 3x3 4]", "network: [conv 3x3 4 padding=symmetric]"),
        (
            "network:\n  - concat: {a: conv 3x3 4, b: max_pool 3x3}",
            "network:\n  - concat: {b: max_pool 3x3, a: conv 3x3 4}",
        ),
        (
            "network:\n  - conv 3x3 4 as one\n  - add from one one",
            "network:\n  - add: [conv 3x3 4, conv 3x3 4]",
        ),
    ],
    ids=["operators", "order", "attributes", "order of channels", "one that is used twice"],
)
def test_another_function_has_another_digest(one: str, other: str) -> None:
    assert function(one) != function(other)


def test_a_digest_that_changes_needs_another_version() -> None:
    (_, _, found) = function("network: [conv 3x3 4]")
    assert (VERSION, found.hex()) == (1, "169a0d6c388855ff58ac2ac702fa9812")
