"""``archspec lsp``: what editors ask about specs, as they are written."""

from __future__ import annotations

import click


@click.command(epilog="Example: archspec lsp, as the command of a language server in an editor")
def command() -> None:
    """Serve the Language Server Protocol on standard input and output.

    An editor starts it; docs/editors.md says how to tell yours.
    """
    from archspec.commands.lsp.server import server

    server().start_io()
