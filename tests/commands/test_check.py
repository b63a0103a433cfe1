"""``archspec check``."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.running import PROGRAM, ROOT, process, run, run_json

SPECS = ROOT / "specs"
PRINTED = SPECS / "as_printed/inception_resnet_v2.yaml"


def test_the_zoo_keeps_its_contracts() -> None:
    result = run("check", SPECS, SPECS / "released")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert sum(".yaml: ok" in line for line in lines) == len(
        [*SPECS.glob("*.yaml"), *SPECS.glob("released/*.yaml")]
    )


def test_a_folder_means_its_own_specs_and_not_those_of_the_folders_in_it(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/broken.yaml").write_text("nothing")
    (tmp_path / "net.yaml").write_bytes((SPECS / "vgg_16.yaml").read_bytes())
    assert run("check", tmp_path).exit_code == 0


def test_one_wrong_spec_among_several_leaves_with_1_and_the_others_are_told_of() -> None:
    result = run("check", PRINTED, SPECS / "vgg_16.yaml")
    assert result.exit_code == 1
    assert "2 errors" in result.stdout
    assert "vgg_16.yaml: ok" in result.stdout


def test_a_file_that_is_not_there_leaves_with_2_and_the_others_are_checked(tmp_path: Path) -> None:
    result = run("check", tmp_path / "gone.yaml", PRINTED)
    assert result.exit_code == 2
    assert "gone.yaml does not exist" in result.stdout
    assert "error[residual/channels]" in result.stdout


def test_programs_get_every_key_of_a_diagnostic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = run_json("check", "specs/as_printed/inception_resnet_v2.yaml")
    assert found["ok"] is False
    first, second = found["diagnostics"]
    assert {key: first[key] for key in ("code", "severity", "message", "file", "help")} == {
        "code": "residual/channels",
        "severity": "error",
        "message": "the shortcut has 1152 channels, the residual 1154",
        "file": "specs/as_printed/inception_resnet_v2.yaml",
        "help": "write 1152, or `in_channels`, which always fits",
    }
    assert second["labels"][0]["text"] == "the residual gets its 2048 channels here"
    line = (ROOT / first["file"]).read_text().splitlines()[first["line"] - 1]
    assert line[first["column"] - 1 : first["end_column"] - 1] == "1154"


def test_programs_are_told_which_specs_are_fine() -> None:
    found = run_json("check", SPECS / "vgg_16.yaml", PRINTED)
    assert [spec["ok"] for spec in found["specs"]] == [True, False]


def test_modules_alone_are_fine_and_the_output_says_so(tmp_path: Path) -> None:
    file = tmp_path / "blocks.yaml"
    file.write_text("archspec: 1\nblocks: {unit: [conv 3x3 4]}\n")
    result = run("check", file)
    assert result.exit_code == 0
    assert "it holds modules and no network" in result.stdout


def test_contracts_are_not_checked_under_another_input_and_the_output_says_so() -> None:
    result = run("check", SPECS / "inception_v4.yaml", "--input", "331x331x3")
    assert result.exit_code == 0
    assert "contracts were not checked" in result.stdout
    assert "contracts were not checked" not in run("check", SPECS / "inception_v4.yaml").stdout


def test_a_spec_of_the_zoo_is_called_as_it_was_asked_for() -> None:
    assert run("check", "zoo:vgg_16").stdout == "zoo:vgg_16: ok\n"
    assert run_json("check", "zoo:vgg_16")["specs"][0]["spec"] == "zoo:vgg_16"


def test_an_empty_name_is_a_wrong_command() -> None:
    result = run("check", "")
    assert result.exit_code == 2
    assert "a spec's name is empty" in result.stdout


def test_nothing_is_said_of_contracts_where_there_are_none(tmp_path: Path) -> None:
    spec = tmp_path / "plain.yaml"
    spec.write_text("archspec: 1\nname: plain\ninput: 8x8x3\nnetwork: [relu]\n")
    assert run("check", spec, "--input", "9x9x3").stdout == f"{spec}: ok\n"


def test_contracts_are_not_checked_under_other_params() -> None:
    result = run("check", SPECS / "inception_v4.yaml", "--set", "classes=10")
    assert result.exit_code == 0
    assert "contracts were not checked" in result.stdout


def test_sizes_are_told_as_ranges_the_inception_family_starting_at_75() -> None:
    result = run("check", SPECS / "inception_v4.yaml", "--sizes", "64..512")
    assert result.exit_code == 0
    assert "square inputs of 75..512 fit" in result.stdout


def test_sizes_for_programs_have_first_last_and_step() -> None:
    found = run_json("check", SPECS / "u_net.yaml", "--sizes", "64..512")
    assert found["specs"][0]["sizes"] == [{"first": 64, "last": 512, "step": 16}]


def test_sizes_that_never_fit_are_an_error() -> None:
    result = run("check", SPECS / "inception_v4.yaml", "--sizes", "16..32")
    assert result.exit_code == 1
    assert "no square input of 16..32 fits" in result.stdout


@pytest.mark.parametrize("sizes", ["64", "64-512", "512..64", "0..9", "1..99999", "..", "a..b"])
def test_sizes_that_are_no_range_are_a_wrong_command(sizes: str) -> None:
    assert run("check", SPECS / "vgg_16.yaml", "--sizes", sizes).exit_code == 2


def test_a_file_is_checked_as_it_was_at_a_revision_of_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    good = "archspec: 1\nname: net\ninput: 8x8x3\nimport: {unit.yaml: [unit]}\nnetwork: [unit]\n"
    Path("net.yaml").write_text(good)
    Path("unit.yaml").write_text("archspec: 1\nblocks: {unit: [conv 3x3 4]}\n")
    for command in (
        ["init", "--quiet"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "first"],
    ):
        subprocess.run(["git", *command], check=True, capture_output=True)
    Path("unit.yaml").write_text("archspec: 1\nblocks: {unit: [conv 3x3]}\n")
    assert run("check", "net.yaml").exit_code == 1
    assert "HEAD:net.yaml: ok" in run("check", "HEAD:net.yaml").stdout
    assert "no git revision `nowhere` here" in run("check", "nowhere:net.yaml").stdout
    assert run("check", "HEAD:gone.yaml").exit_code == 2
    assert run("check", "--exec=true:net.yaml").exit_code == 2


def test_the_root_decides_how_far_imports_may_reach(tmp_path: Path) -> None:
    (tmp_path / "nets").mkdir()
    (tmp_path / "unit.yaml").write_text("archspec: 1\nblocks: {unit: [conv 3x3 4]}\n")
    net = tmp_path / "nets/net.yaml"
    net.write_text(
        "archspec: 1\nname: net\ninput: 8x8x3\nimport: {../unit.yaml: [unit]}\nnetwork: [unit]\n"
    )
    assert "leads out of the root folder" in run("check", net).stdout
    assert run("check", net, "--root", tmp_path).exit_code == 0
    assert run("check", net, "--root", tmp_path / "gone").exit_code == 2


def test_a_workflow_on_github_gets_nothing_where_nothing_is_wrong() -> None:
    assert run("check", SPECS / "vgg_16.yaml", "--format", "github").stdout == ""


def _on_a_terminal(**environment: str) -> bytes:
    """Check a wrong spec with a terminal for its output, and read what it shows."""
    master, terminal = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "check", str(PRINTED)],
        cwd=ROOT,
        stdout=terminal,
        env={**os.environ, "TERM": "xterm", **environment},
    )
    os.close(terminal)
    shown = b""
    while part := _read(master):
        shown += part
    done.wait()
    os.close(master)
    return shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that the other end is closed
        return b""


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_a_terminal_gets_colours_unless_its_user_wants_none() -> None:
    assert b"\x1b[1;31merror[residual/channels]" in _on_a_terminal()
    assert b"\x1b" not in _on_a_terminal(NO_COLOR="1")
    assert b"\x1b" not in _on_a_terminal(TERM="dumb")


def test_a_pipe_gets_no_colours() -> None:
    assert b"\x1b" not in process("check", PRINTED).stdout


def test_json_is_one_document_even_where_a_file_is_missing() -> None:
    found = json.loads(run("check", "gone.yaml", "--format", "json").stdout)
    assert found["diagnostics"][0]["code"] == "file/not-found"
    assert found["diagnostics"][0]["file"] is None


def test_contracts_inside_imported_modules_hold_in_their_own_files_and_the_output_says_so() -> None:
    note = "contracts inside imported modules hold in their own files"
    assert note in run("check", SPECS / "inception_resnet_v2.yaml").stdout
    assert note not in run("check", SPECS / "inception_v4.yaml").stdout
