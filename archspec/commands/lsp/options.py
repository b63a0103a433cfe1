"""``archspec lsp``: what editors ask about specs, as they are written."""

from __future__ import annotations

import click


@click.command(epilog="Example: archspec lsp")
def command() -> None:
    """Serve the Language Server Protocol on standard input and output.

    An editor starts it, and is told how by a line or two of its settings.
    """
    from archspec.collector import paused
    from archspec.commands.lsp.server import server

    with paused():  # the session collects when nobody waits for an answer
        server().start_io()
