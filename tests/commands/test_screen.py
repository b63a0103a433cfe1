"""What a terminal gets, and what the environment can ask for."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys

import pytest

from archspec.commands.screen import has_colours
from tests.commands.running import PROGRAM, ROOT, process

SPEC = "specs/inception_resnet_v2.yaml"
VARIABLES = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TERM")


class Terminal(io.StringIO):
    """A stream that says of itself that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "terminal", "pipe"),
    [
        ({}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    ],
)
def test_the_environment_asks_for_colours_and_against_them(
    environment: dict[str, str], terminal: bool, pipe: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert (has_colours(Terminal()), has_colours(io.StringIO())) == (terminal, pipe)


@pytest.mark.parametrize("verb", ["show", "count"])
def test_colours_that_are_forced_reach_a_pipe(verb: str) -> None:
    done = process(verb, SPEC, FORCE_COLOR="1", NO_COLOR="", COLUMNS="80")
    assert b"\x1b[1;33m" in done.stdout
    assert b"\x1b" not in process(verb, SPEC, FORCE_COLOR="", CLICOLOR_FORCE="").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", SPEC],
        ["count", SPEC],
        ["operators"],
        ["explain"],
        ["explain", "yaml/tab"],
        ["diff", "zoo:resnet_50", "zoo:se_resnet_50"],
    ],
)
@pytest.mark.parametrize("columns", [80, 60])
def test_every_line_fits_a_terminal(arguments: list[str], columns: int) -> None:
    lines = on_terminal(arguments, columns)
    assert max(map(len, lines)) <= columns


def test_a_report_is_broken_between_words_and_never_before_a_percent_sign() -> None:
    diff = ["diff", "zoo:resnet_50", "zoo:se_resnet_50"]
    narrow, wide = (on_terminal(diff, columns) for columns in (60, 400))
    assert len(narrow) > len(wide)
    assert " ".join(narrow).split()[:20] == " ".join(wide).split()[:20]
    assert not any(line.lstrip().startswith("%") for line in narrow)


def test_names_are_whole_on_a_terminal_of_80_columns() -> None:
    for verb in ("show", "count"):
        names = {line.split()[0] for line in on_terminal([verb, SPEC], 80) if line.strip()}
        assert {f"inception_resnet_{each}" for each in "abc"} <= names


def test_equal_copies_are_one_row_that_stands_for_each() -> None:
    lines = on_terminal(["count", SPEC], 140)
    (whole,) = [line.split() for line in lines if line.startswith("inception_resnet_a ")]
    (each,) = [line.split() for line in lines if line.startswith("inception_resnet_a.")]
    assert whole[:4] == ["inception_resnet_a", "5", "x", "inception_resnet_a"]
    assert each[0] == "inception_resnet_a.*"
    assert int(whole[5].replace(",", "")) == 5 * int(each[3].replace(",", ""))


@pytest.mark.parametrize("verb", ["show", "count"])
def test_on_the_narrowest_screen_columns_go_before_names_do(verb: str) -> None:
    lines = on_terminal([verb, SPEC], 40)
    table = lines[next(at for at, line in enumerate(lines) if "parameters  " in f"{line}  ") :]
    table = [line for line in table if line.startswith("inception_resnet_")]
    assert {line.split()[0].removesuffix(".*") for line in table} >= {
        f"inception_resnet_{each}" for each in "abc"
    }
    assert max(map(len, table)) <= 40


def on_terminal(arguments: list[str], columns: int) -> list[str]:
    """Run a command on a terminal of so many columns, and read its lines without colours."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PROGRAM, *arguments]
    with subprocess.Popen(
        command, stdout=theirs, stderr=theirs, stdin=theirs, cwd=ROOT, env=environment
    ):
        os.close(theirs)
        found = read(ours)
    return found.decode().replace("\r\n", "\n").splitlines()


def read(terminal: int) -> bytes:
    """Read until the other side of a terminal is closed, which Linux tells by an error."""
    with os.fdopen(terminal, "rb", buffering=0) as stream:
        parts: list[bytes] = []
        while True:
            try:
                part = stream.read(65536)
            except OSError:
                return b"".join(parts)
            if not part:
                return b"".join(parts)
            parts.append(part)
