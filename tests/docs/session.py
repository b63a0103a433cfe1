"""A reader at the prompt: the files, the commands and the Python of a page, in order."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path
from shutil import copytree
from typing import NamedTuple

from tests.commands.running import run
from tests.docs.pages import ROOT, Block


class Command(NamedTuple):
    """A command and what a page says that it prints; ``...`` stands for anything."""

    line: str
    expected: str


def prepare(folder: Path) -> None:
    """Lay out what a reader has: a repository with the specs of the zoo."""
    (folder / ".git").mkdir()
    copytree(ROOT / "specs", folder / "specs")


def commands(block: Block) -> Iterator[Command]:
    """List the commands of a block, each with what follows it."""
    for part in f"\n{block.text}".split("\n$ ")[1:]:
        line, _, expected = part.partition("\n")
        yield Command(line, expected.strip("\n"))


def printed(line: str) -> str:
    """Run a command in the folder that the test is in; return what it prints."""
    program, *arguments = shlex.split(line)
    assert program == "archspec", f"only archspec is run in a page, not {line}"
    return run(*arguments).output.strip("\n")


def agree(expected: str, found: str) -> bool:
    """Whether what was found is what was expected."""
    return OutputChecker().check_output(f"{expected}\n", f"{found}\n", ELLIPSIS)


def python_session(blocks: list[Block], folder: Path) -> str:
    """Run the sessions of a page one after another in a Python of their own."""
    file = folder / "session.txt"
    file.write_text("\n".join(block.text for block in blocks), "utf-8")
    path = os.pathsep.join((str(ROOT), str(ROOT / "backends"), str(folder)))
    done = subprocess.run(
        [sys.executable, "-m", "doctest", "-o", "ELLIPSIS", file.name],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.stdout + done.stderr
