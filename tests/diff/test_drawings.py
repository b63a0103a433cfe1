"""Drawings of a difference: values before and after, ghosts, one box for one cause, a legend."""

from __future__ import annotations

import pytest

from archspec.diffs.comparison import compare
from archspec.diffs.report import banner, box_values, drawn
from archspec.diffs.report.picture import draw
from archspec.diffs.report.union import union
from archspec.views.drawing import Drawing
from tests.diff.reading import load

HEAD = "archspec: 1\nname: small\ninput: 8x8x4\n"


def picture(old: str, new: str) -> Drawing:
    return draw(union(compare(load(f"{HEAD}{old}"), load(f"{HEAD}{new}")).difference))


def labels(old: str, new: str) -> list[str]:
    return [box.label for box in picture(old, new).boxes.values()][1:]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("conv 3x3 8", "conv 3x3 16", "~ 3x3 conv (8 → 16 Linear)"),
        ("conv 3x3 8 /2", "conv 5x5 8 /4", "~ 3x3 → 5x5 conv (8 stride 2 → 4 Linear)"),
        ("max_pool 3x3", "avg_pool 3x3", "~ 3x3 MaxPool → AvgPool"),
        ("batch_norm", "batch_norm epsilon=1e-5", "~ Batch norm: epsilon 0.001 → 1e-05"),
        ("conv 3x3 8 activation=relu", "conv 3x3 8 activation=elu", "relu → elu"),
        ("conv 3x3 8", "conv 3x3 8 norm=batch_norm", "bias true → false, + Batch norm"),
        ("conv 3x3 8 as a", "conv 3x3 8 as b", "⇄ 3x3 conv (8 Linear): a → b"),
        ("concat: {a: identity, b: relu}", "concat: {b: relu, a: identity}", "a, b → b, a"),
    ],
)
def test_a_box_says_what_it_was_and_is(before: str, after: str, said: str) -> None:
    steps = "network: [conv 1x1 4 as entry, STEP, conv 1x1 4 as last]"
    told = labels(
        *(steps.replace("STEP", f"{{{each}}}" if ":" in each else each) for each in (before, after))
    )
    assert any(label.endswith(said) for label in told), told


def test_a_changed_box_gives_its_type_before_and_after() -> None:
    found = picture("network: [conv 3x3 8 as a, relu]", "network: [conv 3x3 16 as a, relu]")
    assert [box.shape for box in found.boxes.values() if box.shape] == ["8x8x8 → 8x8x16"]
    assert [each.label for each in found.exits] == ["relu: 8x8x8 → 8x8x16"]


def test_an_input_says_its_size_before_and_after() -> None:
    sides = (load(f"{HEAD}network: [relu]".replace("8x8x4", size)) for size in ("8x8x4", "9x9x4"))
    found = draw(union(compare(*sides).difference))
    assert found.boxes["input"].label == "~ Input (8x8x4 → 9x9x4)"


def test_one_changed_default_is_one_box_that_names_it_and_counts_the_others() -> None:
    convolutions = ", ".join(f"conv 1x1 {width}" for width in range(4, 37))
    defaults = "defaults: {batch_norm: {epsilon: 0.01}, conv: {norm: batch_norm}}"
    old = f"{defaults}\nnetwork: [{convolutions}]"
    told = labels(old, old.replace("0.01", "0.02"))
    cause = "defaults batch_norm epsilon, and 32 more"
    assert told == [f"~ 1x1 conv (4 Linear): epsilon 0.01 → 0.02 ({cause})", "32 steps"]


def test_a_text_that_changes_few_places_shows_them_all() -> None:
    old = "parts: {two: {options: [k], steps: [conv 1x1 k, conv 3x3 k]}}\nnetwork: [two k=4]"
    told = labels(old, old.replace("k=4", "k=8"))
    assert told == ["~ 1x1 conv (4 → 8 Linear)", "~ 3x3 conv (4 → 8 Linear)"]


def test_what_is_gone_is_dashed_and_so_are_its_arrows() -> None:
    sides = (f"{HEAD}network: [relu, {step}conv 1x1 4]" for step in ("max_pool 3x3, ", ""))
    comparison = compare(*map(load, sides))
    dot, mermaid = drawn.dot(comparison), drawn.mermaid(comparison)
    assert 'label="- 3x3 MaxPool", fillcolor' in dot
    assert dot.count('style="filled,dashed"') == 1
    assert dot.count('style="dashed"') == 2
    assert mermaid.count("-.->") == 2
    assert mermaid.count("class b2 ghost") == 1


def test_every_drawing_has_a_legend_of_the_colours_in_it() -> None:
    sides = (f"{HEAD}network: [conv 1x1 {width}, relu]" for width in (4, 8))
    comparison = compare(*map(load, sides))
    for text in (drawn.dot(comparison), drawn.svg(comparison).decode(), drawn.mermaid(comparison)):
        assert "changed" in text
        assert "follows" in text
        assert "inserted" not in text


def test_diffs_point_the_way_that_drawings_do() -> None:
    comparison = compare(load(f"{HEAD}network: [relu]"), load(f"{HEAD}network: [relu, relu]"))
    assert drawn.mermaid(comparison).splitlines()[3] == "flowchart BT"
    assert 'rankdir="BT"' in drawn.dot(comparison)


def test_a_headline_stands_over_a_picture_and_makes_room_for_itself() -> None:
    svg = b'<svg width="100pt" height="50pt" viewBox="0.00 0.00 100.00 50.00"><g/></svg>'
    found = banner.above(svg, "a < b", {"#FFFFFF": "unchanged"}).decode()
    # Two rows of 15 and a margin of 6 above and below them; 400 wide, as headlines need.
    assert 'width="400.00pt" height="92.00pt" viewBox="-150.00 -42.00 400.00 92.00"' in found
    assert ">a &lt; b</text>" in found
    assert found.endswith("<g/></svg>")


def test_texts_that_differ_word_by_word_are_merged_and_others_are_not() -> None:
    assert box_values.merged("a (1, 2)", "a (1, 3)") == (
        ("a (1, ", ""),
        ("2", "old"),
        ("3", "new"),
        (")", ""),
    )
    assert box_values.merged("a (1)", "a (1, 3)") is None
