"""Backends: the rules that lower operators to a framework, and the lookup of a backend by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph, Node
from archspec.installing import install
from archspec.operator import Operator, RuleError

GROUP = "archspec.backends"

Rule = TypeVar("Rule", bound=Callable[[Any], Any])
Limit = TypeVar("Limit", bound=Callable[..., None])


class Ran(NamedTuple):
    """The results of a forward pass, and its duration.

    Arrays have shape (batch, height, width, channels) or (batch, channels) in every framework.
    ``taps`` are the values of the requested nodes and scopes, by path.
    """

    outputs: Mapping[str, Any]
    seconds: float
    taps: Mapping[str, Any]


class Guest(NamedTuple):
    """A third-party model, with its tensors by its own names and in its own layout."""

    model: Any
    tensors: Mapping[str, Any]


class Export(NamedTuple):
    """How to export a model: the format and the type that it computes in.

    ``dynamic`` leaves the height and width of maps open; the batch size always is.
    """

    form: str
    precision: str = "float32"
    dynamic: bool = False


class Runtime(Protocol):
    """The part of a backend that runs models; loading it imports the framework."""

    @property
    def version(self) -> str:
        """The framework and its version."""

    def device(self, wanted: str) -> str:
        """Resolve ``auto``, ``cpu`` or ``cuda`` to a device; raise ``SpecError``."""

    @property
    def exports(self) -> Mapping[str, str]:
        """The formats that ``export`` supports, with the name of the file or folder of each."""

    def model(self, source: str, name: str, precision: str = "float32") -> Any:
        """Execute an emitted source and construct its model, uninitialised.

        ``precision`` is the type that it computes in: ``float32``, ``bfloat16`` or ``float16``.
        """

    def fill(self, model: Any, tensors: Mapping[str, Any]) -> Any:
        """Load all tensors of a model, by the keys of the weights file."""

    def tensors(self, model: Any) -> Mapping[str, Any]:
        """Return the tensors of an emitted model in the form ``fill`` takes: by key, float32."""

    def guest(self, given: Any) -> Guest | None:
        """Open a third-party model: a live one, or the path of a file that contains one.

        Returns None if it is not of this framework. Executes nothing in a file; raises
        ``SpecError`` if it cannot be read.
        """

    def lend(self, guest: Guest, tensors: Mapping[str, Any]) -> None:
        """Load tensors into a third-party model, by its own names and in its own layout."""

    def checkpoint(self, file: Path) -> Mapping[str, Any]:
        """Read a file in the framework's own format as arrays by name.

        A name joins the keys of the containers around the tensor by dots. Types that numpy lacks
        become float32, with the original type in ``dtype.metadata["stored"]``. Executes nothing in
        the file; raises ``SpecError`` if it cannot be read.
        """

    def run(
        self, model: Any, inputs: Mapping[str, Any], device: str, taps: tuple[str, ...] = ()
    ) -> Ran:
        """Run a batch through a model in inference mode.

        ``taps`` are paths of nodes and scopes; those without a counterpart in the model are left
        out.
        """

    def unexported(self, graph: Graph, wanted: Export) -> Diagnostic | None:
        """Return why a model of a graph cannot be exported as wanted; None if nothing is known."""

    def export(self, model: Any, graph: Graph, wanted: Export, path: Path) -> None:
        """Export a filled model for inference in one of the formats of ``exports``."""


@dataclass(eq=False)
class Backend:
    """The lowering rules of a framework: one for each operator, or a reason to refuse it.

    ``write`` lowers a graph to source, ``start`` imports the framework and returns its runtime.
    ``extra`` names the optional dependencies of the runtime: an extra of archspec, or a requirement
    for pip such as ``other[gpu]``. ``limited`` refuses some uses of an operator. ``overwritable``
    are the operators whose output the backward pass does not need. ``prelude`` maps names to the
    source of classes and functions that packages of operators add; a model that uses one contains
    it. ``step_name`` escapes names of steps that mean something else to the framework; the runtime
    reverses it. ``trainer`` is the package of the training loop, which imports nothing of archspec
    but ``standalone``.
    """

    name: str
    framework: str
    extra: str
    write: Callable[[Backend, Graph], str]
    start: Callable[[], Runtime]
    refuses: Mapping[type[Operator], str] = field(default_factory=dict)
    rules: dict[type[Operator], Callable[[Any], Any]] = field(default_factory=dict)
    limited: dict[type[Operator], Callable[..., None]] = field(default_factory=dict)
    overwritable: set[type[Operator]] = field(default_factory=set)
    prelude: dict[str, str] = field(default_factory=dict)
    step_name: Callable[[str], str] = str
    trainer: str = ""

    def lowers(
        self, operator: type[Operator], *, overwritable: bool = False
    ) -> Callable[[Rule], Rule]:
        """Register the decorated function as the rule for an operator.

        ``overwritable`` states that the framework's backward pass does not need the output, so that
        the next operator may overwrite it.
        """

        def register(rule: Rule) -> Rule:
            if operator in self.rules:
                raise TypeError(f"{self.name} has two rules for {operator.word}")
            self.rules[operator] = rule
            self.overwritable |= {operator} if overwritable else set()
            return rule

        return register

    def limits(self, operator: type[Operator]) -> Callable[[Limit], Limit]:
        """Register the decorated function, which refuses some uses of an operator with ``require``.

        It takes the operator and the types of its inputs; its docstring describes what it refuses.
        """

        def register(limit: Limit) -> Limit:
            self.limited[operator] = limit
            return limit

        return register

    def emit(self, graph: Graph) -> str:
        """Write the source of a model; raise ``SpecError`` for every operator that is refused."""
        refused = tuple(self.refusals(graph))
        if refused:
            raise SpecError(refused)
        return self.write(self, graph)

    def refusals(self, graph: Graph) -> Iterable[Diagnostic]:
        """Yield a diagnostic for each step whose operator cannot be lowered."""
        seen = set()
        for node in graph.nodes.values():
            refusal = self._refused(node)
            place = node.span or node.path
            if refusal is not None and place not in seen:
                seen.add(place)
                yield self._refusal(node, refusal)

    def reason(self, operator: type[Operator]) -> str | None:
        """Return why an operator is refused; None if it is not."""
        if operator in self.rules:
            return None
        return self.refuses.get(operator, f"the backend {self.name} has no rule for it")

    def limit(self, operator: type[Operator]) -> str | None:
        """Return which uses of an operator are refused; None if all are supported."""
        limit = self.limited.get(operator)
        return limit.__doc__ if limit is not None else None

    def _refused(self, node: Node) -> RuleError | None:
        """Return why a node cannot be lowered and what is to blame; None if it can."""
        reason = self.reason(type(node.op))
        if reason is not None:
            help = "`archspec backends` lists what each backend refuses"
            return RuleError("", reason, help)
        limit = self.limited.get(type(node.op))
        try:
            if limit is not None:
                limit(node.op, *node.inputs)
        except RuleError as error:
            return error
        return None

    def _refusal(self, node: Node, error: RuleError) -> Diagnostic:
        return Diagnostic(
            "backend/refused",
            f"{self.framework} cannot run `{node.op.word}` here: {error}",
            node.labels(attribute=error.blamed),
            help=error.fix,
            notes=node.notes(),
        )

    def runtime(self) -> Runtime:
        """Import the framework; raise ``SpecError`` if it is not installed or fails to start."""
        try:
            return self.start()
        except SpecError:
            raise
        except Exception as error:
            raise SpecError((self._missing(error),)) from error

    def training(self) -> Any:
        """Import the module ``loop`` of ``trainer``; raise ``SpecError`` where there is none."""
        if not self.trainer:
            raise SpecError((self._untrained(),))
        return import_module(f"{self.trainer}.loop")

    @contextmanager
    def attempt(self, what: str) -> Iterator[None]:
        """Turn exceptions of the framework into ``SpecError``; ``what`` it was doing is a verb.

        ``OSError`` is left to the caller.
        """
        try:
            yield
        except (SpecError, OSError):
            raise
        except Exception as error:
            raise SpecError((self._failed(what, error),)) from error

    def _failed(self, what: str, error: Exception) -> Diagnostic:
        return Diagnostic(
            "backend/failed",
            f"{self.framework} could not {what}: {told(error)}",
            help="the reason is the framework's own; a smaller --input, another --device or another"
            " version of it may help",
        )

    def _untrained(self) -> Diagnostic:
        return Diagnostic(
            "backend/no-trainer",
            f"the backend {self.name} builds models but has no training loop",
            help="train with another backend; `archspec weights` takes the weights over",
        )

    def _missing(self, error: Exception) -> Diagnostic:
        reason = error if isinstance(error, ImportError) else told(error)
        wanted = f"pip install '{self.extra}'" if "[" in self.extra else install(self.extra)
        return Diagnostic(
            "backend/no-framework",
            f"running a model with {self.name} needs {self.framework}: {reason}",
            help=wanted,
        )


@dataclass(frozen=True)
class Installed:
    """A backend of an installed package: loaded, or None with the reason in ``trouble``."""

    name: str
    package: str
    backend: Backend | None
    trouble: str = ""


def installed() -> tuple[Installed, ...]:
    """List the backends of installed packages; a broken one does not affect the others."""
    return tuple(sorted((_load(entry) for entry in _entries()), key=lambda each: each.name))


def backend(name: str) -> Backend:
    """Find a backend by its name; raise ``SpecError``."""
    entries = {entry.name: entry for entry in _entries()}
    if name not in entries:
        raise SpecError((_unknown(name, sorted(entries)),))
    found = _load(entries[name])
    if found.backend is None:
        raise SpecError((_broken(found),))
    return found.backend


def _entries() -> Iterable[Any]:
    from importlib.metadata import entry_points

    return entry_points(group=GROUP)


def _load(entry: Any) -> Installed:
    package = entry.value.partition(":")[0]
    try:
        found = entry.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - third-party code may raise anything
        return Installed(entry.name, package, None, told(error))
    if not isinstance(found, Backend):
        return Installed(entry.name, package, None, f"{entry.value} is no archspec.backend.Backend")
    return Installed(entry.name, package, found)


def told(error: BaseException) -> str:
    """Describe an exception of third-party code in one line."""
    kind, text = type(error).__name__, str(error).strip()
    return f"{kind}: {text.splitlines()[0]}" if text else kind


def _unknown(name: str, known: list[str]) -> Diagnostic:
    listed = ", ".join(known) or "none"
    return Diagnostic(
        "backend/unknown",
        f"no backend is called `{name}`; installed: {listed}",
        help="`archspec backends` lists the backends and what they support",
    )


def _broken(found: Installed) -> Diagnostic:
    return Diagnostic(
        "backend/broken",
        f"the backend `{found.name}` cannot be loaded: {found.trouble}",
        help=f"repair or remove the package {found.package}",
    )
