"""``archspec count --symbolic``."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from pathlib import Path
from random import Random
from typing import Any

import pytest

from archspec import api
from archspec.language.document.overrides import Overrides
from tests.commands.running import ROOT, run, run_json

SPECS = ROOT / "specs"
INCEPTION = SPECS / "inception_v4.yaml"
BY_HAND = """
archspec: 1
name: small
input: 8x8x3
params: {w: 4, n: 2, act: relu, rate: 0.5}
network:
  - conv 3x3 w norm=batch_norm activation=act
  - n x conv 1x1 w
  - global_avg_pool
  - dropout rate
  - dense 10
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(BY_HAND, "utf-8")
    return file


def value(form: Any, values: dict[str, int]) -> Fraction:
    """Compute a polynomial of the JSON twin."""
    amounts = (
        Fraction(term["coefficient"])
        * prod(values[name] ** power for name, power in term["powers"].items())
        for term in form["terms"]
    )
    return sum(amounts, Fraction(0))


def test_inception_v4_is_a_polynomial_in_the_numbers_of_its_table_1() -> None:
    printed = run("count", INCEPTION, "--symbolic", "--for", "k,l,m,n").stdout
    assert (
        "parameters = 39,800,264 + 4,354 n + 898 m + 2 l + 9 l m + 386 k + 9 k l\n"
        "MACs = 10,991,085,664 + 1,257,728 n + 258,944 m + 2,601 l m + 470,400 k + 11,025 k l\n"
    ) in printed


def test_a_network_computed_by_hand_in_width_and_repeats(small: Path) -> None:
    """A norm has 2 w; n convolutions w * w and w biases each; a dense layer 10 w and 10."""
    found = run_json("count", small, "--symbolic")
    assert found["for"] == {"w": 4, "n": 2}
    assert found["parameters"]["text"] == "10 + 39 w + w n + w^2 n"
    assert found["macs"]["text"] == f"{64 * 27 + 10:,} w + 64 w^2 n"
    assert found["parameters"]["terms"][3] == {"coefficient": 1, "powers": {"w": 2, "n": 1}}


def test_all_else_is_as_set(small: Path) -> None:
    found = run_json("count", small, "--symbolic", "--for", "n", "--set", "w=8")
    assert found["parameters"]["text"] == f"{10 + 39 * 8} + {64 + 8} n"


def test_heads_that_are_for_training_alone_are_in_no_closed_form(tmp_path: Path) -> None:
    """Without the head, 3 w + w and 5 w + 5 numbers, which 64 cells and one vector meet."""
    file = tmp_path / "headed.yaml"
    file.write_text(
        "archspec: 1\nname: headed\ninput: 8x8x3\nparams: {w: 4}\n"
        "network: [conv2d w kernel=1x1 as c, global_avg_pool, dense 5]\n"
        "auxiliary: {side: {from: c, steps: [global_avg_pool, dense 10]}}\n"
    )
    found = run_json("count", file, "--symbolic")
    assert found["parameters"]["text"] == "5 + 9 w"
    assert found["macs"]["text"] == f"{64 * 3 + 5} w"


def test_a_param_in_which_something_is_rounded_has_none(tmp_path: Path) -> None:
    file = tmp_path / "rounded.yaml"
    file.write_text(BY_HAND.replace("conv 3x3 w", "conv 3x3 round_to(w,8)"), "utf-8")
    found = run_json("count", file, "--symbolic", "--for", "w")
    assert "something is rounded" in found["macs"]["reason"]
    assert found["checked"] == []
    assert "parameters: no polynomial was found" in run("count", file, "--symbolic").stdout


@pytest.mark.parametrize(
    ("spec", "names", "steps"),
    [
        ("densenet_121", ["classes", "growth"], [1, 4]),
        ("hrnet_w18", ["w"], [1]),
        ("small/inception", ["w", "a", "b", "c"], [1, 1, 1, 1]),
        ("mobilenet_v2", ["stage_3.c", "stage_4.n", "separable.c"], [8, 1, 2]),
        ("resnet", ["layer_2.f", "layer_4.n", "classes"], [4, 1, 1]),
    ],
)
def test_the_polynomials_are_what_count_finds_at_random_points(
    spec: str, names: list[str], steps: list[int]
) -> None:
    file, random = SPECS / f"{spec}.yaml", Random(spec)  # noqa: S311
    found = run_json("count", file, "--symbolic", "--for", ",".join(names))
    for _ in range(3):
        moved = {
            name: found["for"][name] + step * random.randrange(9)
            for name, step in zip(names, steps, strict=True)
        }
        counted = api.count(api.load(file, Overrides(params=moved)))
        assert value(found["parameters"], moved) == counted.parameters
        assert value(found["macs"], moved) == counted.macs


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--symbolic", "--for", "q"],
            "no option of a step of the network: there are classes, k, l, m, n",
        ),
        (["--symbolic", "--for", "input"], "no amount is a polynomial in its size"),
        (["--symbolic", "--by", "layer"], "--symbolic does not go with --by"),
        (["--for", "k"], "add --symbolic"),
    ],
)
def test_a_mistake_is_answered(arguments: list[str], said: str) -> None:
    found = run("count", INCEPTION, *arguments)
    assert found.exit_code == 2
    assert said in found.stderr


def test_where_several_names_have_no_polynomial_fewer_are_offered(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    network = "params: {c: 4, g: 2}\nnetwork: [conv 3x3 c, conv 3x3 c groups=g]\n"
    spec.write_text(f"archspec: 1\nname: net\ninput: 4x4x3\n{network}")
    found = run("count", spec, "--symbolic").stdout
    assert "no polynomial was found; the spec does not hold at " in found
    assert "fewer names may have one: --for c" in found
    assert "parameters = 29 c + 9/2 c^2" in run("count", spec, "--symbolic", "--for", "c").stdout


def test_a_spec_without_any_number_to_name_is_told_how_to_have_one(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text("archspec: 1\nname: net\ninput: 4x4x3\nnetwork: [conv 1x1 2]\n")
    found = run("count", spec, "--symbolic")
    assert found.exit_code == 2
    assert "declare one, `params: {width: 64}`" in found.stderr


def test_a_value_that_is_no_whole_number_is_refused(small: Path) -> None:
    found = run("count", small, "--symbolic", "--for", "rate")
    assert (found.exit_code, "`rate` is 0.5, which is no whole number" in found.stderr) == (2, True)
