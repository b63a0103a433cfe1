"""Committed figures are what their page's commands draw; ``--refresh-golden`` draws them anew."""

from __future__ import annotations

import re
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


PAGES = (ROOT / "README.md", *DOCS.glob("*.md"))


def test_every_figure_of_the_folder_is_drawn_by_a_command_and_shown() -> None:
    noted = [block.notes.get("draws", "") for page in PAGES for block in blocks(page)]
    drawn = {name.rpartition("/")[2] for name in (*noted, *(each[-1] for each in COMMANDS)) if name}
    shown = "".join(page.read_text("utf-8") for page in PAGES)
    names = {file.name for file in (DOCS / "figures").glob("*.svg")}
    assert names == drawn
    assert [name for name in names if not re.search(rf"figures/{name}[)\"]", shown)] == []
