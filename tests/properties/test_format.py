"""Formatting on specs that Hypothesis writes: the graph stays, and so does what is formatted."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archspec import api
from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.language.formatting.format import format_text
from archspec.source import File, Folder, Source, Text
from tests.properties.test_reader import anything

SPECS = Path(__file__).parents[2] / "specs"
ZOO = sorted(PurePosixPath(path.relative_to(SPECS)) for path in SPECS.rglob("*.yaml"))

HEAD = """\
archspec: 1
name: made
input: 4096x4096x8
params: {p: 8}
defaults: {conv: {padding: symmetric}}
blocks:
  unit: {options: [f=8, k=1], steps: [conv kernel=k f]}
"""


def graph_of(text: str) -> Graph | None:
    file = File(Text("made.yaml", text.encode()), PurePosixPath("made.yaml"))
    return api.check(file).graph


def formatted(text: str) -> str:
    return format_text(Source("made.yaml", text))


@dataclass(frozen=True)
class Written:
    """One step in two forms: a string, and a mapping on one line."""

    short: str
    long: str


numbers = st.sampled_from(["8", "16", "p", "2*p", "(p+8)//2", "min(p,16)", "in_channels"])
kernels = st.sampled_from([("3x3", "[3, 3]"), ("1x7", "[1, 7]"), ("kernel=5", "5")])
strides = st.sampled_from([("/1", "1"), ("stride=2", "[2, 2]"), ("/2", "2"), ("/p/8", '"p / 8"')])
paddings = st.sampled_from(
    [("V", "valid"), ("padding=same", "same"), ("symmetric", '"symmetric"'), ("padding=3", "3")]
)
flags = st.sampled_from([("bias=true", "bias: true"), ("linear", "linear: true")])
activations = st.sampled_from(["relu", "none", "gelu"])


@st.composite
def arguments_of_conv(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Draw the arguments of a convolution, each as it stands in a string and in a mapping."""
    filters, (kernel, sizes) = draw(numbers), draw(kernels)
    named = draw(st.booleans())
    found = [
        (f"filters={filters}" if named else filters, f'filters: "{filters}"'),
        (kernel, f"kernel: {sizes}"),
    ]
    if draw(st.booleans()):
        stride, cells = draw(strides)
        found.append((stride, f"stride: {cells}"))
    if draw(st.booleans()):
        padding, word = draw(paddings)
        found.append((padding, f"padding: {word}"))
    if draw(st.booleans()):
        found.append(draw(flags))
    if draw(st.booleans()):
        word = draw(activations)
        found.append((f"activation={word}", f"activation: {word}"))
    return draw(st.permutations(found))


@st.composite
def plain_steps(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    """Draw a word and its arguments."""
    word = draw(st.sampled_from(["conv", "conv", "unit", "max_pool", "dropout", "pad", "relu"]))
    arguments = {
        "conv": draw(arguments_of_conv()),
        "unit": draw(st.permutations([("k=3", "k: 3"), ("f=2*p", 'f: "2*p"')])),
        "max_pool": [("2x2", "kernel: [2, 2]"), ("padding=same", "padding: same")],
        "dropout": [("rate=0.5", "rate: 0.5")],
        "pad": [("cells=[1,0,1,0]", "cells: [1, 0, 1, 0]")],
        "relu": [],
    }
    return word, arguments[word]


@st.composite
def steps(draw: st.DrawFn, name: str) -> Written:
    """Draw a step without steps inside, perhaps named, perhaps repeated."""
    word, arguments = draw(plain_steps())
    count = draw(st.sampled_from(["", "2", "p-7"]))
    blank = draw(st.sampled_from([" ", "  ", "    "]))
    named = draw(st.booleans())
    pieces = [*([count, "x"] if count else []), word, *(short for short, _ in arguments)]
    pieces += [f"as {name}"] if named else []
    beside = [*([f'times: "{count}"'] if count else []), *([f"as: {name}"] if named else [])]
    long = ", ".join([f"{word}: {{{', '.join(long for _, long in arguments)}}}", *beside])
    return Written(blank.join(pieces), f"{{{long}}}")


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a network twice: all steps as strings, and all as mappings, indented in some way."""
    found = [draw(steps(f"step_{index}")) for index in range(draw(st.integers(1, 5)))]
    indent = draw(st.sampled_from(["", "  ", "    "]))
    dash = draw(st.sampled_from(["- ", "-   "]))
    is_list = draw(st.booleans())
    comment = draw(st.sampled_from(["", "  # why", " #"]))
    return _document([each.short for each in found], indent + dash, comment, is_list), _document(
        [each.long for each in found], indent + dash, comment, is_list
    )


def _document(written: list[str], before: str, comment: str, is_list: bool) -> str:
    lines = [f"{before}{line}{comment}\n" for line in written]
    if is_list:
        quoted = ", ".join(line if line.startswith("{") else f'"{line}"' for line in written)
        lines.append(f"{before}concat: {{left: [{quoted}], right: [{quoted}]}}\n")
    return f"{HEAD}network:\n{''.join(lines)}"


@given(documents())
def test_both_forms_give_the_same_graph(forms: tuple[str, str]) -> None:
    short, long = map(graph_of, forms)
    assume(short is not None)
    assert short == long


@given(documents())
def test_both_forms_are_formatted_alike(forms: tuple[str, str]) -> None:
    short, long = (re.sub(" +#", "  #", formatted(text)) for text in forms)
    assert short == long


@given(documents())
def test_formatting_keeps_the_graph_and_what_is_formatted(forms: tuple[str, str]) -> None:
    for text in forms:
        once = formatted(text)
        assert graph_of(once) == graph_of(text)
        assert formatted(once) == once


@given(documents())
def test_every_comment_is_kept(forms: tuple[str, str]) -> None:
    for text in forms:
        assert comments(formatted(text)) == comments(text)


@given(anything)
def test_any_text_is_refused_or_formatted_once_and_for_all(text: str) -> None:
    with suppress(SpecError):
        once = formatted(f"archspec: 1\nnetwork:\n{text}")
        assert formatted(once) == once


class Formatted(Folder):
    """A folder in which every spec is formatted."""

    def read(self, path: PurePosixPath) -> Source:
        source = super().read(path)
        return Source(source.name, formatted(source.text))


@pytest.mark.parametrize("path", ZOO, ids=str)
def test_formatting_the_zoo_keeps_its_graphs_and_comments(path: PurePosixPath) -> None:
    before, after = File(Folder(SPECS), path), File(Formatted(SPECS), path)
    once = after.read().text
    assert formatted(once) == once
    assert comments(once) == comments(before.read().text)
    found, again = api.check(before), api.check(after)
    assert again.graph == found.graph
    assert [each.message for each in again.diagnostics] == [
        each.message for each in found.diagnostics
    ]


def comments(text: str) -> list[str]:
    return [line.partition("#")[2].rstrip() for line in text.split("\n") if "#" in line]
