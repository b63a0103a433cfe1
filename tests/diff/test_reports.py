"""What reports say and draw, beside what the command's tests read."""

from __future__ import annotations

import re

import pytest

from archspec.diffs.comparison import Comparison, compare
from archspec.diffs.report import drawn, markdown, text, wording
from archspec.diffs.report.picture import draw
from archspec.diffs.report.union import Status, union
from archspec.rendering.colour import coloured
from tests.diff.reading import load

HEAD = "archspec: 1\nname: small\ninput: 8x8x4\n"


def compared(old: str, new: str) -> Comparison:
    return compare(load(f"{HEAD}{old}"), load(f"{HEAD}{new}"))


OLD = "network:\n  - conv 3x3 8\n  - max_pool 2x2 /2\n  - conv 1x1 8 as last\n"
NEW = "network:\n  - conv 3x3 8\n  - conv 5x5 8\n  - conv 1x1 16 as last\n  - relu\n"


def test_both_networks_are_one_graph_in_which_what_was_removed_stands_where_it_stood() -> None:
    both = union(compared(OLD, NEW).difference)
    assert {path: str(status) for path, status in both.statuses.items()} == {
        "conv.conv2d": "unchanged",
        "conv_1.conv2d": "inserted",
        "max_pool": "removed",
        "last.conv2d": "changed",
        "relu": "inserted",
    }
    assert list(both.graph.nodes)[:2] == ["conv.conv2d", "max_pool"]
    assert both.graph.nodes["last.conv2d"].sources == ("conv_1.conv2d", "max_pool")
    assert both.graph.nodes["max_pool"].sources == ("conv.conv2d",)


def test_what_was_removed_stands_behind_what_it_takes_wherever_that_stands_now() -> None:
    old = "network: [conv 1x1 4, concat: {pool: max_pool 2x2 /2, conv: conv 1x1 4 /2}, relu]"
    new = "network: [conv 1x1 4, conv 1x1 4, max_pool 2x2 /2, relu]"
    both = union(compared(old, new).difference).graph
    assert list(both.nodes)[2:] == ["conv_1.conv2d", "max_pool", "concat", "relu"]
    assert both.nodes["concat"].sources[0] == "max_pool"
    known = set(both.inputs)
    for path, node in both.nodes.items():
        assert known.issuperset(node.sources)
        known.add(path)


def test_a_removed_part_gives_way_to_a_new_one_of_its_name() -> None:
    both = union(compared("network: [conv 3x3 8 as a]", "network: [max_pool 3x3 as a]").difference)
    assert both.statuses == {"a": Status.INSERTED, "a (removed).conv2d": Status.REMOVED}


def test_a_drawing_marks_what_changed_and_folds_what_did_not() -> None:
    old = "network: [conv 1x1 4, conv 1x1 4, relu, conv 3x3 8]"
    found = draw(union(compared(old, old.replace("3x3", "5x5")).difference))
    labels = [box.label for box in found.boxes.values()]
    assert labels == ["Input (8x8x4)", "3 steps", "~ 3x3 → 5x5 conv (8 Linear)"]
    assert [(arrow.tail, arrow.head) for arrow in found.arrows] == [
        ("input", "conv"),
        ("conv", "conv_2"),
    ]


def test_copies_are_drawn_once_for_each_fate() -> None:
    old = "blocks: {b: [conv 3x3 4]}\nnetwork: [3 x b]"
    found = draw(union(compared(old, old.replace("3 x b", "5 x b")).difference))
    assert [box.label for box in found.boxes.values()][1:] == ["3 x B", "+ 2 x B"]


def test_a_diagram_that_would_be_too_large_is_less_deep() -> None:
    blocks = "".join(
        f"  b{at}: [{', '.join(f'conv 1x1 {4 + way}' for way in range(30))}]\n" for at in range(30)
    )
    steps = "".join(f"  - b{at}\n" for at in range(30))
    old = f"parts:\n{blocks}network:\n{steps}"
    found = drawn.touched(compared(old, old.replace("1x1", "3x3")))
    assert re.findall("subgraph (.*)\\[", found) == ["legend"]
    assert found.count("~ B") == 0
    assert found.count("#126; B") == 30


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("plain", "`plain`"),
        ("a | b", "`a \\| b`"),
        ("two ` of ``them", "``` two ` of ``them ```"),
        ("a\nb", "`a b`"),
        ("x" * 200, f"`{'x' * 117}...`"),
    ],
)
def test_code_of_markdown_holds_anything(said: str, shown: str) -> None:
    assert markdown.code(said) == shown


def test_a_terminal_is_never_told_what_a_spec_says() -> None:
    old = f'archspec: 1\nname: small\nsource: "\\e[31m"\ninput: 8x8x4\n{OLD}'
    report = text.render(compare(load(old), load(f"{HEAD}{NEW}")))
    assert "\x1b" not in report


def test_colours_are_for_symbols_and_the_verdict() -> None:
    report = text.render(compared(OLD, NEW), coloured)
    assert "  \x1b[32m+\x1b[0m conv 5x5 8" in report
    assert "  \x1b[31m-\x1b[0m max_pool 2x2 /2" in report
    assert "\x1b[31mcheckpoints do not load (4 of 6 tensors); computes otherwise\x1b[0m\n" in report


def test_many_parts_are_named_by_the_first_and_the_last() -> None:
    old = "network: [9 x conv 3x3 4]"
    (group,) = compared(old, old.replace("9", "13")).groups
    assert wording.where(group) == "conv.9 ... conv.12 (4)"


def test_training_alone_is_no_change_of_what_is_inferred() -> None:
    old = "network: [conv 1x1 4 norm=batch_norm, dropout 0.2]"
    comparison = compared(old, old.replace("0.2", "0.5"))
    assert wording.remarks(comparison) == ["inference computes what it did; training has changed"]


def test_tensors_that_would_change_places_silently_are_told() -> None:
    old = "network: [conv 3x3 4, conv 3x3 4 linear /2]"
    new = "network: [conv 3x3 4 linear /2, conv 3x3 4]"
    comparison = compared(old, new)
    assert str(comparison.checkpoint.loads) == "with map"
    assert wording.remarks(comparison)[0] == (
        "without the map they load too, and tensors end up in the wrong places"
    )


def test_what_did_not_change_is_no_number() -> None:
    for old, new in ((OLD, NEW), (OLD, OLD.replace("3x3 8", "3x3 8 /2"))):
        comparison = compared(old, new)
        for report in (text.render(comparison), markdown.render(comparison)):
            assert re.search(r"[+-]0\b(?!\.)", report) is None
    same = compared(OLD, OLD.replace("max_pool", "avg_pool"))
    assert "| before |" not in markdown.render(same)
    assert "before" not in text.render(same)


def test_what_follows_stands_beside_what_was_touched() -> None:
    # The first gets 8 filters more, of 36 weights and a bias, at 64 places; the last takes them.
    comparison = compared(OLD, OLD.replace("conv 3x3 8", "conv 3x3 16"))
    lines = text.render(comparison).splitlines()
    assert "      1 node: +296 parameters, +18,432 MACs" in lines
    assert "      2 follow: +64 parameters, +1,024 MACs" in lines
    row = "| +296<br>follow: +64 | +18,432<br>follow: +1,024 |"
    assert row in markdown.render(comparison)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("8x8x4", "16x16x4", "input: 8x8x4 -> 16x16x4"),
        ("{shape: 8x8x4, mean: 0.5}", "{shape: 8x8x4, mean: 0.4}", "input mean: 0.5 -> 0.4"),
        ("{shape: 8x8x4, mean: 0.5}", "8x8x4", "input mean: 0.5 -> none"),
        (
            "{shape: 8x8x4, mean: 0.5, std: 1}",
            "{shape: 9x9x4, mean: 0.5, std: 2}",
            "input: 8x8x4, std 1 -> 9x9x4, std 2",
        ),
        ("8x8x4", "{shape: 8x8x4, mean: 0, std: 1}", "input: none -> mean 0, std 1"),
    ],
)
def test_of_an_input_only_what_changed_is_told(old: str, new: str, said: str) -> None:
    sides = (load(f"{HEAD}{OLD}".replace("input: 8x8x4", f"input: {each}")) for each in (old, new))
    (edit,) = compare(*sides).edits
    assert wording.cause(edit) == said
