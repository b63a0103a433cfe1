"""``archspec watch``: the viewer, following a spec as it is saved."""

from __future__ import annotations

import click

from archspec.commands.arguments import Reading, reads_specs, spec_argument


@click.command(epilog="Example: archspec watch specs/inception_resnet_v2.yaml")
@spec_argument
@reads_specs
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="N",
    help="The port of 127.0.0.1 to serve on.  [default: one that is free]",
)
@click.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
def command(spec: str, reading: Reading, port: int, opens: bool) -> None:
    """Show SPEC in the browser, and follow it, and the files that it imports, as they are saved.

    While it is broken, the page keeps the last good picture beside what is wrong. Only browsers of
    this machine are served, at the address that is printed. Ctrl-C ends it.
    """
    from archspec.commands.watch.run import watch

    watch(spec, reading, port, opens=opens)
