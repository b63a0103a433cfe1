"""``archspec fmt``; what the short form is has tests of its own."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.commands.running import ROOT, run, run_json

LONG = """\
archspec: 1
name: net
input: 8x8x3
network:
  - {conv: {kernel: [3, 3], filters: 64}, as: first}  # the first
  - relu
"""
SHORT = LONG.replace("{conv: {kernel: [3, 3], filters: 64}, as: first}", "conv 3x3 64 as first")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Write a spec that is not in its short form."""
    file = tmp_path / "net.yaml"
    file.write_text(LONG)
    return file


def test_a_spec_is_written_in_its_short_form_and_comments_stay(file: Path) -> None:
    result = run("fmt", file)
    assert result.exit_code == 0
    assert "written in its short form" in result.stderr
    assert file.read_text() == SHORT


def test_a_spec_in_its_short_form_is_left_alone(file: Path) -> None:
    file.write_text(SHORT)
    before = file.stat().st_mtime_ns
    result = run("fmt", file)
    assert (result.exit_code, result.output) == (0, "")
    assert file.stat().st_mtime_ns == before


def test_checking_writes_nothing_and_leaves_with_1_where_a_spec_would_change(file: Path) -> None:
    result = run("fmt", "--check", file)
    assert result.exit_code == 1
    assert "net.yaml: not in its short form" in result.stdout
    assert file.read_text() == LONG
    file.write_text(SHORT)
    assert run("fmt", "--check", file).exit_code == 0


def test_a_diff_shows_what_would_change_and_writes_nothing(file: Path) -> None:
    result = run("fmt", "--diff", file)
    assert result.exit_code == 0
    assert "+  - conv 3x3 64 as first  # the first\n" in result.stdout
    assert file.read_text() == LONG
    assert run("fmt", "--diff", "--check", file).exit_code == 1


def test_standard_input_goes_to_standard_output() -> None:
    assert run("fmt", "-", stdin=LONG).stdout == SHORT


def test_a_folder_stands_for_its_specs(file: Path) -> None:
    (file.parent / "other.yaml").write_text(LONG)
    assert run("fmt", file.parent).exit_code == 0
    assert (file.parent / "other.yaml").read_text() == SHORT == file.read_text()


def test_a_spec_that_cannot_be_read_is_left_alone_and_the_others_are_written(file: Path) -> None:
    broken = file.parent / "broken.yaml"
    broken.write_text("archspec: 1\nnetwork: [")
    result = run("fmt", broken, file)
    assert result.exit_code == 1
    assert "error[yaml/bracket]" in result.stderr
    assert broken.read_text() == "archspec: 1\nnetwork: ["
    assert file.read_text() == SHORT


def test_a_file_keeps_its_mode_and_a_link_stays_a_link(file: Path) -> None:
    file.chmod(0o640)
    link = file.with_name("link.yaml")
    link.symlink_to(file.name)
    run("fmt", link)
    assert link.is_symlink()
    assert file.read_text() == SHORT
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_line_ends_stay_as_they_are(file: Path) -> None:
    file.write_bytes(LONG.replace("\n", "\r\n").encode())
    run("fmt", file)
    assert file.read_bytes() == SHORT.replace("\n", "\r\n").encode()


def test_the_zoo_is_in_its_short_form() -> None:
    specs = ROOT / "specs"
    assert run("fmt", "--check", specs, specs / "released", specs / "as_printed").exit_code == 0


def test_programs_are_told_what_changed(file: Path) -> None:
    found = run_json("fmt", "--check", file)
    assert not found["ok"]
    (spec,) = found["specs"]
    assert (spec["spec"], spec["changed"]) == (str(file), True)
    assert "+  - conv 3x3 64 as first  # the first\n" in spec["difference"]
    assert run_json("fmt", file)["ok"]
    assert file.read_text() == SHORT
    assert run_json("fmt", "--check", file) == {
        "ok": True,
        "specs": [{"spec": str(file), "changed": False, "difference": ""}],
        "diagnostics": [],
    }


def test_a_spec_that_cannot_be_read_keeps_no_other_of_its_folder_from_its_short_form(
    file: Path,
) -> None:
    (file.parent / "broken.yaml").write_text("archspec: [1")
    result = run("fmt", file.parent)
    assert result.exit_code == 1
    assert "broken.yaml" in result.stderr
    assert file.read_text() == SHORT
