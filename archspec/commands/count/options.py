"""``archspec count``: what a network costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import click
from click.core import ParameterSource

from archspec.collector import paused
from archspec.commands.arguments import (
    Reading,
    complete_recipe,
    format_option,
    reads_specs,
    spec_argument,
)
from archspec.commands.count.machines import read_machine
from archspec.commands.count.sizes import read_size

CONVENTIONS = (
    "archspec",
    "paper",
    "fvcore",
    "timm",
    "thop",
    "ultralytics",
    "ptflops",
    "ptflops-aten",
    "torchinfo",
    "onnx-tool",
)
"""Whose conventions there are; a test compares them with those that there are."""


@click.command(epilog="Example: archspec count zoo:inception_v4 --by operator")
@spec_argument
@reads_specs
@click.option(
    "--by",
    type=click.Choice(("module", "operator", "layer")),
    default="module",
    show_default=True,
    help="What one row stands for.",
)
@click.option(
    "--batch",
    type=click.IntRange(1, 2**31),
    default=1,
    show_default=True,
    help="How many examples MACs, FLOPs and activations are for.",
)
@click.option(
    "--as",
    "convention",
    type=click.Choice(CONVENTIONS),
    default="archspec",
    show_default=True,
    help="Count as this tool does on the emitted PyTorch model, and tell the difference.",
)
@click.option(
    "--memory",
    "of_memory",
    is_flag=True,
    help="Tell the memory that inference needs, or training with --training.",
)
@click.option("--training", is_flag=True, help="Tell the memory of a step of training.")
@click.option(
    "--recipe",
    metavar="RECIPE",
    shell_complete=complete_recipe,
    help="Whose optimizer and precision to train with; SGD with momentum by default.",
)
@click.option(
    "--precision",
    type=click.Choice(("float32", "bfloat16")),
    help="The type of values.  [default: the recipe's, else float32]",
)
@click.option(
    "--shards",
    type=click.IntRange(1, 2**20),
    default=1,
    show_default=True,
    help="Over how many processes weights, gradients and states are divided.",
)
@click.option(
    "--fit",
    metavar="SIZE",
    callback=read_size,
    help="Tell the largest batch that fits into so much memory: 16GiB.",
)
@click.option(
    "--roofline",
    metavar="MACHINE",
    callback=read_machine,
    help="Tell what bounds each operator, arithmetic or memory, on a machine: 150GFLOPS,20GB/s, or "
    "measure for this one.",
)
@click.option(
    "--fused", is_flag=True, help="With --roofline: take a layer's norm and activation along."
)
@click.option(
    "--symbolic",
    "is_symbolic",
    is_flag=True,
    help="Tell parameters and MACs as polynomials in the params.",
)
@click.option(
    "--for",
    "names",
    metavar="NAMES",
    default="",
    help="In which params, and options of steps of the network: k,l,layer_1.n.  "
    "[default: all params that are whole numbers]",
)
@format_option("text", "json")
@paused()
def command(spec: str, reading: Reading, form: str, **asked: Any) -> None:
    """Count the parameters, multiply-accumulates (MACs) and activations of SPEC.

    MACs are those of convolutions and dense layers; FLOPs are two for each, and one for every
    other operation. Activations are the outputs of convolutions and dense layers.

    With --as, operations and parameters are those that another tool counts of the model that is
    emitted for PyTorch, and a table tells by which rules they differ.

    Polynomials are found from counts at a few values, and compared with counts at random ones.
    Where something is rounded there is none, and the reason is told.

    A roofline counts each operator's FLOPs for each byte that it reads or writes in inference: its
    inputs, weights and outputs, once each. No time is estimated.

    Memory is that of PyTorch as models are emitted for it, without workspaces of kernels and what
    an allocator loses between blocks.
    """
    if asked["is_symbolic"] or asked["names"]:
        _symbolic(spec, reading, form, asked)
    elif asked["roofline"] or asked["fused"]:
        _roofline(spec, reading, form, asked)
    elif asked["of_memory"] or asked["training"] or asked["fit"] is not None:
        _memory(spec, reading, form, asked)
    else:
        _count(spec, reading, form, asked)


def _symbolic(spec: str, reading: Reading, form: str, asked: Mapping[str, Any]) -> None:
    from archspec.commands.count.symbolic import symbolic, tell_symbolic
    from archspec.commands.family import family_of

    names = _names(asked)
    tell_symbolic(symbolic(family_of(spec, reading, form), names), form)


def _roofline(spec: str, reading: Reading, form: str, asked: Mapping[str, Any]) -> None:
    from archspec.commands.count.roofline import Roofline, roof_of, tell_roofline
    from archspec.commands.loading import load_graph

    if not asked["roofline"]:
        raise click.UsageError("--fused says how a roofline counts: add --roofline")
    _only(_ROOFLINE, "--roofline")
    graph = load_graph(spec, reading, form)
    tell_roofline(Roofline(graph, roof_of(asked, form)), form)


def _memory(spec: str, reading: Reading, form: str, asked: Mapping[str, Any]) -> None:
    from archspec.commands.count.memory import asked_of, tell_memory
    from archspec.commands.loading import load_graph
    from archspec.commands.output import leave
    from archspec.diagnostic import SpecError

    if asked["convention"] != "archspec":
        raise click.UsageError("--as is for counts, not for memory: leave one out")
    graph = load_graph(spec, reading, form)
    try:
        wanted = asked_of(graph, asked["batch"], asked)
    except SpecError as error:
        leave(error.diagnostics, form)
    tell_memory(wanted, form)


def _count(spec: str, reading: Reading, form: str, asked: Mapping[str, Any]) -> None:
    from archspec.commands.count.differences import convention, refuse_unwritten
    from archspec.commands.count.run import Counted, tell
    from archspec.commands.loading import load_graph

    graph, name = load_graph(spec, reading, form), asked["convention"]
    refuse_unwritten(graph, name, form)
    tell(Counted(graph, asked["by"], asked["batch"], name, convention(name)), form)


_READING = {"spec", "params", "inputs", "root", "variant", "form"}
_SYMBOLIC = _READING | {"is_symbolic", "names"}
_ROOFLINE = _READING | {"roofline", "fused", "by", "batch", "precision"}
"""What may be given with ``--symbolic`` and ``--roofline``."""


def _only(allowed: Collection[str], option: str) -> None:
    """Refuse options that do not go with another."""
    context = click.get_current_context()
    for each in context.command.params:
        source = context.get_parameter_source(each.name or "")
        if each.name not in allowed and source is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{option} does not go with {each.opts[0]}: leave one out")


def _names(asked: Mapping[str, Any]) -> list[str]:
    """Read ``--for``; refuse options that polynomials do not follow."""
    if not asked["is_symbolic"]:
        raise click.UsageError("--for names what polynomials are in: add --symbolic")
    _only(_SYMBOLIC, "--symbolic")
    return [name.strip() for name in asked["names"].split(",") if name.strip()]
