"""Commands that pages tell a reader alone have the verbs and options that there are."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click
import pytest

from archspec.commands.main import command
from tests.docs.pages import DOCS, ROOT, Block, blocks

PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md")))


def told(block: Block) -> Iterator[list[str]]:
    """List the arguments of the commands of a block."""
    lines = block.text.replace("\\\n", " ").splitlines()
    found = (line.removeprefix("$ ") for line in lines)
    yield from (
        shlex.split(line, comments=True)[1:] for line in found if line.startswith("archspec ")
    )


def parse(arguments: list[str]) -> click.Command:
    """Read a command as the program does, whether or not its files are there; return its verb."""
    verb: click.Command = command
    while isinstance(verb, click.Group):
        _, found, arguments = verb.resolve_command(click.Context(verb), arguments)
        assert found
        verb = found
    with suppress(click.BadParameter, click.FileError, click.exceptions.Exit):
        verb.make_context(verb.name, list(arguments))
    return verb


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_the_commands_of_a_page_have_verbs_and_options_that_there_are(page: Path) -> None:
    for block in blocks(page):
        if block.language in {"sh", "text", "console"}:
            for arguments in told(block):
                assert parse(arguments).callback, arguments


@pytest.mark.parametrize("line", ["drawn net.yaml", "draw --colour net.yaml"])
def test_a_command_that_there_is_not_is_noticed(line: str) -> None:
    with pytest.raises(click.UsageError):
        parse(line.split())
