"""``archspec bench``: how fast networks are, measured against each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archspec.commands.arguments import (
    Reading,
    device_option,
    format_option,
    output_ending,
    reads_specs,
    spec_argument,
)
from archspec.commands.output import leave_without

CLOCKS = ("wall", "processor")
PRECISIONS = ("float32", "bfloat16", "float16")
LARGEST_BATCH = 65536


def _batches(_ctx: click.Context, _param: click.Parameter, text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and 1 <= int(part) <= LARGEST_BATCH for part in parts):
        raise click.BadParameter(
            f"`{text}` is no list of batch sizes from 1 to {LARGEST_BATCH:,}, as in 1,8"
        )
    return tuple(dict.fromkeys(map(int, parts)))


def _precisions(_ctx: click.Context, _param: click.Parameter, text: str) -> tuple[str, ...]:
    parts = [part.strip() for part in text.split(",")]
    unknown = [part for part in parts if part not in PRECISIONS]
    if unknown:
        raise click.BadParameter(f"`{unknown[0]}` is none of {', '.join(PRECISIONS)}")
    return tuple(dict.fromkeys(parts))


@click.command(epilog="Example: archspec bench net.yaml --against optimized --batch 4 --rounds 6")
@spec_argument
@reads_specs
@click.option(
    "--backend",
    default="torch",
    show_default=True,
    metavar="NAME",
    help="The framework that runs SPEC and other specs.",
)
@click.option(
    "--against",
    multiple=True,
    metavar="CANDIDATE",
    help="Measure it in turn with SPEC: another spec, module:function or a .keras file, "
    "`optimized`, a backend's name, `onnxruntime` or `openvino`, each of them perhaps with "
    "`:optimized` or `:FILE.onnx` behind; repeatable.",
)
@click.option(
    "--baseline",
    metavar="CANDIDATE",
    help="The candidate to which all are compared.  [default: SPEC]",
)
@click.option(
    "--weights",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The weights of SPEC.  [default: drawn from a seed]",
)
@click.option(
    "--batch",
    "batches",
    default="1",
    show_default=True,
    metavar="N,N",
    callback=_batches,
    help="Sizes of batches, each measured by itself.",
)
@click.option(
    "--precision",
    "precisions",
    default="float32",
    show_default=True,
    metavar="TYPE,TYPE",
    callback=_precisions,
    help=f"Types to compute in, each measured by itself: {', '.join(PRECISIONS)}.",
)
@click.option("--training", is_flag=True, help="Measure steps of training, too.")
@click.option("--channels-last", is_flag=True, help="Keep maps channels last in PyTorch.")
@click.option("--compile", is_flag=True, help="Let frameworks compile: torch.compile, XLA.")
@device_option("Where to run.")
@click.option(
    "--threads",
    type=click.IntRange(1, 1024),
    help="Threads of each candidate.  [default: what the framework takes]",
)
@click.option(
    "--rounds",
    type=click.IntRange(1, 10_000),
    default=15,
    show_default=True,
    help="How often each is measured; 6 rounds or more give intervals.",
)
@click.option(
    "--clock",
    type=click.Choice(CLOCKS),
    default="wall",
    show_default=True,
    help="Seconds on the wall, or those of the processor alone, which stand still while other "
    "programs have it: for busy machines, with one thread.",
)
@click.option(
    "--by",
    type=click.Choice(("module",)),
    help="Tell of SPEC which module, at which line, takes how long in inference.",
)
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=output_ending(".svg", ".png"),
    metavar="FILE",
    help="Draw what was measured into this file, .svg or .png.",
)
@format_option("text", "json")
def command(spec: str, reading: Reading, form: str, **options: Any) -> None:
    """Measure how fast SPEC is, by itself or against other candidates.

    All are measured in one process, in turn, so that what slows the machine down slows all of them.
    Medians are told with the quartiles, and ratios with the interval that holds the true median in
    19 of 20 runs.
    """
    try:
        from archspec.commands.bench.run import BenchOrder, bench
    except ModuleNotFoundError as error:
        leave_without(error, "bench", form)
    bench(spec, reading, form, BenchOrder(**options))
