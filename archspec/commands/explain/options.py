"""``archspec explain``: what a diagnostic means and what helps."""

from __future__ import annotations

import click

from archspec.commands.arguments import format_option


def _complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    from archspec.commands.explain.run import pages

    return [code for code in pages() if code.startswith(incomplete)]


@click.command(epilog="Example: archspec explain residual/channels")
@click.argument("code", required=False, shell_complete=_complete)
@format_option("text", "markdown", "json")
def command(code: str | None, form: str) -> None:
    """Explain the diagnostic CODE with an example; without one, list them all."""
    from archspec.commands.explain.run import tell

    tell(code, form)
