"""``archspec git``: architecture where git shows text."""

from __future__ import annotations

from pathlib import Path

import click

FILE = click.Path(path_type=Path)


@click.group(epilog="Example: archspec git install 'specs/**/*.yaml'")
def command() -> None:
    """Let `git diff` and `git log -p` show architecture."""


@command.command(epilog="Example: archspec git install 'specs/**/*.yaml'")
@click.argument("patterns", nargs=-1)
def install(patterns: tuple[str, ...]) -> None:
    """Enter a diff driver into the repository's configuration, and PATTERNS into .gitattributes.

    Without PATTERNS, the folders of the specs that git tracks are entered. The attributes can be
    committed; the configuration is each clone's own, so everybody installs once.
    """
    from archspec.commands.git.install import install

    install(patterns)


@command.command(epilog="Example: archspec git uninstall")
def uninstall() -> None:
    """Take the diff driver and its attributes out again."""
    from archspec.commands.git.install import uninstall

    uninstall()


@command.command(epilog="Example: archspec git review origin/main")
@click.argument("base")
def review(base: str) -> None:
    """Write what changed in all specs since BASE as Markdown; nothing where no network changed.

    Compared are the working tree and the commit in which it parted from BASE. A spec changes with
    the files that it imports.
    """
    from archspec.commands.git.review import review

    review(base)


@command.command(hidden=True, context_settings={"ignore_unknown_options": True})
@click.argument("file", type=FILE)
def listing(file: Path) -> None:
    """Write FILE as a listing of its steps, which git compares (textconv)."""
    from archspec.commands.git.driver import listing

    listing(file)


@command.command(hidden=True, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1)
def difference(arguments: tuple[str, ...]) -> None:
    """Compare two versions of a file as git asks an external diff program to."""
    from archspec.commands.git.driver import difference

    difference(arguments)
