"""What holds for the difference of any two networks, tried on small random ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archspec.diffs.comparison import compare
from archspec.diffs.difference import diff
from archspec.diffs.report import text
from tests.authoring.documents import random_graph
from tests.diff.laws import assert_laws
from tests.diff.numbers import give_the_same
from tests.diff.reading import load

COUNTS = st.integers(1, 3)
FILTERS = st.sampled_from((4, 8, "width"))
NAMES = st.sampled_from((None, None, None, "early", "middle", "late"))


SIMPLE = st.one_of(
    st.builds(
        "conv {0}x{0} {1}{2}".format,
        st.sampled_from((1, 3)),
        FILTERS,
        st.sampled_from(("", " linear", " activation=none")),
    ),
    st.just("max_pool 3x3"),
    st.just("avg_pool 3x3"),
    st.builds("dropout 0.{}".format, COUNTS),
    st.just("depthwise_conv 3x3"),
    st.just("batch_norm"),
    st.builds("{} x group {}".format, COUNTS, FILTERS),
    st.builds("group {}".format, FILTERS),
    st.builds("{} x block".format, COUNTS),
)
JOINED = "joined"
"""Stands for a merge of the input with the step that was named last."""

"""Steps that fit anywhere."""


@st.composite
def branches(draw: st.DrawFn) -> str:
    steps = ", ".join(draw(st.lists(SIMPLE, min_size=1, max_size=3)))
    return f"[{steps}]"


@st.composite
def steps(draw: st.DrawFn) -> str:
    """Write one item of a list of steps."""
    kind = draw(
        st.sampled_from(("simple", "simple", "simple", "concat", "named", "residual", JOINED))
    )
    if kind == "concat":
        return f"concat: [{', '.join(draw(st.lists(branches(), min_size=2, max_size=3)))}]"
    if kind == "named":
        names = draw(st.permutations(("a", "b", "c")))[: draw(st.integers(2, 3))]
        return f"concat: {{{', '.join(f'{name}: {draw(branches())}' for name in names)}}}"
    if kind == "residual":
        inner = ", ".join(draw(st.lists(SIMPLE, max_size=2)))
        return f"residual: [{inner}{', ' if inner else ''}conv 1x1 in_channels linear]"
    simple: str = draw(SIMPLE)
    return simple


@dataclass(frozen=True)
class Written:
    """A spec in parts, so that it can be written in several ways."""

    width: int
    epsilon: str
    network: tuple[tuple[str, str | None], ...]
    group: tuple[str, ...]
    block: tuple[str, ...]
    has_head: bool
    has_outputs: bool

    def text(self, margin: str = "  ", comment: str = "") -> str:
        """Write it with margins as wide, and with a comment behind every step."""
        lines: list[str] = []
        used: list[str] = []
        for step, name in self.network:
            written = step
            if step == JOINED:
                written = f"concat from input {used[-1]}" if used else "relu"
            if name is not None and name not in used and ":" not in step:
                written, used = f"{written} as {name}", [*used, name]
            lines.append(written)
        text = TEXT.format(
            width=self.width,
            epsilon=self.epsilon,
            margin=margin,
            block=listed(self.block, margin * 2, comment),
            group=listed(self.group, margin * 3, comment),
            network=listed(lines, margin, comment),
        )
        if used and self.has_outputs:
            text += f"outputs: [{', '.join(used)}]\n"
        if used and self.has_head:
            text += HEAD.format(margin=margin, start=used[0])
        return text


HEAD = """auxiliary:
{margin}side:
{margin}{margin}from: {start}
{margin}{margin}steps: [global_avg_pool, dense 3]
"""

TEXT = """archspec: 1
name: small
input: 8x8x4
params: {{width: {width}}}
defaults:
{margin}conv: {{norm: batch_norm, activation: relu}}
{margin}batch_norm: {{epsilon: {epsilon}}}
blocks:
{margin}block:
{block}
parts:
{margin}group:
{margin}{margin}options: [k]
{margin}{margin}steps:
{group}
network:
{network}
"""


def listed(items: Iterable[str], margin: str, comment: str) -> str:
    return "\n".join(f"{margin}- {item}{comment}" for item in items)


GROUP = st.sampled_from(
    (
        ("conv 3x3 k",),
        ("conv 1x1 k", "conv 3x3 k"),
        ("conv 1x1 2*k", "max_pool 3x3", "conv 3x3 k linear"),
    )
)
BLOCK = st.sampled_from(
    (
        ("conv 3x3 in_channels",),
        ("residual: [conv 3x3 8, conv 1x1 in_channels linear]",),
        ("conv 1x1 width", "dropout 0.5"),
    )
)
SPECS = st.builds(
    Written,
    st.sampled_from((4, 6)),
    st.sampled_from(("1e-3", "1e-5")),
    st.lists(st.tuples(steps(), NAMES), min_size=1, max_size=6).map(tuple),
    GROUP,
    BLOCK,
    st.booleans(),
    st.booleans(),
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Written, Written]:
    """Draw a spec and what a few edits make of it."""
    old = draw(SPECS)
    network = list(old.network)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(network)))
        kind = draw(st.sampled_from(("insert", "remove", "change", "swap")))
        if kind == "insert" or len(network) < 2:
            network.insert(at, (draw(steps()), draw(NAMES)))
        elif kind == "remove":
            network.pop(at % len(network))
        elif kind == "change":
            network[at % len(network)] = (draw(steps()), draw(NAMES))
        else:
            other = draw(st.integers(0, len(network) - 1))
            at %= len(network)
            network[at], network[other] = network[other], network[at]
    changed = replace(
        old,
        network=tuple(network),
        width=draw(st.sampled_from((old.width, old.width, 10))),
        group=draw(st.one_of(st.just(old.group), GROUP)),
        epsilon=draw(st.sampled_from((old.epsilon, old.epsilon, "1e-2"))),
        has_head=draw(st.sampled_from((old.has_head, old.has_head, not old.has_head))),
        has_outputs=draw(st.sampled_from((old.has_outputs, old.has_outputs, not old.has_outputs))),
    )
    return old, changed


@settings(max_examples=40)
@given(pairs())
def test_edits_lead_from_one_to_the_other_and_back(pair: tuple[Written, Written]) -> None:
    old, new = pair
    assert_laws(load(old.text()), load(new.text()))


@settings(max_examples=40)
@given(SPECS, SPECS)
def test_the_laws_hold_for_networks_that_have_little_in_common(old: Written, new: Written) -> None:
    assert_laws(load(old.text()), load(new.text()))


@settings(max_examples=20)
@given(SPECS)
def test_form_and_comments_are_no_difference(spec: Written) -> None:
    assert diff(load(spec.text()), load(spec.text("    ", "  # a remark"))).identical


@settings(max_examples=20)
@given(SPECS)
def test_the_name_of_a_module_is_no_matter_of_function(spec: Written) -> None:
    text = spec.text()
    comparison = compare(load(text), load(text.replace("group", "cell")))
    assert comparison.judgement.is_same
    assert {edit.kind for edit in comparison.edits} <= {"renamed"}


@settings(max_examples=60)
@given(pairs())
def test_what_is_judged_the_same_gives_the_same_numbers(pair: tuple[Written, Written]) -> None:
    old, new = pair
    comparison = compare(load(old.text()), load(new.text()))
    if comparison.judgement.is_same:
        assert give_the_same(comparison)


UNBLAMED = pytest.mark.xfail(
    reason="a known fault: between two strange networks some cost has no edit to blame",
    raises=AssertionError,
)


@pytest.mark.parametrize(
    "seed", [pytest.param(each, marks=UNBLAMED) if each == 18 else each for each in range(24)]
)
def test_the_laws_hold_for_specs_that_reach_more_of_the_language(seed: int) -> None:
    pair = random_graph(seed), random_graph(seed + 1)
    assert_laws(*pair)
    assert text.render(compare(*pair))
