"""``archspec curves``: how trainings went, as figures and as numbers."""

from __future__ import annotations

from pathlib import Path

import click

from archspec.commands.arguments import format_option, output_ending

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)


@click.command(epilog="Example: archspec curves run-1 run-2 -o curves.svg")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True, type=_FOLDER)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=output_ending(".svg", ".png"),
    help="Draw them into this file: .svg or .png.",
)
@click.option(
    "--measure",
    "measures",
    multiple=True,
    type=click.Choice(("loss", "error", "error5", "rate")),
    help="What a panel of the figure shows; top-1 and top-5 errors are error and error5."
    "  [default: loss, error, and of one training rate]",
)
@click.option("--title", default="", help="What stands above the figure.")
@format_option("text", "json")
def command(
    runs: tuple[Path, ...],
    output: Path | None,
    measures: tuple[str, ...],
    title: str,
    form: str,
) -> None:
    """Draw and compare how trainings went, by the logs in the folders RUN.

    Trainings that differ by their seed alone are one curve, their mean, within a band from the
    least to the most of them.
    """
    from archspec.commands.curves.run import CurvesOrder, tell

    tell(runs, form, CurvesOrder(output, measures, title))
