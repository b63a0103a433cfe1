"""What a backend is: rules that write operators in a framework; finding one by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
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
    """What came out of a forward pass, and how long it took.

    Arrays are batches of maps, height x width x channels, or of vectors, whatever the framework
    likes. ``taps`` are the values that left the nodes and scopes asked for, by path.
    """

    outputs: Mapping[str, Any]
    seconds: float
    taps: Mapping[str, Any]


class Guest(NamedTuple):
    """A model that somebody else wrote, and its tensors by its own names and in its own layout."""

    model: Any
    tensors: Mapping[str, Any]


class Export(NamedTuple):
    """How a model is to be exported: in which format, computing in which type.

    ``dynamic`` says for maps of any size; batches may have any size in any case.
    """

    form: str
    precision: str = "float32"
    dynamic: bool = False


class Runtime(Protocol):
    """How a backend runs models; loading it imports the framework."""

    @property
    def version(self) -> str:
        """The framework and its version."""

    def device(self, wanted: str) -> str:
        """Find the device that ``auto``, ``cpu`` or ``cuda`` means; raise ``SpecError``."""

    @property
    def exports(self) -> Mapping[str, str]:
        """The formats that ``export`` writes, each with the name of its file or folder."""

    def model(self, source: str, name: str, precision: str = "float32") -> Any:
        """Execute an emitted source; construct its model without filling it.

        ``precision`` is the type that it computes in: ``float32``, ``bfloat16`` or ``float16``.
        """

    def fill(self, model: Any, tensors: Mapping[str, Any]) -> Any:
        """Fill a model with all of its tensors, by the keys of the weights file."""

    def tensors(self, model: Any) -> Mapping[str, Any]:
        """Read the tensors of an emitted model, as ``fill`` takes them: by key, float32."""

    def guest(self, given: Any) -> Guest | None:
        """Take somebody else's model: the path of a file that holds one, or a live one.

        None if it is none of this framework. Nothing in a file is executed; raise ``SpecError``
        where it cannot be read.
        """

    def lend(self, guest: Guest, tensors: Mapping[str, Any]) -> None:
        """Give somebody else's model other tensors, by its own names and in its own layout."""

    def checkpoint(self, file: Path) -> Mapping[str, Any]:
        """Read the tensors of a file that only this framework reads, as arrays by name.

        A name is the way to the tensor, with dots between the containers it lies in. Types that
        numpy has not become float32, whose ``dtype.metadata["stored"]`` says what they were.
        Nothing in the file is executed; raise ``SpecError`` where it cannot be read.
        """

    def run(
        self, model: Any, inputs: Mapping[str, Any], device: str, taps: tuple[str, ...] = ()
    ) -> Ran:
        """Run a batch through a model in inference mode.

        ``taps`` are paths of nodes and scopes; those that the model has no part for are left out.
        """

    def unexported(self, graph: Graph, wanted: Export) -> Diagnostic | None:
        """Say why a model of a graph cannot be exported so; None where nothing is known of that."""

    def export(self, model: Any, graph: Graph, wanted: Export, path: Path) -> None:
        """Write a filled model of a graph for inference, in one of ``exports``, for any batch."""


@dataclass(eq=False)
class Backend:
    """A framework's rules: one for each operator, or a reason to refuse it.

    ``write`` turns a graph into source with them, ``start`` imports the framework and returns what
    runs models. ``extra`` names the optional dependencies that running needs: an extra of
    archspec's, or as pip has it, such as ``other[gpu]``. ``limited`` refuses some uses of an
    operator. ``overwritable`` are the operators whose output the backward pass does not need.
    ``prelude`` holds by name the text of classes and functions that packages of operators add to
    those which emitted models take along where they use them. ``step_name`` writes the name of a
    step where it means something else to the framework; its runtime reads it back.
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

    def lowers(
        self, operator: type[Operator], *, overwritable: bool = False
    ) -> Callable[[Rule], Rule]:
        """Register the decorated function as the rule for an operator.

        ``overwritable`` says that the framework's backward pass does not need what it gives, so
        that the next operator may overwrite it.
        """

        def register(rule: Rule) -> Rule:
            if operator in self.rules:
                raise TypeError(f"{self.name} has two rules for {operator.word}")
            self.rules[operator] = rule
            self.overwritable |= {operator} if overwritable else set()
            return rule

        return register

    def limits(self, operator: type[Operator]) -> Callable[[Limit], Limit]:
        """Register the decorated function, which refuses uses of an operator with ``require``.

        It takes the operator and the types of what arrives; its docstring says what is left out.
        """

        def register(limit: Limit) -> Limit:
            self.limited[operator] = limit
            return limit

        return register

    def emit(self, graph: Graph) -> str:
        """Write the source of a model; raise ``SpecError`` for operators that are refused."""
        refused = tuple(self.refusals(graph))
        if refused:
            raise SpecError(refused)
        return self.write(self, graph)

    def refusals(self, graph: Graph) -> Iterable[Diagnostic]:
        """Say of each step whose operator cannot be written why that is so."""
        seen = set()
        for node in graph.nodes.values():
            refusal = self._refused(node)
            place = node.span or node.path
            if refusal is not None and place not in seen:
                seen.add(place)
                yield self._refusal(node, refusal)

    def reason(self, operator: type[Operator]) -> str | None:
        """Why an operator is refused; None where it is not."""
        if operator in self.rules:
            return None
        return self.refuses.get(operator, f"the backend {self.name} has no rule for it")

    def limit(self, operator: type[Operator]) -> str | None:
        """Say which uses of an operator are refused; None where all are written."""
        limit = self.limited.get(operator)
        return limit.__doc__ if limit is not None else None

    def _refused(self, node: Node) -> RuleError | None:
        """Why a node cannot be written, and what is to blame."""
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
        """Import the framework; raise ``SpecError`` where it is not installed or does not start."""
        try:
            return self.start()
        except SpecError:
            raise
        except Exception as error:
            raise SpecError((self._missing(error),)) from error

    @contextmanager
    def attempt(self, what: str) -> Iterator[None]:
        """Turn what the framework raises while it is to do something into ``SpecError``.

        What cannot be read or written is left to the caller.
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
    """A backend that an installed package offers: loaded, or broken with a reason."""

    name: str
    package: str
    backend: Backend | None
    trouble: str = ""


def installed() -> tuple[Installed, ...]:
    """List the backends that installed packages offer; no other suffers from a broken one."""
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
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's import may raise anything
        return Installed(entry.name, package, None, told(error))
    if not isinstance(found, Backend):
        return Installed(entry.name, package, None, f"{entry.value} is no archspec.backend.Backend")
    return Installed(entry.name, package, found)


def told(error: BaseException) -> str:
    """Say in one line what a stranger's code raised."""
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
