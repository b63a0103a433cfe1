"""The lowering rules of a framework, and starting the framework to run what they give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, TypeVar

from archspec.backend.runtime import Runtime
from archspec.cost import Keeping, Saved, Saving
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph, Node
from archspec.installing import install
from archspec.operator import Operator, RuleError

Rule = TypeVar("Rule", bound=Callable[[Any], Any])
Limit = TypeVar("Limit", bound=Callable[..., None])


@dataclass(eq=False)
class Backend:
    """The lowering rules of a framework: one for each operator, or a reason to refuse it.

    ``write`` lowers a graph to source, ``start`` imports the framework and returns its runtime.
    ``extra`` names the optional dependencies of the runtime: an extra of archspec, or a requirement
    for pip such as ``other[gpu]``. ``limited`` refuses some uses of an operator. ``overwritable``
    are the operators whose output the backward pass does not need. ``inference_rules`` stand for
    those of ``rules`` in models that are not trained. ``prelude`` maps names to the
    source of classes and functions that packages of operators add; a model that uses one contains
    it. ``step_name`` escapes names of steps that mean something else to the framework; the runtime
    reverses it. ``trainer`` is the package of the training loop, which imports nothing of archspec
    but ``standalone``. ``importer`` is the module whose ``network(model, inputs, name)`` translates
    a live model, one whose class is of the package ``library``, to an
    ``archspec.importing.imported.Network``. ``files`` maps endings of files to such modules for
    files, which the runtime opens as guests. ``saved`` says what is kept of each operator for the
    backward pass, ``in_place`` which overwrite an input that is dead afterwards, and ``views``
    which give a part of it without a copy. ``counters`` is the module whose ``CONVENTIONS`` say
    what tools count of its models, by the names of the tools. ``silence`` is entered where a user's
    code may import the framework, which then greets nobody. ``targets`` are those of
    ``archspec.passes.targets`` that run its models, or exports of them; the first is its own.
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
    inference_rules: dict[type[Operator], Callable[[Any], Any]] = field(default_factory=dict)
    prelude: dict[str, str] = field(default_factory=dict)
    step_name: Callable[[str], str] = str
    trainer: str = ""
    importer: str = ""
    saved: Mapping[type[Operator], Saved | Saving] = field(default_factory=dict)
    in_place: frozenset[type[Operator]] = frozenset()
    views: frozenset[type[Operator]] = frozenset()
    library: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    counters: str = ""
    silence: Callable[[], AbstractContextManager[None]] = nullcontext
    targets: tuple[str, ...] = ("eager",)

    @property
    def keeping(self) -> Keeping:
        """How the framework treats values, by which memory is counted."""
        return Keeping(self.saved, self.in_place, frozenset(self.overwritable), self.views)

    @property
    def for_inference(self) -> Backend:
        """The backend that lowers to models that run eagerly, and are not trained."""
        return replace(self, rules={**self.rules, **self.inference_rules})

    def lowers(
        self,
        operator: type[Operator],
        *,
        overwritable: bool = False,
        for_inference: bool = False,
    ) -> Callable[[Rule], Rule]:
        """Register the decorated function as the rule for an operator.

        ``overwritable`` states that the framework's backward pass does not need the output, so that
        the next operator may overwrite it. ``for_inference`` makes it one of ``inference_rules``.
        """
        rules = self.inference_rules if for_inference else self.rules

        def register(rule: Rule) -> Rule:
            if operator in rules:
                raise TypeError(f"{self.name} has two rules for {operator.word}")
            rules[operator] = rule
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
                yield _refusal(self, node, refusal)

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

    def runtime(self) -> Runtime:
        """Import the framework; raise ``SpecError`` if it is not installed or fails to start."""
        try:
            return self.start()
        except SpecError:
            raise
        except Exception as error:
            raise SpecError((_missing(self, error),)) from error

    def training(self) -> Any:
        """Import the module ``loop`` of ``trainer``; raise ``SpecError`` where there is none."""
        if not self.trainer:
            raise SpecError((_untrained(self),))
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
            raise SpecError((_failed(self, what, error),)) from error


def _refusal(backend: Backend, node: Node, error: RuleError) -> Diagnostic:
    return Diagnostic(
        "backend/refused",
        f"{backend.framework} cannot run `{node.op.word}` here: {error}",
        node.labels(attribute=error.blamed),
        help=error.fix,
        notes=node.notes(),
    )


def _failed(backend: Backend, what: str, error: Exception) -> Diagnostic:
    return Diagnostic(
        "backend/failed",
        f"{backend.framework} could not {what}: {told(error)}",
        help="the reason is the framework's own; a smaller --input, another --device or another"
        " version of it may help",
    )


def _untrained(backend: Backend) -> Diagnostic:
    return Diagnostic(
        "backend/no-trainer",
        f"the backend {backend.name} builds models but has no training loop",
        help="train with another backend; `archspec weights` takes the weights over",
    )


def _missing(backend: Backend, error: Exception) -> Diagnostic:
    reason = error if isinstance(error, ImportError) else told(error)
    wanted = f"pip install '{backend.extra}'" if "[" in backend.extra else install(backend.extra)
    return Diagnostic(
        "backend/no-framework",
        f"running a model with {backend.name} needs {backend.framework}: {reason}",
        help=wanted,
    )


def told(error: BaseException) -> str:
    """Describe an exception of third-party code in one line."""
    kind, text = type(error).__name__, str(error).strip()
    return f"{kind}: {text.splitlines()[0]}" if text else kind
