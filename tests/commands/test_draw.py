"""``archspec draw`` as a user meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.running import run

SPEC = """\
archspec: 1
name: tiny
input: 8x8x4
stems:
  stem: [conv 3x3 8]
network:
  - stem
  - global_avg_pool
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.yaml"
    file.write_text(SPEC, "utf-8")
    return file


@pytest.mark.parametrize("name", ["a.svg", "a.png", "a.dot", "a.mmd", "a.html"])
def test_a_file_is_drawn_by_its_ending_and_then_is_current(spec: Path, name: str) -> None:
    file = spec.parent / name
    assert run("draw", spec, "-o", file).exit_code == 0
    assert run("draw", spec, "--check", file).exit_code == 0


def test_check_names_stale_files_and_leaves_with_1(spec: Path) -> None:
    file = spec.parent / "stem.svg"
    run("draw", spec, "--module", "stem", "-o", file)
    spec.write_text(SPEC.replace("3x3 8", "5x5 8"), "utf-8")
    done = run("draw", spec, "--module", "stem", "--check", file)
    assert done.exit_code == 1
    assert "stem.svg is stale: it does not draw tiny as it is now, in this way" in done.stderr


def test_a_file_that_archspec_did_not_draw_is_stale(spec: Path) -> None:
    file = spec.parent / "drawn_by_hand.svg"
    file.write_text("<svg/>", "utf-8")
    assert run("draw", spec, "--check", file).exit_code == 1


def test_several_files_are_checked_at_once(spec: Path) -> None:
    fresh, stale = spec.parent / "a.mmd", spec.parent / "b.mmd"
    run("draw", spec, "-o", fresh)
    run("draw", spec, "--style", "heat", "-o", stale)
    done = run("draw", spec, "--check", fresh, "--check", stale)
    assert done.exit_code == 1
    assert "b.mmd is stale" in done.stderr
    assert "a.mmd" not in done.stderr


def test_without_a_file_the_drawing_goes_to_standard_output(spec: Path) -> None:
    done = run("draw", spec, "--format", "mermaid")
    assert "flowchart BT" in done.stdout
    assert run("draw", spec, "--format", "mmd").stdout == done.stdout
    assert run("draw", spec, "--format", "dot").stdout.startswith("// archspec-drawing sha256:")


def test_what_mermaid_could_not_show_is_said_beside_the_output() -> None:
    options = ("--format", "mermaid", "--depth", "operators", "--unroll")
    done = run("draw", "zoo:resnet_152", *options)
    assert done.exit_code == 0
    assert "resnet_152: folded to one copy of each repeat" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--module", "stam"), "tiny uses no module `stam`; it uses stem"),
        (("-o", "figure.jpg"), "`figure.jpg` has no ending of a picture"),
        (("--depth", "0"), "`0` is no number from 1, and neither `layers` nor `operators`"),
        (("--style", "sepia"), "'sepia' is not one of"),
        (("--check", "nowhere.svg"), "does not exist"),
    ],
    ids=lambda each: str(each[0]) if isinstance(each, tuple) else "",
)
def test_a_wrong_command_says_what_is_right(
    spec: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run("draw", spec, *arguments)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())


def test_writing_and_checking_at_once_is_refused(spec: Path) -> None:
    file = spec.parent / "a.mmd"
    run("draw", spec, "-o", file)
    done = run("draw", spec, "-o", file, "--check", file)
    assert done.exit_code == 2
    assert "choose one" in done.stderr


def test_a_broken_spec_is_refused_with_its_diagnostics(spec: Path) -> None:
    spec.write_text(SPEC.replace("conv 3x3 8", "conv 9x9 8 V"), "utf-8")
    done = run("draw", spec, "--format", "dot")
    assert done.exit_code == 1
    assert "error[" in done.stderr
    assert done.stdout == ""


def test_a_file_that_cannot_be_written_is_said(spec: Path) -> None:
    done = run("draw", spec, "-o", spec.parent / "nowhere" / "a.dot")
    assert done.exit_code == 2
    assert "cannot write" in done.stderr
