"""``archspec show``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.running import ROOT, run, run_json
from tests.golden_files import Golden

SPECS = ROOT / "specs"
SHOWN = ROOT / "tests/golden/show"


@pytest.mark.parametrize(
    ("spec", "depth"), [("inception_v4", 1), ("inception_resnet_v2", 6), ("inception_v3", 1)]
)
def test_a_network_is_a_table_of_its_steps(
    spec: str, depth: int, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    result = run("show", f"specs/{spec}.yaml", "--depth", str(depth))
    golden.assert_kept(SHOWN / f"{spec}.txt", result.stdout)


def test_programs_get_the_same_rows() -> None:
    found = run_json("show", SPECS / "inception_v4.yaml")
    assert [(row["step"], row["times"], row["parameters"]) for row in found["rows"]][:3] == [
        ("stem", 1, 605_728),
        ("4 x inception_a", 4, 1_270_528),
        ("reduction_a k=192 l=224 m=256 n=384", 1, 2_306_112),
    ]


def test_the_rows_at_the_top_sum_to_the_total() -> None:
    found = run_json("show", SPECS / "inception_resnet_v2.yaml")
    assert sum(row["parameters"] for row in found["rows"]) == found["parameters"] == 32_433_928


def test_a_depth_below_one_is_a_wrong_command() -> None:
    assert run("show", SPECS / "vgg_16.yaml", "--depth", "0").exit_code == 2


def test_what_a_terminal_would_obey_in_a_source_is_escaped(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_text('archspec: 1\nname: net\nsource: "\\e[31m"\ninput: 8x8x3\nnetwork: [relu]\n')
    assert "\x1b" not in run("show", file).stdout
    assert "\\x1b[31m" in run("show", file).stdout
