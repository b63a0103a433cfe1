"""``archspec import``: a model of other code, or of a file, as a spec with its weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archspec.commands.arguments import format_option, input_option


@click.command(
    epilog="Example: archspec import my_models:net --arg classes=10 --input 32x32x3 -o net"
)
@click.argument("source")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write to.  [default: the network's name]",
)
@input_option
@click.option(
    "--arg",
    "arguments",
    metavar="NAME=VALUE",
    multiple=True,
    help="What the function is called with: a number, true, false, none or a text; repeatable.",
)
@click.option("--name", help="What the network is called.  [default: like the source]")
@click.option("--no-verify", is_flag=True, help="Do not run both models to compare them.")
@click.option("--flat", is_flag=True, help="Write each operator as a step, without modules.")
@click.option(
    "--list-missing",
    is_flag=True,
    help="Only list the operators that have no word; exit with 1 if there are any.",
)
@format_option("text", "json")
def command(source: str, form: str, **options: Any) -> None:
    """Write SOURCE as a spec: NAME.yaml, weights.safetensors and import.json.

    SOURCE is module:function, which returns a torch.nn.Module or a keras.Model, or a file that ends
    in .onnx, .pt2 or .keras; it is read in a process of its own. Ends with the proof: both models
    run on the same inputs, and no output may differ by more than 1e-5 of the largest.
    """
    from archspec.commands.import_.run import ImportOrder, import_model, list_missing

    asked = ImportOrder(**options)
    if asked.list_missing:
        raise SystemExit(list_missing(source, form, asked))
    import_model(source, form, asked)
