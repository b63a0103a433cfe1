"""Committed figures are what their page's commands draw; ``--refresh-golden`` draws them anew."""

from __future__ import annotations

from shlex import split

import pytest

from tests.commands.running import run
from tests.docs.pages import DOCS, ROOT, blocks
from tests.golden_files import Golden

COMMANDS = [
    split(line)[1:]
    for block in blocks(DOCS / "figures.md")
    if block.language == "sh"
    for line in block.text.splitlines()
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[-1])
def test_a_figure_shows_what_its_spec_says(
    command: list[str], golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    if golden.refresh:
        run(*command)
    check = ["--check" if each == "-o" else each for each in command]
    done = run(*check)
    assert done.exit_code == 0, done.stderr


def test_every_figure_of_the_folder_is_on_the_page() -> None:
    page = (DOCS / "figures.md").read_text("utf-8")
    files = sorted((DOCS / "figures").glob("*.svg"))
    assert len(files) == len(COMMANDS)
    assert [file.name for file in files if f"(figures/{file.name})" not in page] == []
