"""Checks beside types: missing sections, unused names, and legal but suspicious constructs."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.diagnostic import Diagnostic, Label, Severity
from archspec.graph import Graph
from archspec.graph import Step as Record
from archspec.language.document.sections import PROMISES
from archspec.language.document.spec import Spec, nested
from archspec.language.elaboration.denoted import is_variable
from archspec.language.elaboration.evaluate import Poisoned, StepError, attribute_value
from archspec.language.elaboration.meaning import misuses
from archspec.language.syntax.syntax import Step
from archspec.language.syntax.words import attributes_of, chooses_inputs, known_words
from archspec.operator import Operator
from archspec.source import Span


def warning(code: str, message: str, span: Span, help: str | None = None) -> Diagnostic:
    """Return a warning with one place."""
    return Diagnostic(code, message, (Label(span),), help, severity=Severity.WARNING)


def of_spec(spec: Spec) -> Iterator[Diagnostic]:
    """Check for missing sections and for unused declarations."""
    if spec.has_unknown_keys:
        return  # declarations under a misspelt key would be reported as missing
    yield from _lacking(spec)
    yield from _shadowed(spec)
    yield from _channels_first(spec)
    if any(step.broken for step in _all_steps(spec)):
        return  # the names that an unreadable step uses are unknown
    yield from _unused_options(spec)
    yield from _unused_inputs(spec)
    if spec.network is not None:
        yield from _unused_modules(spec)
        yield from _unused_params(spec)


def of_defaults(spec: Spec) -> Iterator[Diagnostic]:
    """Check the values of a document's defaults, whether or not a step uses them."""
    for word, arguments in spec.defaults.items():
        attributes = attributes_of(word) or {}
        for name, argument in arguments.items():
            try:
                attribute_value(attributes[name], argument, spec.param_values)
            except StepError as error:
                yield from error.diagnostics
            except Poisoned:
                continue


def _lacking(spec: Spec) -> Iterator[Diagnostic]:
    start = Span(spec.source, 1, 0, len(spec.source.line(1)))
    if not spec.keys.intersection(("network", *PROMISES)):
        yield Diagnostic(
            "spec/network",
            "the spec has no network",
            (Label(start),),
            "add `network:` and a list of steps",
        )
    if spec.network is not None and "input" not in spec.keys:
        yield Diagnostic(
            "spec/input",
            "the spec declares no input",
            (Label(start),),
            "add `input: 299x299x3`, say",
        )
    if spec.network is not None and "name" not in spec.keys:
        yield Diagnostic(
            "spec/name", "the network has no name", (Label(start),), "add `name: my_network`, say"
        )


def _channels_first(spec: Spec) -> Iterator[Diagnostic]:
    for name, declared in spec.inputs.items():
        shape = declared.given.type.shape
        if len(shape) == 3 and shape[0] in (1, 3) and shape[1] == shape[2] > 4:
            channels, height, width = shape
            message = f"the input `{name}` is {channels} high and has {width} channels"
            help = f"write {height}x{width}x{channels} if {channels} are the channels"
            yield warning("suspect/channels-first", message, declared.span, help)


def _shadowed(spec: Spec) -> Iterator[Diagnostic]:
    for name, module in spec.modules.items():
        if name in known_words():
            assert module.template.span is not None
            yield warning(
                "name/shadows",
                f"module `{name}` shadows the word `{name}` in this file",
                module.template.span,
                "rename the module unless that is meant",
            )


def of_steps(spec: Spec) -> Iterator[Diagnostic]:
    """Check the arguments of every step, also of those that are never elaborated.

    These are steps of unused modules and steps that are repeated zero times.
    """
    if any(step.broken for step in _all_steps(spec)):
        return
    for names, steps in _lists(spec):
        for step in nested(steps):
            if not is_variable(step.word.text, spec, names):
                yield from misuses(step, spec)


def _unused_options(spec: Spec) -> Iterator[Diagnostic]:
    for module in spec.modules.values():
        used = _names(module.steps, spec) | set().union(
            *(option.default.names for option in module.options if option.default)
        )
        for option in module.options:
            if option.name.text not in used:
                yield warning(
                    "unused/option",
                    f"no step of `{module.template.name}` uses its option `{option.name.text}`",
                    option.name.span,
                )


def _unused_inputs(spec: Spec) -> Iterator[Diagnostic]:
    for module in spec.modules.values():
        taken = {name.text for step in nested(module.steps) for name in step.sources}
        taken.update(output.text for output in module.outputs)
        for each in module.inputs if chooses_inputs(module.steps[0]) else ():
            if each.text not in taken:
                message = f"no step of `{module.template.name}` takes its input `{each.text}`"
                help = f"write `from {each.text}` at a step, or remove the input"
                yield warning("unused/input", message, each.span, help)


def _unused_modules(spec: Spec) -> Iterator[Diagnostic]:
    used = {step.word.text for step in _all_steps(spec)} | _held(spec)
    for name, module in spec.modules.items():
        if name not in used:
            assert module.template.span is not None
            yield warning("unused/module", f"nothing uses module `{name}`", module.template.span)
    for name, span in spec.import_spans.items():
        if name not in used:
            yield warning("unused/import", f"nothing uses the imported module `{name}`", span)


def _unused_params(spec: Spec) -> Iterator[Diagnostic]:
    used = _names(tuple(_all_steps(spec)), spec) | _in_option_defaults(spec)
    for arguments in spec.defaults.values():
        used |= set().union(*(argument.operand.names for argument in arguments.values()))
    for name, param in spec.params.items():
        if name not in used:
            yield warning("unused/param", f"nothing uses the param `{name}`", param.span)


def _held(spec: Spec) -> set[str]:
    """Collect the words that params and options may hold, in whatever variant."""
    params = (spec.params, *(each.params for each in spec.variants.values()))
    words = {str(param.value) for each in params for param in each.values()}
    return words | _names(tuple(_all_steps(spec)), spec) | _in_option_defaults(spec)


def _in_option_defaults(spec: Spec) -> set[str]:
    options = (option for module in spec.modules.values() for option in module.options)
    return set().union(*(each.default.names for each in options if each.default))


def _all_steps(spec: Spec) -> Iterator[Step]:
    for _, steps in _lists(spec):
        yield from nested(steps)


def _lists(spec: Spec) -> Iterator[tuple[set[str], tuple[Step, ...]]]:
    """Yield all lists of steps, each with the options and params that are known there."""
    params = set(spec.params)
    for steps in (spec.network or (), *(head.steps for head in spec.auxiliary)):
        yield params, steps
    for module in spec.modules.values():
        yield params.union(option.name.text for option in module.options), module.steps


def _names(steps: tuple[Step, ...], spec: Spec) -> set[str]:
    """Collect the names in steps that may be options or params."""
    found: set[str] = set()
    for step in nested(steps):
        if is_variable(step.word.text, spec, (step.word.text,)):
            found.add(step.word.text)
        found |= set().union(*(argument.operand.names for argument in step.arguments))
        if step.count is not None:
            found |= step.count.names
    return found


def of_graph(graph: Graph) -> Iterator[Diagnostic]:
    """Check a graph for legal but suspicious constructs."""
    yield from _of_operators(graph)
    yield from _needless_biases(graph)
    yield from _untaken(graph)


def _of_operators(graph: Graph) -> Iterator[Diagnostic]:
    seen = set()
    for node in graph.nodes.values():
        key = (node.op, node.inputs)
        if type(node.op).lints is Operator.lints or key in seen:
            continue
        seen.add(key)
        for kind, blamed, message in node.op.lints(node.output, *node.inputs):
            (label,) = node.labels(attribute=blamed)
            yield warning(f"suspect/{kind}", message, label.span)


def _needless_biases(graph: Graph) -> Iterator[Diagnostic]:
    for node in graph.nodes.values():
        if not node.op.cancels_shifts:
            continue
        before = graph.nodes.get(node.sources[0])
        if before and getattr(before.op, "bias", False) and "bias" not in before.written:
            assert before.span is not None
            yield warning(
                "suspect/bias",
                f"the bias of this `{before.word}` has no effect, since the {node.op.word} that "
                "follows cancels it",
                before.span,
                "write norm=... instead of the next step, or bias=true if it is meant",
            )


def _untaken(graph: Graph) -> Iterator[Diagnostic]:
    taken = set(graph.outputs.values()) | set(graph.heads.values())
    for node in graph.nodes.values():
        taken.update(node.sources)
    for name in graph.inputs:
        if name not in taken:
            span = graph.header.written[graph.header.file, f"inputs.{name}"].span
            help = f"write `from {name}` at a step, or remove the input"
            yield warning("unused/input", f"no step takes the input `{name}`", span, help)
    if taken.issuperset(graph.nodes):
        return
    for step, output in _givers(graph, taken).values():
        as_output = f" as `{output}`" if output else ""
        message = f"no step takes the value of `{step.word}`{as_output}"
        help = "take it with `from`, list it under `outputs`, or remove the step"
        yield warning("unused/value", message, step.span, help)


def _givers(graph: Graph, taken: set[str]) -> dict[str, tuple[Record, str]]:
    """Find the outermost step that produces each unused value, and as which output."""
    steps = {path: node.step for path, node in graph.nodes.items() if path not in taken}
    found = {path: (step, "") for path, step in steps.items() if step is not None}
    for scope in graph.scopes.values():  # in post-order: outer scopes override inner ones
        given = {path: name for name, path in scope.gives.items()}
        for path in given or (graph.boundary(scope.path).output,):
            if path in found and scope.step is not None:
                found[path] = (scope.step, given.get(path, ""))
    return found
