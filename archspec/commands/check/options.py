"""``archspec check``: everything that is wrong with specs and recipes."""

from __future__ import annotations

import click

from archspec.commands.arguments import (
    Reading,
    complete_spec,
    format_option,
    reads_specs,
    size_range,
)


@click.command(epilog="Example: archspec check specs --format github")
@click.argument("specs", nargs=-1, required=True, shell_complete=complete_spec)
@reads_specs
@click.option(
    "--sizes",
    metavar="FIRST..LAST",
    callback=size_range,
    help="Tell which square input sizes of a range fit: --sizes 64..512.",
)
@format_option("text", "json", "github")
def command(specs: tuple[str, ...], reading: Reading, sizes: range | None, form: str) -> None:
    """Find everything that is wrong with SPECS; a folder stands for the specs directly in it.

    Recipes are checked, too: what begins with `recipe: 1` is one.
    """
    from archspec.commands.check.run import check, tell

    raise SystemExit(tell(check(specs, reading, sizes), form))
