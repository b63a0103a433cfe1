"""What verbs that need a whole network say while they read it."""

from __future__ import annotations

import pytest

from tests.commands.running import run


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
