"""What changes what a network computes, and what does not: every attribute of every operator."""

from __future__ import annotations

import pytest

from archspec.diffs.comparison import Comparison, compare
from archspec.diffs.impact.checkpoint import Loads
from archspec.operator import operators
from tests.diff.numbers import give_the_same
from tests.diff.reading import load
from tests.docs.pages import DOCS, table, words

ROWS = [tuple(row) for row in table(DOCS / "diffs.md", "### What computes otherwise")]


def small(step: str) -> str:
    """Write a network of one convolution, which a checkpoint is of, and a step on a map."""
    pooled = "  - global_avg_pool\n" if step.startswith(("channel_conv", "fully_connected")) else ""
    steps = f"  - conv 1x1 8 linear as first\n{pooled}  - {step}\n"
    return f"archspec: 1\nname: small\ninput: 8x8x8\nnetwork:\n{steps}"


def compared(old: str, new: str) -> Comparison:
    return compare(load(small(old)), load(small(new)))


def numbers_agree(comparison: Comparison) -> bool:
    """Whether numpy finds the same in numbers, where a checkpoint loads."""
    if comparison.checkpoint.loads is Loads.NO:
        return True
    return give_the_same(comparison) is comparison.judgement.is_same


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(words(row[0]) + words(row[1])))
def test_an_attribute_has_the_verdict_of_its_row(row: tuple[str, ...]) -> None:
    (operator,), (attribute,), (old,), (new,) = (words(row[at]) for at in (0, 1, 3, 4))
    comparison = compared(old, new)
    before, after = (
        [node.op for node in side.nodes.values()][-1]
        for side in (comparison.difference.old, comparison.difference.new)
    )
    differing = [
        name for name in before.attributes if getattr(before, name) != getattr(after, name)
    ]
    assert (after.word, differing) == (operator, [attribute])
    assert f"*{comparison.judgement.verdict}*" == row[2].partition(":")[0]
    assert numbers_agree(comparison)


def test_every_attribute_of_every_operator_has_a_row() -> None:
    rows = [(words(row[0])[0], words(row[1])[0]) for row in ROWS]
    known = {(word, name) for word, each in operators().items() for name in each.attributes}
    assert set(rows) == known
    assert len(rows) == len(known)


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        # The same cells: an odd kernel that moves by one has its middle on each cell.
        ("max_pool 3x3", "max_pool 3x3 symmetric", "loads"),
        ("max_pool 3x3", "max_pool 3x3 padding=1", "loads"),
        # 8 cells and 3 apart by 2: same pads 0 and 1, symmetric 1 and 1.
        ("max_pool 3x3 /2", "max_pool 3x3 /2 symmetric", "loads but computes otherwise"),
        # 2x2 windows fill a grid of 8: none hangs over, and nothing is padded.
        ("max_pool 2x2 /2 V", "max_pool 2x2 /2 V ceil=true", "loads"),
        ("avg_pool 3x3 V", "avg_pool 3x3 V count_padding=true", "loads"),
        ("relu", "silu", "loads but computes otherwise"),
        ("max_pool 3x3", "avg_pool 3x3", "loads but computes otherwise"),
        ("relu", "identity", "loads but computes otherwise"),
        ("identity", "dropout 0.5", "loads"),
        ("identity", "scale 1", "loads"),
        ("identity", "upsample 1", "loads"),
        ("identity", "channel_shuffle 1", "loads"),
        ("identity", "max_pool 1x1", "loads"),
        ("scale 0.5", "scale 0.50", "identical"),
        ("add: [relu, tanh]", "add: [tanh, relu]", "loads"),
        ("multiply: [relu, tanh]", "multiply: [tanh, relu]", "loads"),
        ("subtract: [relu, tanh]", "subtract: [tanh, relu]", "loads but computes otherwise"),
        ("concat: [relu, tanh]", "concat: [tanh, relu]", "loads but computes otherwise"),
        ("concat: [relu, tanh]", "concat: [relu, relu]", "loads but computes otherwise"),
    ],
)
def test_what_is_written_otherwise_is_judged_by_what_it_does(
    old: str, new: str, verdict: str
) -> None:
    comparison = compared(old, new)
    assert str(comparison.judgement.verdict) == verdict
    assert numbers_agree(comparison)


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("conv 3x3 8 /2 padding=1", "pad 1, conv 3x3 8 /2 V", "loads"),
        ("conv 3x3 8 /2", "pad 1, conv 3x3 8 /2 V", "loads but computes otherwise"),
        ("pad 2, conv 3x3 8 V", "pad 1, pad 1, conv 3x3 8 V", "loads"),
        ("pad 2, conv 3x3 8 V", "pad 1, conv 3x3 8 padding=1", "loads"),
        ("pad 1, max_pool 3x3 V", "max_pool 3x3 padding=1", "loads but computes otherwise"),
        ("pad 1, avg_pool 3x3 V", "avg_pool 3x3 padding=1 count_padding=true", "loads"),
        ("conv 3x3 8, global_avg_pool", "conv 3x3 8, avg_pool 8x8 V, flatten", "loads"),
        (
            "conv 3x3 8, global_avg_pool",
            "conv 3x3 8, max_pool 8x8 V, flatten",
            "loads but computes otherwise",
        ),
        (
            "conv 3x3 8 as a, tanh as b, concat from a b a",
            "conv 3x3 8 as a, tanh as b, concat from a b as c, concat from c a",
            "loads",
        ),
        (
            "conv 3x3 8 as a, tanh as b, concat from a b a",
            "conv 3x3 8 as a, tanh as b, concat from a b as c, concat from a c",
            "loads but computes otherwise",
        ),
        ("conv 3x3 8", "conv 3x3 8, slice start=0 stop=8", "loads"),
        ("conv 3x3 8", "conv 3x3 8, slice start=0 stop=7", "loads but computes otherwise"),
        ("conv 3x3 8", "conv 3x3 8, dropout 0.5", "loads"),
        ("conv 3x3 8, relu", "conv 3x3 8, dropout 0.5, relu", "loads"),
        ("conv 3x3 8, relu", "relu, conv 3x3 8", "loads but computes otherwise"),
    ],
)
def test_one_step_is_known_again_where_two_do_the_same(old: str, new: str, verdict: str) -> None:
    head = "archspec: 1\nname: small\ninput: 8x8x4\nnetwork:"
    comparison = compare(load(f"{head} [{old}]"), load(f"{head} [{new}]"))
    assert str(comparison.judgement.verdict) == verdict
    assert numbers_agree(comparison)


@pytest.mark.parametrize(
    ("new", "verdict"),
    [
        ("[conv 3x3 8 as a, relu as b]\noutputs: [b, a]", "identical"),
        ("[conv 3x3 8 as a, relu as c]\noutputs: [a, c]", "loads"),
        ("[conv 3x3 8 as a, tanh as b]\noutputs: [a, b]", "loads but computes otherwise"),
        ("[conv 3x3 8 as a, relu as b, relu as c]\noutputs: [a, b]", "loads"),
        ("[conv 3x3 8 as a, relu as b]\noutputs: [b]", "loads but computes otherwise"),
    ],
)
def test_several_outputs_are_told_apart_by_their_names(new: str, verdict: str) -> None:
    head = "archspec: 1\nname: two\ninput: 8x8x4\nnetwork: "
    old = "[conv 3x3 8 as a, relu as b]\noutputs: [a, b]"
    comparison = compare(load(f"{head}{old}"), load(f"{head}{new}"))
    assert str(comparison.judgement.verdict) == verdict


def test_a_load_that_swaps_tensors_computes_otherwise_unless_a_map_is_used() -> None:
    head = "archspec: 1\nname: swap\ninput: 8x8x4\nnetwork: "
    old = "[{concat: {a: [conv 3x3 4 linear], b: [conv 3x3 4 linear, tanh]}}]"
    new = "[{concat: {b: [conv 3x3 4 linear], a: [conv 3x3 4 linear, tanh]}}]"
    comparison = compare(load(f"{head}{old}"), load(f"{head}{new}"))
    assert str(comparison.judgement.verdict) == "loads but computes otherwise"
    assert comparison.judgement.is_same
