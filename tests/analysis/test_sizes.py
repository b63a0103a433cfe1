"""Which square inputs fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec import checked
from archspec.analysis.sizes import runs
from archspec.location import locate


def accepted(text: str, candidates: range, folder: Path) -> tuple[int, ...]:
    file = folder / "net.yaml"
    file.write_text(f"archspec: 1\nname: net\n{text}")
    return checked.sizes(locate(str(file)), candidates)


@pytest.mark.parametrize(
    "spec", ["inception_v4", "inception_resnet_v1", "inception_resnet_v2", "inception_v3"]
)
def test_the_inception_family_starts_at_75_as_its_stem_says(spec: str) -> None:
    found = checked.sizes(locate(f"zoo:{spec}"), range(64, 513))
    assert found == tuple(range(75, 513))


def test_u_net_takes_multiples_of_16_since_it_halves_four_times() -> None:
    found = checked.sizes(locate("zoo:u_net"), range(64, 513))
    assert found == tuple(range(64, 513, 16))


def test_vgg_halves_five_times_and_its_dense_weights_follow_the_grid() -> None:
    assert checked.sizes(locate("zoo:vgg_16"), range(30, 40)) == tuple(range(32, 40))


def test_a_promise_that_a_size_breaks_refuses_the_size(tmp_path: Path) -> None:
    text = "input: 8x8x3\nreductions: {half: [max_pool 2x2 /2]}\nnetwork: [half]\n"
    assert accepted(text, range(1, 5), tmp_path) == (2, 3, 4)


def test_a_promise_is_held_against_the_first_input_and_by_every_output(tmp_path: Path) -> None:
    text = (
        "input: 8x8x3\nreductions:\n  half:\n    inputs: [a, b]\n    outputs: [c, d]\n"
        "    steps: [max_pool 1x1 /2 from a as c, max_pool 1x1 /2 from b as d]\n"
        "network: [avg_pool 1x1 /3 as e, half from input e as h]\noutputs: [h.c, h.d]\n"
    )
    assert accepted(text, range(1, 13), tmp_path) == tuple(range(2, 13))
    turned = text.replace("from input e", "from e input")  # ceil(n / 2) is above ceil(n / 3)
    assert accepted(turned, range(2, 13), tmp_path) == ()


def test_channels_that_follow_the_grid_are_looked_at_anew(tmp_path: Path) -> None:
    text = "input: 4x4x3\nnetwork:\n  - flatten\n  - residual: [dense 48]\n"
    assert accepted(text, range(1, 9), tmp_path) == (4,)


def test_the_declared_input_need_not_fit_itself(tmp_path: Path) -> None:
    text = "input: 3x3x3\nnetwork: [conv 5x5 8 V]\n"
    assert accepted(text, range(1, 9), tmp_path) == (5, 6, 7, 8)


def test_nothing_fits_where_nothing_can(tmp_path: Path) -> None:
    text = "input: 8x8x3\nnetwork: [conv 9x9 8 V]\n"
    assert accepted(text, range(1, 9), tmp_path) == ()


def test_sizes_are_written_as_runs() -> None:
    assert [str(run) for run in runs([75, 76, 77])] == ["75..77"]
    assert [str(run) for run in runs([64, 80, 96])] == ["64..96 in steps of 16"]
    assert [str(run) for run in runs([5, 7, 8, 9, 20, 30])] == ["5", "7..9", "20", "30"]
    assert runs([]) == ()
