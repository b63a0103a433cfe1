"""``archspec show``: a network as a table of its steps."""

from __future__ import annotations

import click

from archspec.commands.arguments import Reading, format_option, reads_specs, spec_argument


@click.command(epilog="Example: archspec show zoo:inception_v4 --depth 2")
@spec_argument
@reads_specs
@click.option(
    "--depth",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="How many levels of modules, branches and repeats to open.",
)
@click.option(
    "--receptive-field",
    "fields",
    is_flag=True,
    help="Say which part of the input a cell of each output is computed from.",
)
@format_option("text", "json")
def command(spec: str, reading: Reading, depth: int, fields: bool, form: str) -> None:
    """Show SPEC as a table of its steps, with modules and equal repeats folded."""
    from archspec.commands.loading import load_graph
    from archspec.commands.show.run import Shown, tell

    tell(Shown(load_graph(spec, reading, form), depth, fields), form)
