"""Building a model: in memory, or as a folder of source, weights and facts."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple, Self

from archspec.analysis.count import count
from archspec.backend import Backend, Export, Ran, Runtime
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.version import __version__
from archspec.weights import file as weights_file
from archspec.weights.initial import draw, example

_OLDER = "older"
"""Where a draft keeps the files that it replaces."""

MODEL, WEIGHTS, FACTS = "model.py", "weights.safetensors", "archspec.json"


@dataclass(frozen=True)
class Filling:
    """The weights of a model: those of a file, else drawn from a seed."""

    weights: Path | None = None
    seed: int = 0

    def tensors(self, graph: Graph) -> dict[str, Any]:
        """Read or draw the tensors of a graph; raise ``SpecError``."""
        if self.weights is not None:
            return weights_file.load(self.weights, graph)
        return draw(graph, self.seed)

    @property
    def facts(self) -> Mapping[str, Any]:
        """The origin of the weights, as plain data."""
        return {"file": self.weights.name} if self.weights is not None else {"seed": self.seed}

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts that are written beside the model, by the names of their files."""
        return {}


@dataclass(frozen=True)
class Rewritten(Filling):
    """Weights that were computed from those of a file or seed for a rewritten network.

    ``told`` is what becomes part of the facts, ``beside`` the texts that are written along.
    """

    computed: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)

    def tensors(self, graph: Graph) -> dict[str, Any]:
        """Return the tensors, whatever the graph."""
        return dict(self.computed)

    @property
    def facts(self) -> Mapping[str, Any]:
        """The origin of the weights, and what was done to them."""
        return {**super().facts, **self.told}

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts that are written beside the model, by the names of their files."""
        return self.beside


SEEDED = Filling()


class Target(NamedTuple):
    """The target of a build: a device, the type to compute in, formats to export.

    ``dynamic`` exports a model for maps of any size.
    """

    device: str = "auto"
    precision: str = "float32"
    exports: tuple[str, ...] = ()
    dynamic: bool = False


USUAL = Target()

Tell = Callable[[str], None]


def silent(_what: str) -> None:
    """Report no progress."""


class Output(NamedTuple):
    """One output of a network for one example: its shape, and whether it is finite."""

    shape: tuple[int, ...]
    finite: bool


@dataclass(frozen=True)
class Built:
    """A folder with a model, and the results of its first forward pass."""

    files: tuple[Path, ...]
    outputs: Mapping[str, Output]
    seconds: float
    device: str
    parameters: int


def build(graph: Graph, backend: Backend, filling: Filling = SEEDED) -> Any:
    """Make a live model: the emitted source, executed and filled; raise ``SpecError``."""
    runtime = backend.runtime()
    source, tensors = backend.emit(graph), filling.tensors(graph)
    with backend.attempt(f"build {graph.name}"):
        return runtime.fill(runtime.model(source, graph.name), tensors)


def build_folder(
    graph: Graph,
    backend: Backend,
    folder: Path,
    filling: Filling = SEEDED,
    target: Target = USUAL,
    tell: Tell = silent,
) -> Built:
    """Write a model, its weights and its facts into a folder, and run it once; raise ``SpecError``.

    The files get their names only when all of them are written, and the model is run and exported:
    a failure leaves nothing behind. ``tell`` is called with each stage before it begins.
    """
    tell("writing the source")
    source = backend.emit(graph)
    tell(f"starting {backend.framework}")
    runtime = backend.runtime()
    exports = _exports(graph, backend, runtime, target)
    chosen = runtime.device(target.device)
    tell(f"{'reading' if filling.weights else 'drawing'} the weights")
    tensors = filling.tensors(graph)
    facts = describe(graph, backend, filling, runtime.version) | {"precision": target.precision}
    try:
        with FolderDraft(folder) as draft:
            draft.write_all({MODEL: source, **filling.texts})
            weights_file.save(draft.path / WEIGHTS, tensors, graph)
            shutil.copymode(draft.path / MODEL, draft.path / WEIGHTS)
            _tell_facts(draft, facts)
            tell(f"running it once on {chosen}")
            with backend.attempt(f"run {graph.name} in {target.precision} on {chosen}"):
                model = runtime.fill(runtime.model(source, graph.name, target.precision), tensors)
                ran = runtime.run(model, example(graph, filling.seed), chosen)
            with backend.attempt(f"export {graph.name}"):
                _export(runtime, model, graph, draft.placed(exports), tell)
            draft.keep((MODEL, *filling.texts, *exports.values(), WEIGHTS, FACTS))
    except OSError as error:
        raise SpecError((_unwritable(folder, error),)) from None
    names = (MODEL, WEIGHTS, FACTS, *exports.values(), *filling.texts)
    files = tuple(folder / name for name in names)
    return Built(files, _outputs(graph, ran), ran.seconds, chosen, count(graph).parameters)


def _tell_facts(draft: FolderDraft, facts: dict[str, Any]) -> None:
    """Write the facts, with the digests of the files that belong to them."""
    facts["sha256"] = draft.digests(MODEL, WEIGHTS)
    draft.write(FACTS, json.dumps(facts, indent=2, sort_keys=True) + "\n")


def _export(
    runtime: Runtime,
    model: Any,
    graph: Graph,
    files: Mapping[Export, Path],
    tell: Tell,
) -> None:
    for wanted, file in files.items():
        tell(f"exporting it as {wanted.form}")
        runtime.export(model, graph, wanted, file)


def _exports(graph: Graph, backend: Backend, runtime: Runtime, target: Target) -> dict[Export, str]:
    """Name the files of the formats that are wanted; raise ``SpecError``."""
    unknown = [form for form in target.exports if form not in runtime.exports]
    if unknown:
        raise SpecError(tuple(_unexported(backend, runtime, form) for form in unknown))
    wanted = [Export(form, target.precision, target.dynamic) for form in target.exports]
    refused = [refusal for each in wanted if (refusal := runtime.unexported(graph, each))]
    if refused:
        raise SpecError(tuple(refused))
    return {each: runtime.exports[each.form] for each in wanted}


def _unexported(backend: Backend, runtime: Runtime, form: str) -> Diagnostic:
    known = ", ".join(sorted(runtime.exports)) or "none"
    return Diagnostic(
        "build/export",
        f"the backend {backend.name} cannot export `{form}`; its formats: {known}",
        help="name one of its formats, or build for another backend",
    )


def _outputs(graph: Graph, ran: Ran) -> dict[str, Output]:
    names = (*graph.outputs, *graph.heads)
    arrays = ran.outputs.values()
    return {
        name: Output(tuple(array.shape[1:]), bool(abs(array).max() < float("inf")))
        for name, array in zip(names, arrays, strict=True)
    }


def _unwritable(folder: Path, error: OSError) -> Diagnostic:
    return Diagnostic(
        "build/unwritable",
        f"{folder} cannot be written: {error.strerror or error}",
        help="name a folder that you may write to, with -o",
    )


class FolderDraft:
    """A temporary folder beside the final files, in which they are written first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder
        self.made: list[Path] = []

    def __enter__(self) -> Self:
        self.made = [each for each in (self.folder, *self.folder.parents) if not each.exists()]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.path = Path(mkdtemp(prefix=".archspec-", dir=self.folder))
            (self.path / _OLDER).mkdir()
        except BaseException:
            self.__exit__()
            raise
        return self

    def write(self, name: str, text: str) -> None:
        """Write a text."""
        (self.path / name).write_text(text, "utf-8")

    def write_all(self, texts: Mapping[str, str]) -> None:
        """Write files under their names."""
        for name, text in texts.items():
            self.write(name, text)

    def digests(self, *names: str) -> dict[str, str]:
        """Compute the SHA-256 of files, so that a mixture of two builds can be detected."""
        found = {}
        for name in names:
            with (self.path / name).open("rb") as file:
                found[name] = file_digest(file, "sha256").hexdigest()
        return found

    def placed(self, names: Mapping[Export, str]) -> dict[Export, Path]:
        """Return the paths of files in the draft."""
        return {wanted: self.path / name for wanted, name in names.items()}

    def keep(self, names: tuple[str, ...]) -> None:
        """Move the files to their final names in the folder, in this order.

        All older ones are moved away before the first new one comes, the last one first: at any
        time, also after the process was killed, a file may be missing, but an older one is never
        beside a new one. A failure brings the older ones back.
        """
        older = [name for name in reversed(names) if os.path.lexists(self.folder / name)]
        try:
            for name in older:
                (self.folder / name).replace(self.path / _OLDER / name)
            for name in names:
                (self.path / name).replace(self.folder / name)
        except BaseException:
            self._restore(names)
            raise
        self.made = []

    def _restore(self, names: tuple[str, ...]) -> None:
        """Move the older files back, in place of the new ones."""
        for name in names:
            if not os.path.lexists(self.path / name):
                (self.folder / name).replace(self.path / name)
        for name in names:
            if os.path.lexists(self.path / _OLDER / name):
                (self.path / _OLDER / name).replace(self.folder / name)

    def __exit__(self, *failure: object) -> None:
        if self.path != self.folder:
            shutil.rmtree(self.path, ignore_errors=True)
        for folder in self.made:
            with suppress(OSError):
                folder.rmdir()


def describe(graph: Graph, backend: Backend, filling: Filling, framework: str) -> dict[str, Any]:
    """Describe a folder as plain data: spec and digest, versions, inputs, outputs, counts."""
    totals = count(graph)
    return {
        "archspec": __version__,
        "backend": backend.name,
        "framework": framework,
        "spec": {
            "name": graph.name,
            "source": graph.header.source,
            "digest": graph.header.digest,
            "params": dict(graph.header.params),
        },
        "inputs": {
            name: {"shape": list(given.type.shape), **_preprocessing(given.preprocessing)}
            for name, given in graph.inputs.items()
        },
        "outputs": {
            name: list(graph.type_of(path).shape)
            for name, path in (*graph.outputs.items(), *graph.heads.items())
        },
        "parameters": totals.parameters,
        "macs": totals.macs,
        "weights": filling.facts,
    }


def _preprocessing(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in told.items()
    }
