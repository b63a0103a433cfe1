"""``archspec backends``: which there are, and what they refuse."""

from __future__ import annotations

import click

from archspec.commands.arguments import format_option


@click.command(epilog="Example: archspec backends --format json")
@format_option("text", "json", "markdown")
def command(form: str) -> None:
    """List the installed backends, and the operators that each refuses or writes in part."""
    from archspec.commands.backends.run import tell

    tell(form)
