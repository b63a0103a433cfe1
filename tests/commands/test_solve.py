"""``archspec solve``, on networks whose costs are written beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from archspec import api
from archspec.language.document.bounds import Bound, read_bound
from archspec.language.document.overrides import Overrides
from archspec.location import locate
from archspec.solving.family import Amounts, Family
from archspec.solving.goal import Goal, Limit
from tests.commands.running import ROOT, run, run_json

INCEPTION = ROOT / "specs/inception_v4.yaml"
TWO_WIDE = """
archspec: 1
name: two_wide
input: 10x10x3
params: {a: 8, b: 8}
network:
  - conv 1x1 a bias=false
  - conv 1x1 b bias=false
"""
Pair = tuple[int, int]


def parameters(a: int, b: int) -> int:
    return 3 * a + a * b


def macs(a: int, b: int) -> int:
    return 100 * parameters(a, b)


@pytest.fixture
def two_wide(tmp_path: Path) -> Path:
    return written(tmp_path, TWO_WIDE)


def written(folder: Path, text: str) -> Path:
    file = folder / "spec.yaml"
    file.write_text(text, "utf-8")
    return file


def one_layer(shape: str, param: str, filters: str) -> str:
    head = f"archspec: 1\nname: n\ninput: {shape}\nparams: {{{param}}}\n"
    return f"{head}network:\n  - conv 1x1 {filters} bias=false\n"


def bound(text: str) -> Bound:
    found = read_bound(text)
    assert found is not None
    return found


def pairs(found: Any) -> list[Pair]:
    return [(each["values"]["a"], each["values"]["b"]) for each in found["answers"]]


def test_the_largest_network_within_a_limit_is_found(two_wide: Path) -> None:
    all_pairs = [(a, b) for a in range(1, 21) for b in range(1, 21)]
    best = max(parameters(*pair) for pair in all_pairs if macs(*pair) <= 20_000)
    found = run_json(
        "solve", two_wide, "--for", "a=1..20:1,b=1..20:1", "--macs", "<= 20K",
        "--maximize", "parameters", "--limit", "5",
    )  # fmt: skip
    assert found["candidates"] == found["looked_at"] == 400
    assert found["feasible"] == sum(macs(*pair) <= 20_000 for pair in all_pairs)
    assert found["answers"][0]["parameters"] == best
    assert all(
        each["parameters"] == parameters(*pair)
        for each, pair in zip(found["answers"], pairs(found), strict=True)
    )


def test_limits_on_both_amounts_are_kept(two_wide: Path) -> None:
    found = run_json(
        "solve", two_wide, "--for", "a=1..9:1,b=1..9:1", "--macs", "< 8K", "--macs", ">=5_000",
        "--parameters", "== 66", "--minimize", "macs",
    )  # fmt: skip
    assert sorted(pairs(found)) == [(6, 8)]  # 3 a + a b = 66 with both at most 9


def test_the_front_has_no_candidate_that_another_beats(tmp_path: Path) -> None:
    """The second layer works on a quarter of the cells, so that its parameters cost less."""
    text = TWO_WIDE.replace("conv 1x1 b bias=false", "conv 1x1 b /2 bias=false")
    found = run_json(
        "solve", written(tmp_path, text), "--for", "a=1..6:1,b=1..6:1", "--limit", "99"
    )
    costs = {
        (a, b): (300 * a + 25 * a * b, -3 * a - a * b) for a in range(1, 7) for b in range(1, 7)
    }
    front = {
        each
        for each in costs.values()
        if not any(o != each and o[0] <= each[0] and o[1] <= each[1] for o in costs.values())
    }
    assert {(each["macs"], -each["parameters"]) for each in found["answers"]} == front
    assert found["best"] == len(front)


def test_inception_v4_gets_its_options(tmp_path: Path) -> None:
    """The polynomials are those that Table 1 leaves open; every row is what `count` says."""
    picture = tmp_path / "front.svg"
    found = run_json(
        "solve", INCEPTION, "--for", "k,l,m,n", "--macs", "<= 12G", "--limit", "3", "-o", picture
    )
    assert found["closed_forms"]["parameters"].startswith("39,800,264 + 4,354 n + 898 m")
    assert found["candidates"] == 19 * 22 * 13 * 19
    for answer in found["answers"]:
        counted = api.count(api.load(INCEPTION, Overrides(answer["values"])))
        assert (counted.parameters, counted.macs) == (answer["parameters"], answer["macs"])
        assert counted.macs <= 12_000_000_000
    drawn = ElementTree.parse(picture).getroot()  # noqa: S314  # our own file
    titles = [each.text or "" for each in drawn.iter("{http://www.w3.org/2000/svg}title")]
    assert sum(title.startswith("k=") for title in titles) == 3


def test_other_commands_take_a_row(two_wide: Path) -> None:
    said = run("solve", two_wide, "--for", "a=1..4:1", "--maximize", "macs").stdout
    command = said.rpartition("to use one: archspec ")[2].split()
    assert command == ["count", str(two_wide), "--set", "a=4"]
    assert run_json(*command)["parameters"] == parameters(4, 8)


def test_what_was_given_is_given_again(two_wide: Path) -> None:
    given = ("--set", "b=4", "--input", "5x5x3")
    said = run("solve", two_wide, *given, "--for", "a=1..4:1", "--maximize", "macs").stdout
    assert said.endswith(f"archspec count {two_wide} --set b=4 --set a=4 --input 5x5x3\n")
    assert "56 parameters, 1,400 MACs" in said  # 3 * 8 + 8 * 4 on 25 cells


def test_options_of_steps_vary_too(tmp_path: Path) -> None:
    text = "archspec: 1\nname: n\ninput: 8x8x3\n"
    text += "parts: {unit: {options: [k], steps: [conv 1x1 k bias=false]}}\n"
    text += "network: [unit 4, unit 5 as last, 2 x unit 6]\n"
    found = run_json(
        "solve", written(tmp_path, text), "--for", "last.k=1..9:1,unit_1.k=6..6", "--maximize",
        "parameters", "--limit", "1",
    )  # fmt: skip
    (answer,) = found["answers"]
    assert answer["values"] == {"last.k": 9, "unit_1.k": 6}
    assert answer["parameters"] == 3 * 4 + 4 * 9 + 9 * 6 + 6 * 6


def test_a_network_costs_what_it_does_alone_whatever_was_counted_before_it(tmp_path: Path) -> None:
    """Of a and b filters the weights are 3 a + a b, which 64 cells meet, and the biases a + b."""
    file = written(
        tmp_path,
        """
archspec: 1
name: units
input: 8x8x3
parts: {unit: {options: [c=4], steps: [conv2d c kernel=1x1]}}
network: [unit as first, unit as second]
""",
    )
    family = Family(locate(str(file)), Overrides(), None, api.load(file))
    for values, a, b in (
        ({"first.c": 8}, 8, 4),
        ({"second.c": 16}, 4, 16),
        ({"first.c": 5, "second.c": 6}, 5, 6),
        ({}, 4, 4),
    ):
        wanted = Amounts(3 * a + a * b + a + b, 64 * (3 * a + a * b))
        assert family.at(values) == wanted == family.checked(values)


def test_what_the_language_refuses_is_no_answer(tmp_path: Path) -> None:
    """Groups divide the 12 channels before them; of 5 and 7 to 11 nothing is said."""
    text = TWO_WIDE.replace("a: 8, b: 8", "a: 12, b: 4").replace("b bias", "24 groups=b bias")
    found = run_json("solve", written(tmp_path, text), "--for", "b=1..12:1", "--limit", "99")
    assert [each["values"]["b"] for each in found["answers"]] == [12, 6, 4, 3, 2, 1][
        : found["best"]
    ]
    assert found["left_out"] == {"b": [5, 7, 8, 9, 10, 11]}
    assert "at even distances" in found["reason"]


@pytest.mark.parametrize(
    ("asked", "values"),
    [
        ("a", [20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 64, 68, 72, 76, 80]),
        ("a=21..41", [24, 28, 32, 36, 40]),
        ("a=21..41:5", [21, 26, 31, 36, 41]),
        ("a=21..22", [21]),
        ("a=37..37", [37]),
    ],
)
def test_steps_that_are_not_given_go_from_the_spec_s_value(
    tmp_path: Path, asked: str, values: list[int]
) -> None:
    """An eighth of 40 is 5, above the power 4."""
    file = written(tmp_path, TWO_WIDE.replace("a: 8", "a: 40"))
    assert run_json("solve", file, "--for", asked)["for"]["a"] == values


def test_each_value_that_bends_a_form_has_one_of_its_own(tmp_path: Path) -> None:
    """Groups divide what a layer costs, so that costs are no polynomial in them."""
    text = TWO_WIDE.replace("a: 8, b: 8", "a: 16, b: 4").replace(
        "conv 1x1 b", "conv 1x1 24 groups=b"
    )
    file = written(tmp_path, text)
    limits = ("--macs", "<= 60K", "--parameters", ">= 100")
    found = run_json("solve", file, "--for", "a=8..96:8,b=1..8:1", *limits, "--limit", "99")
    costs = {(a, b): 3 * a + 24 * a // b for a in range(8, 97, 8) for b in (1, 2, 4, 8)}
    assert (found["apart"], found["candidates"]) == (["b"], len(costs))
    assert found["looked_at"] == len(costs)
    assert found["feasible"] == sum(100 <= each <= 600 for each in costs.values())
    for answer, pair in zip(found["answers"], pairs(found), strict=True):
        assert answer["parameters"] == costs[pair]
    said = run("solve", file, "--for", "a=8..96:8,b=1..8:1").stdout
    assert "closed forms for each of 4 values of b" in said


def test_values_that_hold_only_with_others_are_tried_together(tmp_path: Path) -> None:
    text = TWO_WIDE.replace("a: 8, b: 8", "a: 12, b: 1").replace(
        "conv 1x1 b", "conv 1x1 24 groups=b"
    )
    found = run_json(
        "solve", written(tmp_path, text), "--for", "a=4..12:4,b=1..3:1", "--limit", "99"
    )
    taken = set(pairs(found))
    assert taken
    assert all(a % b == 0 for a, b in taken)


def test_a_closed_form_that_fails_at_an_answer_is_given_up(tmp_path: Path) -> None:
    """One value of 93 has a channel more than a line through the others says."""
    bump = "w+1-min(1,(w-37)*(w-37))"
    text = one_layer("1x1x1", "w: 50", bump)
    found = run_json(
        "solve", written(tmp_path, text), "--for", "w=8..100:1", "--parameters", "<= 37",
        "--maximize", "parameters", "--limit", "3",
    )  # fmt: skip
    assert found["reason"] == "it does not hold at w=37"
    assert [(each["values"]["w"], each["parameters"]) for each in found["answers"]] == [
        (36, 36),
        (35, 35),
        (34, 34),
    ]


def test_where_something_is_rounded_candidates_are_counted(tmp_path: Path) -> None:
    text = one_layer("4x4x3", "w: 20", "round_to(w,8)")
    file = written(tmp_path, text)
    found = run_json(
        "solve", file, "--for", "w=9..40:1", "--parameters", "<= 72", "--maximize", "macs"
    )
    assert "something is rounded" in found["reason"]
    assert [each["parameters"] for each in found["answers"][:2]] == [3 * 24] * 2
    said = run("solve", file, "--for", "w=9..40:1", "--budget", "5").stdout
    assert "5 drawn at random counted" in said


def test_fractions_are_counted(tmp_path: Path) -> None:
    text = one_layer("4x4x3", "width: 1.0", "8*width")
    found = run_json(
        "solve", written(tmp_path, text), "--for", "width=0.25..1.5:0.25", "--limit", "99"
    )
    assert [(each["values"]["width"], each["parameters"]) for each in found["answers"]] == [
        (quarters / 4, 6 * quarters) for quarters in range(1, 7)
    ]


def test_where_nothing_keeps_the_limits_the_nearest_is_told(two_wide: Path) -> None:
    found = run("solve", two_wide, "--for", "a=4..9:1", "--parameters", "<= 40", "--format", "json")
    assert found.exit_code == 1
    record = json.loads(found.stdout)
    assert (record["ok"], record["answers"]) == (False, [])
    assert record["nearest"] == {"values": {"a": 4}, "parameters": 44, "macs": 4400}
    said = run("solve", two_wide, "--for", "a=4..9:1", "--parameters", "<= 40").stdout
    assert "nothing keeps the limits; nearest is a=4, with 44 parameters and 4,400 MACs" in said


def test_a_spec_is_read_from_standard_input() -> None:
    found = run("solve", "-", "--for", "a=1..4:1", "--maximize", "macs", stdin=TWO_WIDE)
    assert found.exit_code == 0
    assert "44" in found.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--for", "q"], "`q` is no param, and no option of a step of the network: there are a, b"),
        (["--for", "a=9..3"], "values go upwards"),
        (["--for", "a=1..9:0"], "in steps above 0"),
        (["--for", "a,a"], "`a` is named twice"),
        (["--for", "a=__import__"], "is no NAME or NAME=LOW..HIGH:STEP"),
        (["--for", "a=1..99999:1,b=1..99:1"], "candidates, of at most 1,000,000"),
        (["--for", ""], "nothing is named"),
        (["--for", "a", "--macs", "12 apples"], "`12 apples` is no bound"),
        (["--for", "a", "--maximize", "macs", "--minimize", "macs"], "contradict each other"),
        (["--for", "a", "-o", "front.png"], "front.png should end in .svg"),
    ],
)
def test_a_mistake_is_answered(two_wide: Path, arguments: list[str], said: str) -> None:
    found = run("solve", two_wide, *arguments)
    assert (found.exit_code, said in found.stderr) == (2, True), found.stderr


def test_a_form_that_any_amount_would_fit_is_no_law(tmp_path: Path) -> None:
    spec = written(tmp_path, one_layer("1x1x1", "w: 8", "round_to(w*w,16)"))
    few, more = (f"w={values}" for values in ("4..12:4", "4..24:4"))
    assert " w^2, at these values of w only" in run("solve", spec, "--for", few).stdout
    assert "only" not in run("solve", spec, "--for", more).stdout


def test_the_answers_of_a_long_front_reach_from_one_end_to_the_other(two_wide: Path) -> None:
    asked = ("solve", two_wide, "--for", "a=1..20,b=1..20")
    whole = pairs(run_json(*asked, "--limit", "400"))
    few = pairs(run_json(*asked, "--limit", "3"))
    assert len(whole) > 3
    assert (few[0], few[-1]) == (whole[0], whole[-1])


def test_the_nearest_candidate_has_the_least_of_its_largest_excesses() -> None:
    limits = (Limit("parameters", bound(">= 10")), Limit("macs", bound("<= 50")))
    half_and_once = (0, Amounts(parameters=5, macs=100))
    fifth_and_twice = (1, Amounts(parameters=8, macs=150))
    assert Goal(limits).nearest([fifth_and_twice, half_and_once]) == half_and_once
