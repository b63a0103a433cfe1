"""Training a network, or writing a training program."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import copymode
from typing import Any

import click

from archspec.backend import Backend, Runtime, backend
from archspec.commands.arguments import Reading
from archspec.commands.output import leave, print_json
from archspec.commands.train import on_ray
from archspec.commands.train.judging import judge
from archspec.commands.train.order import TrainingOrder
from archspec.commands.train.outcome import as_json, lines
from archspec.commands.train.prepared import Prepared, prepare
from archspec.commands.train.ranks import is_first
from archspec.commands.train.said import said
from archspec.commands.train.showing import Showing
from archspec.diagnostic import Diagnostic, SpecError
from archspec.emission.building import WEIGHTS, Filling
from archspec.graph import Graph
from archspec.standalone.data.examples import DataError
from archspec.standalone.figures import require_library
from archspec.standalone.job import Job, TrainingError, unwritable
from archspec.standalone.links import refuse_links_out
from archspec.training import classifier, run_folder
from archspec.training.outcome import Outcome
from archspec.training.program import program
from archspec.weights import file as weights_file


def train(spec: str, reading: Reading, form: str, order: TrainingOrder) -> None:
    """Train a spec, or write a program that does."""
    try:
        outcome = _done(prepare(spec, reading, order), order)
    except SpecError as error:
        leave(error.diagnostics, form)
    except (TrainingError, DataError) as error:
        leave((Diagnostic("train/failed", str(error), help=error.help or None),), form)
    if not is_first():
        return
    if form == "json":
        print_json(
            {"ok": True, "folder": str(order.output), **(as_json(outcome) if outcome else {})}
        )
    else:
        click.echo("\n".join(lines(outcome, order.output)) if outcome else str(order.output))


def _done(prepared: Prepared, order: TrainingOrder) -> Outcome | None:
    """Do what the order says; return the results of a training on rank 0."""
    chosen = backend(order.backend)
    if order.emit:
        _emit(prepared, chosen, order)
    elif order.on and not on_ray.is_placed():
        _hand_over(chosen, order)
    else:
        return _train(prepared, chosen, order)
    return None


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
    facts = run_folder.facts(graph, file, recipe, order.data, chosen, runtime.version)
    facts["command"] = said()
    show = Showing(graph, recipe, facts, texts, order.output)
    if is_first():
        _open_folder(order, facts, {**texts, **program(graph, recipe, chosen)})
    job = _job(prepared, order, show)
    loop.train(_building(prepared, chosen, order), job, partial(_save, graph, runtime))
    return show(judge(graph, chosen, job, order.output / WEIGHTS)) if is_first() else None


def _open_folder(order: TrainingOrder, facts: dict[str, Any], texts: dict[str, str]) -> None:
    """Write what is known before the first step; refuse a folder that another training has."""
    refuse_links_out(order.output)
    refused = run_folder.refusal(order.output, facts, resume=order.resume)
    if refused is not None:
        raise SpecError((refused,))
    run_folder.write(order.output, facts, texts)


def _job(prepared: Prepared, order: TrainingOrder, show: Showing) -> Job:
    return Job(
        recipe=prepared.recipe,
        data=order.data,
        run=order.output,
        **classifier.task(prepared.graph)._asdict(),
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


def _building(prepared: Prepared, chosen: Backend, order: TrainingOrder) -> Callable[[], Any]:
    """Return what builds the model, once the process has joined the others."""
    graph, recipe, *_ = prepared
    runtime, source = chosen.runtime(), chosen.emit(graph)
    tensors = Filling(order.weights, recipe.seed).tensors(graph)

    def build() -> Any:
        with chosen.attempt(f"build {graph.name}"):
            return runtime.fill(runtime.model(source, graph.name), tensors)

    return build


def _save(graph: Graph, runtime: Runtime, model: Any, path: Path) -> None:
    """Write weights with the permissions of the files beside them; raise ``TrainingError``."""
    try:
        weights_file.save(path, runtime.tensors(model), graph)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise unwritable(path, error.strerror or error) from None
    copymode(path.with_name(run_folder.FACTS), path)
