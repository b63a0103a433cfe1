"""``archspec draw``: diagrams of a network and its modules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archspec.commands.arguments import Reading, reads_specs, spec_argument

_FORMATS = ("svg", "png", "pdf", "dot", "mermaid", "mmd", "html")


def _depth(ctx: click.Context, param: click.Parameter, text: str | None) -> int | str | None:
    """Read a number of levels, or the word for all of them."""
    if text is None or text in ("layers", "operators"):
        return text
    if text.isascii() and text.isdigit() and int(text[:9]) > 0:
        return int(text[:9])
    raise click.BadParameter(f"`{text}` is no number from 1, and neither `layers` nor `operators`")


@click.command(
    epilog="Example: archspec draw zoo:inception_v4 --module stem -o stem.svg\n\n"
    "         archspec draw zoo:inception_v4 --module stem --check stem.svg"
)
@spec_argument
@reads_specs
@click.option("--module", default="", metavar="NAME", help="Draw one module instead of the whole.")
@click.option(
    "--depth",
    callback=_depth,
    metavar="N",
    help="How many levels of modules to open; `layers` opens all, `operators` layers too."
    "  [default: 1 for a network, layers for a module]",
)
@click.option(
    "--style",
    type=click.Choice(("paper", "color", "heat", "poster")),
    help="Black on white, coloured by kind, by cost, or a poster: boxes without text, as high as"
    " their resolution and as wide as their channels.  [default: paper; color on a sheet]",
)
@click.option(
    "--measure",
    type=click.Choice(("macs", "parameters")),
    default="macs",
    show_default=True,
    help="The cost that the style heat shows.",
)
@click.option(
    "--layout",
    type=click.Choice(("structure", "sheet", "graphviz")),
    default="structure",
    show_default=True,
    help="What places the boxes of SVG, PNG and PDF; a sheet is one page with the network and all"
    " of its modules.",
)
@click.option(
    "--width",
    metavar="WIDTH",
    help="How wide a sheet is: A4, 16:9, or a length such as 8.5cm.  [default: A4]",
)
@click.option(
    "--direction",
    type=click.Choice(("up", "down", "right", "left")),
    default="up",
    show_default=True,
    help="Where arrows point.",
)
@click.option(
    "--shapes",
    type=click.Choice(("changes", "paper", "all", "none")),
    default="changes",
    show_default=True,
    help="Which output shapes to show: where they change, on every arrow of a network as papers"
    " do, all, or none.",
)
@click.option(
    "--label",
    type=click.Choice(("options", "name", "both")),
    default="options",
    show_default=True,
    help="What boxes say: the options of their steps, the names that their author gave, or both.",
)
@click.option("--unroll", is_flag=True, help="Draw every copy of a repeat instead of one.")
@click.option(
    "--legend/--no-legend",
    default=None,
    help="Explain the colours.  [default: where there are any]",
)
@click.option(
    "--weights",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file of weights (.safetensors) whose statistics a page tells: norms, dead channels.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    help="What to write.  [default: what the file's ending says, else svg]",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write: .svg, .png, .pdf, .dot, .mmd or .html; - is standard output, the"
    " default.",
)
@click.option(
    "--check",
    "checked",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="Write nothing; exit with 1 if FILE no longer draws this.",
)
def command(
    spec: str,
    reading: Reading,
    form: str | None,
    output: Path | None,
    checked: tuple[Path, ...],
    **options: Any,
) -> None:
    """Draw SPEC, or one of its modules, in the manner of a paper's figures.

    The same spec gives the same file, which carries a digest of what it draws; --check compares
    it, so that another font is no difference.
    """
    from archspec.commands.draw.run import check, illustrate
    from archspec.commands.loading import load_graph

    if output and checked:
        raise click.UsageError("-o writes a file and --check only compares; choose one")
    graph = load_graph(spec, reading)
    if checked:
        check(graph, checked, form, options)
    else:
        illustrate(graph, output, form, options)
