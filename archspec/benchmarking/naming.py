"""What a word of ``--against`` means: a spec, a backend, a runtime, somebody else's model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from archspec.backend import Backend, Workload, backend, installed, told
from archspec.benchmarking.candidates import (
    Candidate,
    Emitted,
    Exported,
    Foreign,
    Network,
    OnnxModel,
)
from archspec.benchmarking.onnx_runtimes import ENGINES, Engine
from archspec.diagnostic import Diagnostic, SpecError
from archspec.emission.building import SEEDED, Filling
from archspec.graph import Graph
from archspec.installing import install
from archspec.location import prefix_of, split
from archspec.passes.optimize import optimize
from archspec.passes.targets import EAGER
from archspec.source import ZOO
from archspec.verification import foreign_model, noise

OPTIMIZED = "optimized"
_ONNX = ".onnx"
_TRACED = ".pt2"
_SPECS = ".yaml", ".yml"


@dataclass(frozen=True)
class Subject:
    """The spec that is measured, what runs it, and how other specs are read.

    ``target`` is what networks are optimized for where a backend runs that.
    """

    name: str
    graph: Graph
    backend: Backend
    read: Callable[[str], Graph]
    filling: Filling = SEEDED
    target: str = "eager"

    def candidate(self) -> Candidate:
        """Return the candidate that the spec itself is."""
        return Emitted(self.name, self.backend, self._as_written)

    def against(self, word: str) -> Candidate:
        """Return the candidate that a word means; raise ``SpecError``."""
        if word == OPTIMIZED:
            return self._by_backend(word, self.backend, word)
        first, _, rest = word.partition(":")
        if first in ENGINES and (rest in ("", OPTIMIZED) or rest.endswith(_ONNX)):
            return self._by_engine(word, ENGINES[first], rest)
        if first in {each.name for each in installed()} and rest in ("", OPTIMIZED):
            return self._by_backend(word, backend(first), rest)
        if prefix_of(word) == ZOO or split(word)[0].endswith(_SPECS):
            return self._like(word)
        _refuse_graph_file(word)
        return self._foreign(word)

    def _by_backend(self, word: str, chosen: Backend, form: str) -> Candidate:
        if form != OPTIMIZED:
            return Emitted(word, chosen, self._as_written)
        own, *others = chosen.targets
        target = self.target if self.target in others else own
        lowering = chosen.for_inference if target in EAGER else chosen
        return Emitted(word, lowering, cache(partial(self._optimized, target)), target)

    def _by_engine(self, word: str, engine: Engine, form: str) -> Candidate:
        engine.require()
        if form.endswith(_ONNX):
            return OnnxModel(word, engine, _existing(form))
        network = partial(self._optimized, engine.name) if form else self._as_written
        return Exported(word, engine, self._exporter(), network)

    def _as_written(self, is_training: bool) -> Network:
        graph = self.graph if is_training else self.graph.without_heads()
        return graph, self.filling.tensors(graph)

    def _optimized(self, target: str, is_training: bool) -> Network:
        found = optimize(*self._as_written(is_training), target)
        return found.graph, found.tensors

    def _exporter(self) -> Backend:
        """Find a backend that exports ONNX, if possible the one that was chosen."""
        for each in self._backends():
            try:
                if "onnx" in each.runtime().exports:
                    return each
            except SpecError:
                continue
        message = "no installed backend exports ONNX"
        raise SpecError((Diagnostic("bench/no-runtime", message, help=install("onnx")),))

    def _backends(self) -> list[Backend]:
        """List the backends that load, the chosen one first."""
        found = [each.backend for each in installed() if each.backend]
        return sorted(found, key=lambda each: each.name != self.backend.name)

    def _like(self, word: str) -> Candidate:
        """Read another spec, whose inputs have to be those of this one."""
        other = replace(self, graph=self.read(word), filling=SEEDED)
        theirs, mine = (_shapes(each.graph) for each in (other, self))
        if theirs != mine:
            message = f"{word} takes {', '.join(theirs)}, and {self.name} {', '.join(mine)}"
            help = "give both the same with --input"
            raise SpecError((Diagnostic("bench/input", message, help=help),))
        return Emitted(word, self.backend, other._as_written)  # noqa: SLF001  # of its own class

    def _foreign(self, word: str) -> Candidate:
        """Load somebody else's model, which has to run on an example for this spec."""
        found = Foreign(word, foreign_model.load(word, self._backends()))
        try:
            found.prepare(Workload(noise.examples(self.graph, count=1))).run()
        except Exception as error:  # noqa: BLE001  # a stranger's model may raise anything
            mine = ", ".join(_shapes(self.graph))
            message = f"{word} does not run on {mine}, which {self.name} takes: {told(error)}"
            help = "give the spec the inputs of the model, in its order, perhaps with --input"
            raise SpecError((Diagnostic("bench/input", message, help=help),)) from None
        return found


def _shapes(graph: Graph) -> list[str]:
    return [str(each.type) for each in graph.inputs.values()]


def _refuse_graph_file(word: str) -> None:
    """Raise ``SpecError`` for a file of a graph that needs a runtime to be named, or has none."""
    if word.endswith(_ONNX):
        message = f"{word} cannot be measured without a runtime"
        help = f"name what runs it, `onnxruntime:{word}` or `openvino:{word}`"
    elif word.endswith(_TRACED):
        message = f"{word} cannot be measured: operator by operator is not how such files are run"
        help = "name the function that makes the model, as module:function, or export it as ONNX"
        help += " and name `onnxruntime:FILE.onnx`"
    else:
        return
    raise SpecError((Diagnostic("command/against", message, help=help),))


def _existing(name: str) -> Path:
    file = Path(name)
    if not file.is_file():
        help = "name a file that is there"
        raise SpecError((Diagnostic("command/against", f"there is no file {name}", help=help),))
    return file
