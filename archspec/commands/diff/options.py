"""``archspec diff``: what changed between two specs, and what that means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archspec.commands.arguments import Reading, complete_spec, reads_specs

_FORMATS = ("text", "line", "markdown", "json", "html", "svg", "dot", "mermaid")


@click.command(
    epilog="Example: archspec diff HEAD:specs/inception_v4.yaml specs/inception_v4.yaml\n\n"
    "         archspec diff old.yaml new.yaml --format html -o diff.html"
)
@click.argument("old", shell_complete=complete_spec)
@click.argument("new", shell_complete=complete_spec)
@reads_specs
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    help="How to tell it.  [default: what the file's ending says, else text]",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; - is standard output, the default.",
)
@click.option(
    "--exit-code",
    is_flag=True,
    help="Exit with 1 if the networks differ, with 2 if they cannot be compared.",
)
@click.option(
    "--emit-map",
    "map_file",
    is_flag=False,
    flag_value="-",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the key map that `archspec weights import --map` takes; without FILE, print it.",
)
def command(old: str, new: str, reading: Reading, **telling: Any) -> None:
    """Tell what changed from OLD to NEW, what it costs, and whether old checkpoints load.

    Each is a spec as any verb takes it, so REVISION:PATH compares with git's history, or the file
    of a model that import takes, such as deployed.onnx, which is held to the spec.
    """
    from archspec.commands.diff.run import Telling, compare

    raise SystemExit(compare(old, new, reading, Telling(**telling)))
