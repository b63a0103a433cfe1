"""What holds for every verb: help, nearest names, statuses, no tracebacks."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from archspec.commands.main import VERBS
from archspec.version import __version__
from tests.commands.running import LISTENING, PROGRAM, ROOT, process, run

SPEC = ROOT / "specs/inception_v4.yaml"


def test_help_names_every_verb_and_says_what_it_does() -> None:
    shown = run("--help").stdout
    assert [verb for verb in VERBS if f"{verb} " not in shown] == []
    assert "Find everything that is wrong with specs." in shown


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_a_verb_has_an_example(verb: str) -> None:
    result = run(verb, "--help")
    assert result.exit_code == 0
    assert "Example: " in result.stdout or "Example:" in result.stdout


def test_the_version_is_printed() -> None:
    assert run("--version").stdout == f"archspec {__version__}\n"


def test_a_verb_that_is_not_there_is_a_wrong_command_that_names_the_nearest() -> None:
    result = run("chek", SPEC)
    assert result.exit_code == 2
    assert "there is no verb `chek`: did you mean `check`?" in result.stderr


def test_an_option_that_is_not_there_is_a_wrong_command() -> None:
    result = run("count", SPEC, "--bach", "2")
    assert result.exit_code == 2
    assert "--batch" in result.stderr


@pytest.mark.parametrize("verb", ["count", "show", "check"])
def test_a_file_that_is_not_there_is_a_wrong_command(verb: str, tmp_path: Path) -> None:
    result = run(verb, tmp_path / "net.yaml")
    assert result.exit_code == 2
    assert "net.yaml does not exist" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("verb", ["count", "show", "emit"])
def test_a_broken_spec_leaves_with_1_and_speaks_beside_the_output(verb: str) -> None:
    more = ["--backend", "torch"] if verb == "emit" else []
    result = run(verb, ROOT / "specs/as_printed/inception_resnet_v2.yaml", *more)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "error[residual/channels]" in result.stderr


@pytest.mark.parametrize("verb", ["count", "show"])
def test_programs_find_what_is_wrong_in_the_output(verb: str) -> None:
    spec = ROOT / "specs/as_printed/inception_resnet_v2.yaml"
    result = run(verb, spec, "--format", "json")
    assert result.exit_code == 1
    assert '"code": "residual/channels"' in result.stdout


def test_a_file_of_modules_has_nothing_to_count(tmp_path: Path) -> None:
    file = tmp_path / "blocks.yaml"
    file.write_text("archspec: 1\nblocks: {unit: [conv 3x3 4]}\n")
    result = run("count", file)
    assert result.exit_code == 1
    assert "holds modules and no network" in result.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("classes", "`classes` is not NAME=VALUE"),
        ("classes=", "`classes=` is not NAME=VALUE"),
        ("classes=two words", "`two words` is not a number, a word"),
        ("classes=null", "`null` is not a number, a word"),
    ],
)
def test_a_setting_is_a_name_and_a_value(text: str, message: str) -> None:
    result = run("count", SPEC, "--set", text)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


def test_a_param_that_the_spec_does_not_have_is_a_wrong_command() -> None:
    result = run("count", SPEC, "--set", "clases=10")
    assert result.exit_code == 2
    assert "the spec has no param `clases`" in result.stderr
    assert "did you mean `classes`?" in result.stderr


@pytest.mark.parametrize("shape", ["299", "299x299", "0x299x3", "299x299x3x1", "9" * 5000 + "x3x3"])
def test_an_input_that_is_no_map_is_a_wrong_command_or_does_not_fit(shape: str) -> None:
    result = run("count", SPEC, "--input", shape)
    assert result.exit_code == (1 if shape == "299" else 2)
    assert isinstance(result.exception, SystemExit)


def test_an_input_that_the_spec_does_not_have_is_a_wrong_command() -> None:
    result = run("count", SPEC, "--input", "image=299x299x3")
    assert result.exit_code == 2
    assert "the spec has no input `image`" in result.stderr
    assert "its inputs are input" in result.stderr


def test_a_spec_of_several_inputs_is_told_which_one_is_meant(tmp_path: Path) -> None:
    file = tmp_path / "two.yaml"
    file.write_text(
        "archspec: 1\nname: two\ninput: {left: 8x8x3, right: 8x8x3}\n"
        "network: [conv 1x1 4 from left as a, conv 1x1 4 from right as b, add from a b]\n"
    )
    assert run("count", file, "--input", "16x16x3").exit_code == 2
    assert run("count", file, "--input", "left=16x16x3").exit_code == 1
    both = ("--input", "left=16x16x3", "--input", "right=16x16x3")
    assert run("count", file, *both).exit_code == 0


def test_a_spec_may_come_from_standard_input() -> None:
    result = run("count", "-", stdin=SPEC.read_bytes())
    assert "42,679,816" in result.stdout


def test_a_spec_of_the_zoo_is_found_by_its_name() -> None:
    assert "42,679,816" in run("count", "zoo:inception_v4").stdout
    assert "55,843,464" in run("count", "zoo:released/inception_resnet_v2").stdout


def test_a_reader_that_leaves_early_is_no_trouble() -> None:
    producer = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "schema"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert producer.stdout is not None
    assert producer.stderr is not None
    producer.stdout.read(10)
    producer.stdout.close()
    assert producer.stderr.read() == b""
    producer.stderr.close()
    producer.wait()


MORE_THAN_A_PIPE_HOLDS = 2**20


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_an_output_without_room_is_told_in_a_line() -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [sys.executable, "-c", PROGRAM, "check", "zoo:vgg_16"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            cwd=ROOT,
        )
    assert result.returncode == 2
    assert result.stderr == b"Error: cannot write: No space left on device\n"


def test_a_library_of_weights_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "safetensors", None)
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"\x02\0\0\0\0\0\0\0{}")
    result = run("weights", "inspect", file)
    assert result.exit_code == 2
    assert "weights need safetensors, which is not installed: pip install" in result.stderr


def test_a_library_for_editors_that_is_not_installed_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "lsprotocol", None)
    monkeypatch.delitem(sys.modules, "archspec.commands.lsp.server", raising=False)
    result = run("lsp")
    assert result.exit_code == 2
    assert "answering editors needs lsprotocol, which is not installed" in result.stderr
    assert "pip install '.[lsp]'" in result.stderr


def test_an_interrupt_leaves_with_the_status_that_shells_give_it() -> None:
    waiting = subprocess.Popen(
        [sys.executable, "-c", f"{LISTENING}; {PROGRAM}", "check", "-"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert waiting.stdin is not None
    waiting.stdin.write(b"#" * MORE_THAN_A_PIPE_HOLDS)  # returns when the verb has begun to read
    waiting.stdin.flush()
    waiting.send_signal(signal.SIGINT)
    _, shown = waiting.communicate()
    assert waiting.returncode == 130
    assert b"Traceback" not in shown


def test_an_output_that_lacks_a_character_shows_it_by_its_number() -> None:
    text = "archspec: 1\nname: net\ninput: 8x8x3\nnetwork: [中]\n".encode()
    done = process("check", "-", stdin=text, PYTHONIOENCODING="latin-1")
    assert done.returncode == 1
    assert b"\\u4e2d" in done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_each_shell(shell: str) -> None:
    assert "_ARCHSPEC_COMPLETE" in run("completion", shell).stdout


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("archspec co", {"count", "completion"}),
        ("archspec count zoo:inception_v", {"zoo:inception_v3", "zoo:inception_v4"}),
        ("archspec count zoo:mobilenet_v3#mobilenet_v3_s", {"zoo:mobilenet_v3#mobilenet_v3_small"}),
        ("archspec explain residual/", {"residual/grid", "residual/channels"}),
        ("archspec operators depthw", {"depthwise_conv"}),
        ("archspec count --by op", {"operator"}),
        ("archspec recipes rms", {"rmsprop"}),
        ("archspec train net.yaml --recipe recipe:s", {"recipe:small"}),
    ],
)
def test_verbs_specs_codes_and_words_are_completed(words: str, offered: set[str]) -> None:
    last = str(len(words.split()) - 1)
    done = process(_ARCHSPEC_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=last)
    assert {line.split(",")[1] for line in done.stdout.decode().split()} == offered


def test_a_program_that_spoils_the_folder_is_named_before_anything_else(tmp_path: Path) -> None:
    from archspec.commands.installation import foreign_installation

    (tmp_path / "cpu").mkdir()
    assert "another project of this name" in str(foreign_installation(tmp_path))
