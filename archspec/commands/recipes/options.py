"""``archspec recipes``: the reference of what recipes say."""

from __future__ import annotations

import click

from archspec.commands.arguments import format_option


def _complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    from archspec.training.recipes.reference import reference

    return [word for word in reference() if word.startswith(incomplete)]


@click.command(epilog="Example: archspec recipes rmsprop")
@click.argument("word", required=False, shell_complete=_complete)
@format_option("text", "markdown", "json")
def command(word: str | None, form: str) -> None:
    """Print what WORD means in a recipe, takes and defaults to; without one, list all words."""
    from archspec.commands.recipes.run import tell

    tell(word, form)
