"""The page on adding a backend makes one that works."""

from __future__ import annotations

import shlex
import tomllib
from pathlib import Path

import pytest

from tests.docs.packages import PROGRAM, install, run
from tests.docs.pages import DOCS, ROOT, blocks
from tests.docs.session import agree, commands

BLOCKS = blocks(DOCS / "adding-a-backend.md")
COMMANDS = [each for block in BLOCKS if block.language == "console" for each in commands(block)]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the page's package into a folder."""
    folder = tmp_path_factory.mktemp("package")
    texts = {block.title: block.text for block in BLOCKS if block.title}
    for title, text in texts.items():
        (folder / title).write_text(text, "utf-8")
    install(tomllib.loads(texts["pyproject.toml"])["project"], folder)
    return folder


@pytest.mark.parametrize("command", COMMANDS, ids=[each.line for each in COMMANDS])
def test_a_command_prints_what_the_page_says(package: Path, command: tuple[str, str]) -> None:
    line, expected = command
    path = (package, ROOT, ROOT / "backends")
    found = run(package, path, "-c", PROGRAM, *shlex.split(line)[1:])
    assert agree(expected, found), found
