"""Comparing with a model that somebody else wrote: outputs alone, since only those are alike."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from archspec.backend import Backend, Guest, Runtime, told
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.verify.difference import Difference, difference, worst
from archspec.verify.side import Side, Trial
from archspec.verify.verdict import Demand, Row, Verdict, sides
from archspec.weights import publishers, taking


class Met(NamedTuple):
    """Somebody else's model, and the runtime of its framework."""

    name: str
    runtime: Runtime
    guest: Guest


def meet(target: str, backends: Sequence[Backend]) -> Met:
    """Find the model that a file or ``module:function`` gives; raise ``SpecError``."""
    given = _given(target)
    for backend in backends:
        try:
            runtime = backend.runtime()
        except SpecError:
            continue
        guest = runtime.guest(given)
        if guest is not None:
            return Met(target, runtime, guest)
    raise SpecError((_refused(target, f"no backend that can run takes {_kind(given)}"),))


def _kind(given: Any) -> str:
    if not isinstance(given, Path):
        return f"a {type(given).__name__}"
    return "a folder" if given.is_dir() else f"a file `{given.suffix or given.name}`"


def _given(target: str) -> Any:
    file = Path(target)
    if file.exists():
        return file
    module, colon, function = target.partition(":")
    if not (colon and module and function.isidentifier()):
        raise SpecError((_refused(target, "there is no such file, nor is it module:function"),))
    sys.path.insert(0, str(Path.cwd()))
    try:
        return getattr(import_module(module), function)()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's code may raise anything
        raise SpecError((_refused(target, told(error)),)) from None
    finally:
        sys.path.remove(str(Path.cwd()))


def take(met: Met, publisher: str, graph: Graph) -> taking.Imported:
    """Take over the weights of somebody else's model by its publisher's names."""
    naming = publishers.find(publisher, graph).naming(graph)
    return taking.take(met.guest.tensors, naming, graph)


def verify(trial: Trial, met: Met, demand: Demand) -> Verdict:
    """Compare the outputs of every backend with those of somebody else's model, on the CPU."""
    theirs = _outputs(met, trial)
    ran, left_out = sides(trial, demand)
    if not ran:
        raise SpecError(left_out)
    names = (*trial.graph.outputs, *trial.graph.heads)
    gaps = {
        name: found
        for place, name in enumerate(names)
        if (found := worst(_gap(name, theirs, each, place) for _, each in ran)) is not None
    }
    return Verdict(
        demand.tolerance,
        (f"{met.name} ({met.runtime.version})", *(each.version for _, each in ran)),
        tuple(Row(name, "output", gap) for name, gap in gaps.items()),
        gaps,
        len(names),
        left_out=left_out,
        kind="outputs",
    )


def _outputs(met: Met, trial: Trial) -> tuple[Any, ...]:
    try:
        ran = met.runtime.run(met.guest.model, trial.inputs, "cpu")
    except Exception as error:  # noqa: BLE001 - a stranger's model may raise anything
        reason = f"it does not run on these inputs: {told(error)}"
        raise SpecError((_refused(met.name, reason),)) from None
    wanted = (*trial.graph.outputs, *trial.graph.heads)
    if ran.outputs.keys() == set(wanted):
        return tuple(ran.outputs[name] for name in wanted)
    if len(ran.outputs) != len(wanted):
        message = f"{met.name} gives {len(ran.outputs)} outputs, and the spec {len(wanted)}"
        raise SpecError((Diagnostic("verify/outputs", message),))
    return tuple(ran.outputs.values())


def _gap(name: str, theirs: tuple[Any, ...], ours: Side, place: int) -> Difference:
    one, other = theirs[place], ours.outputs[place]
    if one.shape != other.shape:
        shapes = f"{_shown(one)} there and {_shown(other)} in the spec"
        message = f"the output `{name}` is {shapes}"
        raise SpecError((Diagnostic("verify/outputs", message),))
    return difference(one, other)


def _shown(array: Any) -> str:
    return "x".join(map(str, array.shape[1:])) or "a single number"


def _refused(target: str, reason: str) -> Diagnostic:
    return Diagnostic(
        "command/against",
        f"{target} cannot be compared with: {reason}",
        help="name a .keras file, or module:function, which takes nothing and returns a "
        "torch.nn.Module or a keras.Model",
    )
