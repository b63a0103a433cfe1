"""What verbs that need a whole network say while they read it."""

from __future__ import annotations

from json import dumps
from pathlib import Path

import pytest

from tests.commands.running import ROOT, run, run_json


@pytest.mark.parametrize("verb", [("count",), ("emit", "--backend", "torch", "--auxiliary")])
def test_a_verb_tells_that_heads_are_left_out_for_the_input_that_it_was_given(
    verb: tuple[str, ...],
) -> None:
    """Inception-v3's head ends in a 5x5 convolution, and of 75 only a grid of 3x3 is left."""
    result = run(*verb, "zoo:inception_v3", "--input", "75x75x3")
    assert result.exit_code == 0
    assert "warning[auxiliary/left-out]" in result.stderr
    assert "warning" not in result.stdout


def test_a_verb_says_nothing_of_heads_that_fit() -> None:
    assert run("count", "zoo:inception_v3").stderr == ""


@pytest.mark.parametrize("change", [("--set", "classes=10"), ("--input", "320x320x3")])
def test_a_verb_says_that_contracts_of_the_spec_as_written_were_left_aside(
    change: tuple[str, str],
) -> None:
    done = run("count", "zoo:inception_v4", *change)
    assert done.exit_code == 0
    assert done.stderr.endswith("contracts were not checked: they state the spec as written\n")
    assert run("count", "zoo:inception_v4").stderr == ""


def test_specs_of_the_zoo_are_called_as_they_were_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("check", "zoo:as_printed/inception_resnet_v2").stdout
    assert "  --> zoo:as_printed/inception_resnet_v2:43:24\n" in told
    sides = ("zoo:inception_v3", "zoo:released/torchvision_inception_v3")
    compared = run("diff", *sides).stdout
    assert f"\n{' -> '.join(sides)}: numerics, renamed\n" in compared
    assert "\n      zoo:released/torchvision_inception_v3:13: stem.conv" in compared
    imported = run_json("diff", "zoo:inception_resnet_v2", "zoo:released/inception_resnet_v2")
    places = {each["after"]["file"] for each in imported["edits"] if each["after"]}
    assert "zoo:released/inception_v4" in places
    assert str(ROOT) not in told + compared + dumps(imported)


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("zoo:inceptionv4", "did you mean `inception_v4` or `inception_v3`?"),
        ("zoo:u-net", "did you mean `u_net`?"),
        ("recipe:smal", "did you mean `small`?"),
        ("zoo:transformer", "it has as_printed/inception_resnet_v2, as_printed/inception_v4, "),
    ],
)
def test_a_name_that_is_nearly_one_of_the_package_is_told(name: str, help: str) -> None:
    assert f"\nhelp: {help}" in run("check", name).output
