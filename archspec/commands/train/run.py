"""Training a network, or writing a training program."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from shutil import copymode
from typing import Any, Literal, NamedTuple

import click

from archspec.backend import Backend, backend
from archspec.checked import unreadable
from archspec.commands.arguments import Reading
from archspec.commands.loading import load_graph
from archspec.commands.output import leave, print_json
from archspec.commands.train import on_ray
from archspec.commands.train.judging import judge
from archspec.commands.train.outcome import as_json, lines
from archspec.commands.train.said import said
from archspec.commands.train.showing import Showing
from archspec.diagnostic import Diagnostic, SpecError
from archspec.emission.building import WEIGHTS, Filling
from archspec.graph import Graph
from archspec.location import locate
from archspec.source import File, Unreadable
from archspec.standalone.data.examples import DataError
from archspec.standalone.data.places import open_examples
from archspec.standalone.figures import require_library
from archspec.standalone.job import Job, TrainingError
from archspec.standalone.links import refuse_links_out
from archspec.standalone.recipe import Recipe
from archspec.training import classifier, run_folder
from archspec.training.outcome import Outcome
from archspec.training.program import program
from archspec.training.recipes.load import load as load_recipe
from archspec.training.recipes.overrides import overridden
from archspec.training.run_folder import Recorded
from archspec.weights import file as weights_file

_TF_CONFIG = (
    '{"cluster": {"worker": ["one:2222", "two:2222"]}, "task": {"type": "worker", "index": 0}}'
)


class TrainingOrder(NamedTuple):
    """The request: the recipe, the data, the output folder and the resources."""

    recipe: str
    changes: Mapping[str, str]
    data: str
    output: Path
    backend: str
    weights: Path | None
    resume: bool
    emit: bool
    device: Literal["auto", "cpu", "cuda"]
    workers: int
    log_every: int
    checkpoint_every: int | None
    strict: bool
    parallel: Literal["copies", "shards"]
    compile: bool
    on: Literal["ray"] | None
    processes: int


class Prepared(NamedTuple):
    """A network and a compatible recipe, with the files that they were read from."""

    graph: Graph
    recipe: Recipe
    file: File
    texts: Mapping[str, str]


def train(spec: str, reading: Reading, form: str, order: TrainingOrder) -> None:
    """Train a spec, or write a program that does."""
    outcome = None
    try:
        prepared = _prepare(spec, reading, form, order)
        chosen = backend(order.backend)
        if order.emit:
            _emit(prepared, chosen, order)
        elif order.on and not on_ray.is_placed():
            _hand_over(chosen, order)
        else:
            outcome = _train(prepared, chosen, order)
    except SpecError as error:
        leave(error.diagnostics, form)
    except (TrainingError, DataError) as error:
        leave((Diagnostic("train/failed", str(error), help=error.help or None),), form)
    if not _is_first():
        return
    if form == "json":
        print_json(
            {"ok": True, "folder": str(order.output), **(as_json(outcome) if outcome else {})}
        )
    else:
        click.echo("\n".join(lines(outcome, order.output)) if outcome else str(order.output))


def _prepare(spec: str, reading: Reading, form: str, order: TrainingOrder) -> Prepared:
    recipe = overridden(load_recipe(order.recipe), order.changes)
    try:
        found = locate(spec, reading.root)
    except Unreadable as error:
        raise SpecError((unreadable(error),)) from None
    recorded = Recorded(found.tree)
    file = File(recorded, found.path)
    reading = reading._replace(params={**recipe.params, **reading.params})
    graph = load_graph(file, reading, form)
    refused = classifier.refusal(graph) or _misfit(graph, order.data)
    if refused is not None:
        raise SpecError((refused,))
    texts = {f"{run_folder.SPEC}/{path}": text for path, text in recorded.texts.items()}
    return Prepared(graph, recipe, file, texts)


def _misfit(graph: Graph, data: str) -> Diagnostic | None:
    """Describe a mismatch between the classes of the data and those of the network."""
    shape, classes = classifier.shape_of(graph), classifier.classes_of(graph)
    return classifier.misfit(graph, len(open_examples(data, "train", shape, classes).classes))


def _emit(prepared: Prepared, chosen: Backend, order: TrainingOrder) -> None:
    graph, recipe, *_ = prepared
    texts = program(graph, recipe, chosen)
    refuse_links_out(order.output)
    run_folder.write_texts(order.output, texts)
    tensors = Filling(order.weights, recipe.seed).tensors(graph)
    weights_file.save(order.output / WEIGHTS, tensors, graph)


def _hand_over(chosen: Backend, order: TrainingOrder) -> None:
    if chosen.name != "torch":
        raise TrainingError(
            f"--on ray starts PyTorch only, not {chosen.framework}", "use --backend torch"
        )
    on_ray.hand_over(order.processes, on_gpus=order.device == "cuda", resumes=order.resume)


def _train(prepared: Prepared, chosen: Backend, order: TrainingOrder) -> Outcome | None:
    """Train, and return the results on rank 0; None on other ranks."""
    require_library()
    graph, recipe, file, texts = prepared
    runtime, loop = chosen.runtime(), chosen.training()
    given = run_folder.facts(graph, file, recipe, order.data, chosen, runtime.version)
    given["command"] = said()
    show = Showing(graph, recipe, given, texts, order.output)
    if _is_first():
        refuse_links_out(order.output)
        refused = run_folder.refusal(order.output, given, resume=order.resume)
        if refused is not None:
            raise SpecError((refused,))
        run_folder.write(order.output, given, {**texts, **program(graph, recipe, chosen)})
    job = Job(
        recipe=recipe,
        data=order.data,
        run=order.output,
        **classifier.task(graph)._asdict(),
        resume=order.resume,
        device=order.device,
        workers=order.workers,
        log_every=order.log_every,
        checkpoint_every=order.checkpoint_every,
        strict=order.strict,
        parallel=order.parallel,
        compile=order.compile,
        evaluated=show,
    )

    def save(model: Any, path: Path) -> None:
        weights_file.save(path, runtime.tensors(model), graph)
        copymode(order.output / run_folder.FACTS, path)

    source, tensors = chosen.emit(graph), Filling(order.weights, recipe.seed).tensors(graph)

    def build() -> Any:
        with chosen.attempt(f"build {graph.name}"):
            return runtime.fill(runtime.model(source, graph.name), tensors)

    loop.train(build, job, save)
    return show(judge(graph, chosen, job, order.output / WEIGHTS)) if _is_first() else None


def _is_first() -> bool:
    """Whether this process writes output: rank 0, or the only one.

    torchrun sets RANK; TF_CONFIG describes the cluster and this task. Raise ``TrainingError``.
    """
    if "TF_CONFIG" not in os.environ:
        return os.environ.get("RANK", "0") == "0"
    try:
        told = json.loads(os.environ["TF_CONFIG"])
        first = "chief" if "chief" in told["cluster"] else "worker"
        return told["task"]["type"] == first and int(told["task"]["index"]) == 0
    except (KeyError, TypeError, ValueError):
        message = "TF_CONFIG does not describe a cluster of workers and the task of this process"
        raise TrainingError(message, f"set it to {_TF_CONFIG}") from None
