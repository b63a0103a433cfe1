"""The zoo compared with itself: the laws hold, and what is blamed is to blame."""

from __future__ import annotations

import pytest

import archspec
from archspec.diffs.comparison import Comparison, compare
from archspec.diffs.report import drawn, markdown, record, review_page, text
from tests.diff.laws import assert_laws
from tests.diff.reading import SPECS, load

FILES = sorted([*SPECS.glob("*.yaml"), *SPECS.glob("released/*.yaml")])


@pytest.mark.parametrize("at", range(len(FILES)), ids=lambda at: FILES[at].stem)
def test_any_two_networks_can_be_compared_and_told(at: int) -> None:
    pair = [archspec.load(FILES[each % len(FILES)]) for each in (at, at + 1)]
    assert_laws(pair[0], pair[1])
    comparison = compare(*pair)
    for report in (text.render, markdown.render, record.record, drawn.dot, review_page.html):
        assert report(comparison)
    assert not any(edit.cause.what == "node" for edit in comparison.edits)


def compared(old: str, new: str) -> Comparison:
    return compare(archspec.load(SPECS / old), archspec.load(SPECS / new))


def blamed(comparison: Comparison) -> dict[str, int]:
    """List the parameters that each cause is to blame for."""
    pairs = zip(comparison.edits, comparison.by_edit, strict=True)
    return {str(edit.cause): blame.whole.of("parameters").change for edit, blame in pairs}


def test_fewer_channels_are_blamed_on_the_block_that_gives_them_not_on_counts_behind_it() -> None:
    # Five blocks a of 320 in place of 384 channels (networks of 137,568 and 123,168 parameters).
    found = blamed(compared("inception_resnet_v2.yaml", "released/inception_resnet_v2.yaml"))
    assert found["count of inception_resnet_a: 5 -> 10"] == 5 * 123_168
    # Ten blocks b and four c, of 1088 and 2080 channels.
    assert found["count of inception_resnet_b: 10 -> 20"] == 10 * 1_126_784
    assert found["count of inception_resnet_c: 5 -> 9"] == 4 * 2_035_424


def test_the_152_layers_differ_from_the_50_in_two_counts() -> None:
    # Bottlenecks of 280,064 and 1,117,184 parameters (arXiv:1512.03385, Table 1).
    found = blamed(compared("resnet_50.yaml", "resnet_152.yaml"))
    assert found == {
        "name of the network: resnet_50 -> resnet_152": 0,
        "stage n: 4 -> 8": 4 * 280_064,
        "stage n: 6 -> 36": 30 * 1_117_184,
    }


def test_squeeze_and_excitation_is_what_se_resnet_adds() -> None:
    comparison = compared("resnet_50.yaml", "se_resnet_50.yaml")
    inserted = [edit for edit in comparison.edits if edit.kind == "inserted"]
    assert {str(edit.cause) for edit in inserted} == {"step: squeeze_excitation"}
    assert sum(len(edit.parts) for edit in inserted) == 16
    assert comparison.total.of("parameters").change == 28_088_024 - 25_557_032


def test_inception_v3_of_torchvision_differs_in_numbers_alone() -> None:
    comparison = compared("inception_v3.yaml", "released/torchvision_inception_v3.yaml")
    causes = {str(edit.cause): len(edit.changes) for edit in comparison.edits}
    assert causes == {
        "name of the network: inception_v3 -> torchvision_inception_v3": 0,
        "defaults batch_norm momentum: 0.9997 -> 0.9": 96,
        "defaults avg_pool count_padding: false -> true": 10,
        "dropout rate: 0.2 -> 0.5": 1,
    }
    assert str(comparison.checkpoint.loads) == "yes"


def test_costs_of_branches_that_a_merge_lost_are_those_of_its_step() -> None:
    head = "archspec: 1\nname: small\ninput: 8x8x4\nnetwork: "
    old = "[conv 1x1 4 as a, concat: [conv 1x1 4, conv 3x3 4]]"
    new = "[conv 1x1 4 as a, relu as b, concat from a b]"
    comparison = compare(load(f"{head}{old}"), load(f"{head}{new}"))
    changes = {part.path: part.delta.of("parameters").change for part in comparison.parts}
    # 4*4 + 4 of the one branch and 9*4*4 + 4 of the other.
    assert changes == {"concat": -20 - 148}
