"""``archspec log``: what a network cost along its history."""

from __future__ import annotations

from pathlib import Path

import click

from archspec.commands.arguments import Reading, format_option, reads_specs, spec_argument


@click.command(epilog="Example: archspec log specs/inception_v4.yaml --plot")
@spec_argument
@reads_specs
@click.option("-n", "--limit", type=click.IntRange(1), help="Show so many commits.  [default: all]")
@click.option("--plot", is_flag=True, help="Draw parameters and MACs as bars.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw them as a picture instead: a file .svg, or - for standard output.",
)
@format_option("text", "json")
def command(
    spec: str, reading: Reading, form: str, limit: int | None, plot: bool, output: Path | None
) -> None:
    """Print parameters and MACs of SPEC at every commit that changed it or what it imports.

    REVISION:PATH begins at another commit than HEAD. Earlier names of the file are followed.
    """
    from archspec.commands.log.run import LogTelling, chronicle

    chronicle(spec, reading, LogTelling(form, limit, plot, output))
