"""Comparing with a foreign model, by its outputs alone: inner values need not correspond."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from archspec.backend import Backend, Guest, Runtime, calling, told
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.verification.difference import Deviation, difference, worst
from archspec.verification.drawn import tensors
from archspec.verification.gaps import rounding
from archspec.verification.side import Trial, ordered
from archspec.verification.verdict import Agreement, Demand, PartRow, alone, sides
from archspec.weights import giving, names, publishers, taking
from archspec.weights.names import KeyNaming

_OTHERWISE = "--from PUBLISHER says whose names they are, --weights FILE holds the same weights"


class ForeignModel(NamedTuple):
    """A foreign model, and the runtime of its framework."""

    name: str
    runtime: Runtime
    guest: Guest


def load(target: str, backends: Sequence[Backend]) -> ForeignModel:
    """Find the model that a file or ``module:function`` gives; raise ``SpecError``."""
    given = _given(target)
    for backend in backends:
        try:
            runtime = backend.runtime()
        except SpecError:
            continue
        guest = runtime.guest(given)
        if guest is not None:
            return ForeignModel(target, runtime, guest)
    raise SpecError((_refused(target, f"no backend that can run takes {_kind(given)}"),))


def _kind(given: Any) -> str:
    if not isinstance(given, Path):
        return f"a {type(given).__name__}"
    return "a folder" if given.is_dir() else f"a file `{given.suffix or given.name}`"


def _given(target: str) -> Any:
    file = Path(target)
    if file.exists():
        return file
    try:
        return calling.call(calling.find(target), {})
    except calling.Uncallable as error:
        raise SpecError((_refused(target, str(error)),)) from None


def take(foreign: ForeignModel, publisher: str | None, graph: Graph) -> taking.TakenTensors:
    """Take over the weights of a foreign model by its publisher's names; raise ``SpecError``.

    Without a publisher the names are the spec's own, as emitted models have them.
    """
    theirs = foreign.guest.tensors
    if publisher is not None:
        return taking.take(theirs, _naming(publisher, graph), graph)
    try:
        return taking.take(theirs, names.own(graph, names.layout_of(theirs)), graph)
    except SpecError as error:
        first, *others = error.diagnostics
        help = "; ".join(filter(None, (_OTHERWISE, first.help)))
        raise SpecError((replace(first, help=help), *others)) from None


def lend(foreign: ForeignModel, publisher: str, trial: Trial, seed: int) -> dict[str, Any]:
    """Draw weights that show every error, load them into a foreign model, and return them.

    Scales that its norms lack stay one. Raises ``SpecError`` if the names do not fit.
    """
    taken = take(foreign, publisher, trial.graph)
    drawn = tensors(trial.graph, seed, trial.inputs, ones=taken.filled)
    named = giving.give(drawn, _naming(publisher, trial.graph), trial.graph)
    theirs = foreign.guest.tensors
    own_name = {id(array): name for name, array in theirs.items()}
    called = {name: own_name[id(array)] for name, array in taken.around.tensors.items()}
    unfit = [name for name in named if named[name].size != taken.around.tensors[name].size]
    if unfit:
        reason = f"`{unfit[0]}` has a class of its own, so that no weights can be drawn for both"
        help = "compare its own by --own-weights"
        raise SpecError((replace(_refused(foreign.name, reason), help=help),))
    lent = {
        called[name]: array.reshape(theirs[called[name]].shape) for name, array in named.items()
    }
    foreign.runtime.lend(foreign.guest, lent)
    return drawn


def _naming(publisher: str, graph: Graph) -> KeyNaming:
    return publishers.find(publisher, graph).naming(graph)


def verify(trial: Trial, foreign: ForeignModel, demand: Demand) -> Agreement:
    """Compare the outputs of every side with those of a foreign model, on the CPU."""
    theirs = _outputs(foreign, trial)
    ran, left_out = sides(trial, demand)
    if not ran:
        raise SpecError((alone(demand.parties, left_out),))
    ends = {**trial.graph.outputs, **trial.graph.heads}
    rounded = rounding(trial, taps=())
    differences = {}
    for place, (name, path) in enumerate(ends.items()):
        blurred = rounded.get(path, 0.0)
        found = worst(_gap(name, theirs[place], each.outputs[place], blurred) for _, each in ran)
        if found is not None:
            differences[name] = found
    return Agreement(
        demand.tolerance,
        (f"{foreign.name} ({foreign.runtime.version})", *(each.version for _, each in ran)),
        tuple(PartRow(name, "output", gap) for name, gap in differences.items()),
        differences,
        len(ends),
        tuple(ends),
        left_out=left_out,
        kind="outputs",
    )


def _outputs(foreign: ForeignModel, trial: Trial) -> tuple[Any, ...]:
    try:
        ran = foreign.runtime.run(foreign.guest.model, trial.inputs, "cpu")
    except Exception as error:  # noqa: BLE001 - a stranger's model may raise anything
        reason = f"it does not run on these inputs: {told(error)}"
        raise SpecError((_refused(foreign.name, reason),)) from None
    wanted = (*trial.graph.outputs, *trial.graph.heads)
    if len(ran.outputs) != len(wanted):
        message = f"{foreign.name} gives {len(ran.outputs)} outputs, and the spec {len(wanted)}"
        raise SpecError((Diagnostic("verify/outputs", message),))
    return ordered(ran.outputs, wanted)


def _gap(name: str, theirs: Any, ours: Any, rounded: float) -> Deviation:
    if theirs.shape != ours.shape:
        shapes = f"{_shown(theirs)} there and {_shown(ours)} in the spec"
        message = f"the output `{name}` is {shapes}"
        raise SpecError((Diagnostic("verify/outputs", message),))
    return difference(theirs, ours, rounded)


def _shown(array: Any) -> str:
    return "x".join(map(str, array.shape[1:])) or "a single number"


def _refused(target: str, reason: str) -> Diagnostic:
    return Diagnostic(
        "command/against",
        f"{target} cannot be compared with: {reason}",
        help="name a .keras file, or module:function, which takes nothing and returns a "
        "torch.nn.Module or a keras.Model",
    )
