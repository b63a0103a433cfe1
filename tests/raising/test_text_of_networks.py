"""What a raised network reads like."""

from __future__ import annotations

import archspec

HEAD = "archspec: 1\nname: small\ninput: 8x8x4\n"
CONV = "defaults: {conv: {norm: batch_norm, activation: relu}}\n"


def lines_of(text: str) -> list[str]:
    raised = archspec.raise_spec(archspec.load(text=HEAD + text)).text
    return [line for line in raised.splitlines() if line]


def test_numbers_that_differ_between_uses_become_options_and_what_follows_from_them() -> None:
    unit = "parts:\n  unit:\n    options: [a, b]\n    steps: [conv 3x3 a, conv 1x1 b, conv 1x1 8]\n"
    lines = lines_of(f"{CONV}{unit}network: [unit 2 b=8, unit 3 b=12, unit 5 b=20]\n")
    assert "  unit: {options: [k], steps: [conv 3x3 k, conv 1x1 4*k, conv 1x1 8]}" in lines
    assert "  - unit 5 -> 8x8x8" in lines


def test_an_activation_behind_a_merge_stands_beside_it() -> None:
    steps = "[conv 1x1 4 as a, conv 1x1 4 as b from input, add from a b as c, relu, mish from c]"
    assert "  - relu -> 8x8x4" in lines_of(f"network: {steps}\n")
    merged = (
        "[{concat: [conv 1x1 2, max_pool 3x3, conv 3x3 2]}, tanh, {add: [elu, identity]}, relu]"
    )
    text = "\n".join(lines_of(f"network: {merged}\n"))
    assert "activation: tanh" in text
    assert "activation: relu" in text
    assert "- tanh" not in text


def test_what_most_uses_say_is_the_default_of_an_option() -> None:
    unit = "parts:\n  unit:\n    options: [k, s]\n    steps: [conv 3x3 k /s, conv 3x3 k]\n"
    lines = lines_of(f"{CONV}{unit}network: [unit 4 s=1, unit 6 s=2, unit 8 s=1, unit 9 s=1]\n")
    assert "  unit: {options: [k, s=1], steps: [conv 3x3 k /s, conv 3x3 k]}" in lines
    assert "  - unit 6 s=2 -> 4x4x6" in lines


def test_what_only_half_of_the_uses_say_is_no_default() -> None:
    unit = "parts:\n  unit:\n    options: [k, s]\n    steps: [conv 3x3 k /s, conv 3x3 k]\n"
    lines = lines_of(f"{CONV}{unit}network: [unit 4 s=1, unit 6 s=2, unit 8 s=1, unit 9 s=2]\n")
    assert "  unit: {options: [k, s], steps: [conv 3x3 k /s, conv 3x3 k]}" in lines


def test_a_value_that_leaves_is_not_folded_into_a_branch() -> None:
    lines = lines_of(
        "network:\n  - conv 3x3 4 as start\n  - conv 3x3 4 as body\n"
        "  - add from start body as sum\noutputs: [body, sum]\n"
    )
    assert "  - add as sum from start body -> 8x8x4" in lines


def test_equal_neighbours_are_one_repeat() -> None:
    assert "  - 3 x conv 3x3 4 -> 8x8x4" in lines_of(
        f"{CONV}network: [conv 3x3 4, conv 3x3 4, conv 3x3 4, conv 3x3 5]\n"
    )


def test_a_sum_of_two_ways_is_a_residual_with_its_scale_and_what_follows() -> None:
    lines = lines_of(
        "network:\n  - conv 3x3 4 as start\n  - conv 3x3 4 as body\n  - scale 0.5 as small\n"
        "  - add from start small\n  - relu\n"
    )
    assert lines[lines.index("network:") :][:5] == [
        "network:",
        "  - conv 3x3 4 -> 8x8x4",
        "  - residual:",
        "      scale: 0.5",
        "      steps: [conv 3x3 4]",
    ]
    assert "  residual: {activation: relu}" in lines


def test_a_skip_connection_across_resolutions_goes_by_name() -> None:
    lines = lines_of(
        "network:\n  - conv 3x3 4\n  - concat:\n      - identity\n"
        "      - [max_pool 2x2 /2, conv_transpose 2x2 4 /2]\n"
    )
    assert "  - concat from a branch_1 -> 8x8x8" in lines


def test_a_promise_is_stated_that_every_use_keeps() -> None:
    units = "parts:\n  kept: [conv 3x3 4, conv 1x1 4]\n  less: [conv 3x3 4 /2, conv 1x1 4]\n"
    lines = lines_of(f"{units}network: [kept, less, kept, less]\n")
    assert lines.index("blocks:") < lines.index("reductions:")
    assert "parts:" not in lines


def test_what_one_place_uses_is_written_there_unless_it_has_branches() -> None:
    parts = "  row: [conv 3x3 4, relu]\n  fork: [concat: [conv 3x3 4, relu], relu]\n"
    lines = lines_of(f"parts:\n{parts}network: [row, fork]\n")
    assert "  - conv 3x3 4 activation=relu -> 8x8x4" in lines
    assert "  - fork -> 8x8x8" in lines


def test_a_module_that_gives_several_values_is_one_where_it_is_used_again() -> None:
    swap = (
        "parts:\n  mix:\n    inputs: [a, b]\n    outputs: [c, d]\n    steps:\n"
        "      - {add: [identity, conv 3x3 4 from b], from: a, as: c}\n"
        "      - {add: [identity, conv 3x3 4 from a], from: b, as: d}\n"
    )
    start = "network:\n  - conv 3x3 4 as p\n  - conv 3x3 4 as q\n"
    lines = lines_of(f"{swap}{start}  - 3 x mix as r from p q\n  - concat from r\n")
    assert "    outputs: [c, d]" in lines
    assert "      - {add: [identity, conv 3x3 4 from b], as: c, from: a}" in lines
    assert "  - 3 x mix as r from p q" in lines
    assert "  - concat from r -> 8x8x8" in lines
    once = lines_of(f"{swap}{start}  - mix as r from p q\n  - concat from r\n")
    assert "  - {add: [identity, conv 3x3 4 from q], as: c, from: p}" in once
    assert "parts:" not in once


def test_modules_that_differ_in_activations_are_one_with_an_option() -> None:
    steps = "[conv 3x3 4 activation=after, conv 1x1 4]"
    parts = f"blocks:\n  unit:\n    options: [after]\n    steps: {steps}\n"
    lines = lines_of(f"{CONV}{parts}network: [unit relu, unit silu, unit relu]\n")
    assert any("options: [activation=relu], steps: [conv 3x3 4 activation=a" in e for e in lines)
    assert "  - unit activation=silu -> 8x8x4" in lines


def test_options_of_branches_are_called_after_them() -> None:
    parts = (
        "blocks:\n  fork:\n    options: [a, b, c]\n    steps:\n"
        "      - concat: {one: conv 1x1 a, two: [conv 1x1 b, conv 3x3 c]}\n"
    )
    lines = lines_of(f"{parts}network: [fork 3 b=5 c=7, fork 4 b=9 c=2]\n")
    assert "    options: [point, deep_in, deep]" in lines
    assert "          deep: [conv 1x1 deep_in, conv 3x3 deep]" in lines
