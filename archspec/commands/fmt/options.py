"""``archspec fmt``: specs in their short form."""

from __future__ import annotations

import click

from archspec.commands.arguments import complete_spec, format_option


@click.command(epilog="Example: archspec fmt --check specs")
@click.argument("specs", nargs=-1, required=True, shell_complete=complete_spec)
@click.option(
    "--check", is_flag=True, help="Write nothing; leave with 1 where a spec would change."
)
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@format_option("text", "json")
def command(specs: tuple[str, ...], check: bool, diff: bool, form: str) -> None:
    """Write SPECS in their short form, and recipes with even indentation; comments stay.

    A folder stands for the specs directly in it; `-` is read from standard input and written to
    standard output.
    """
    from archspec.commands.fmt.run import Formatting

    raise SystemExit(Formatting(check, diff, form).run(specs))
