"""``archspec operators``: the reference of the language's words."""

from __future__ import annotations

import click

from archspec.commands.arguments import format_option


def _complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    from archspec.language.syntax.words import known_words

    return [word for word in known_words() if word.startswith(incomplete)]


@click.command(epilog="Example: archspec operators conv")
@click.argument("word", required=False, shell_complete=_complete)
@format_option("text", "markdown", "json")
def command(word: str | None, form: str) -> None:
    """Print what WORD does, takes and defaults to; without one, list all words."""
    from archspec.commands.operators.run import tell

    tell(word, form)
