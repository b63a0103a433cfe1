"""Names, the ones that belong to somebody, and the ones that were meant."""

from __future__ import annotations

import keyword
import time
from hashlib import sha256

import pytest

from archspec.language.syntax.names import is_name, nearest, owned
from archspec.language.syntax.owned_names import OWNED
from tests.docs.pages import DOCS


@pytest.mark.parametrize("text", ["a", "conv_1", "layer2", "in", "x3x3"])
def test_lower_case_identifiers_are_names(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text",
    ["", "A", "aB", "_a", "a_", "1a", "a-b", "a.b", "a b", "é", "a\n", "a" * 65, "a;b", "a\u0131"],
)
def test_anything_else_is_no_name(text: str) -> None:
    assert not is_name(text)


def test_a_name_that_python_owns_gets_one_underscore() -> None:
    assert all(owned(word) == f"{word}_" for word in keyword.kwlist if is_name(word))


@pytest.mark.parametrize("name", ["double", "half", "float", "type", "train", "append", "weights"])
def test_a_name_that_a_framework_owns_gets_one_underscore(name: str) -> None:
    assert owned(name) == f"{name}_"


@pytest.mark.parametrize("name", ["conv", "add", "scale", "body", "shortcut", "pool", "layer_1"])
def test_the_words_of_ordinary_paths_belong_to_nobody(name: str) -> None:
    assert owned(name) == name


def test_an_owned_name_is_never_owned_again() -> None:
    assert all(is_name(name) and owned(owned(name)) == owned(name) for name in OWNED)


def test_the_names_with_an_underscore_are_frozen_and_those_of_the_page() -> None:
    """The digest is of the list with which weights of version 1 have been written."""
    listed = " ".join(sorted(OWNED))
    assert sha256(listed.encode()).hexdigest()[:16] == "588b8b16ddd3318f"
    page = (DOCS / "language.md").read_text("utf-8")
    assert listed in " ".join(page.replace("`", "").split())


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("cnov", "conv"),
        ("conv2", "conv2d"),
        ("max_pol", "max_pool"),
        ("Dense", "dense"),
        ("kernal", "kernel"),
        ("global_pool", "global_avg_pool"),
        ("ReLU", "relu"),
        ("BatchNorm2d", "batch_norm"),
        ("pool", "max_pool"),
    ],
)
def test_the_nearest_word_is_the_one_that_was_meant(word: str, meant: str) -> None:
    words = ["conv", "conv2d", "dense", "max_pool", "kernel", "global_avg_pool", "relu"]
    assert meant in nearest(word, [*words, "batch_norm", "flatten"])


@pytest.mark.parametrize(
    ("word", "meant"),
    [("bn", "batch_norm"), ("Linear", "dense"), ("swish", "silu"), ("out_channels", "filters")],
)
def test_a_word_of_other_tools_means_ours(word: str, meant: str) -> None:
    assert nearest(word, ["batch_norm", "dense", "hard_swish", "silu", "filters"]) == (meant,)


@pytest.mark.parametrize(("word", "known"), [("p", "a"), ("q", "k"), ("v", "xy")])
def test_a_single_letter_is_not_near_to_another(word: str, known: str) -> None:
    assert nearest(word, [known]) == ()


def test_fewer_slips_come_first() -> None:
    assert nearest("relu5", ["relu_six", "leaky_relu", "relu6"])[0] == "relu6"


def test_a_word_that_is_like_no_other_has_no_nearest() -> None:
    assert nearest("transformer", ["conv", "dense", "max_pool"]) == ()


def test_at_most_as_many_as_asked_for_are_named() -> None:
    assert len(nearest("conv", [f"conv_{letter}" for letter in "abcdef"], limit=2)) == 2


def test_a_long_word_takes_no_longer_than_a_short_one() -> None:
    start = time.perf_counter()
    nearest("a" * 1_000_000, ["conv"] * 100)
    assert time.perf_counter() - start < 1
