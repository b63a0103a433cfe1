"""Where the numbers of a step come from: its text, the file's defaults, options and params."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.attributes import show
from archspec.editor.reading import Reading
from archspec.graph import Graph, Kind, Node, Scope, Written, upwards
from archspec.language.document.spec import Spec
from archspec.language.syntax.expressions import ExpressionError, parse


def origins(reading: Reading, path: str) -> Iterator[str]:
    """Yield a line for each value of a step that is not plainly written there, or not there."""
    graph = reading.graph
    assert graph is not None
    told: set[str] = set()
    for node in reading.uses.nodes(path):
        for name, written in node.written.items():
            value = _value(graph, node, path, name)
            if value and name not in told:
                told.add(name)
                yield from _origin(reading, node, name, value, written)


def _value(graph: Graph, node: Node, path: str, name: str) -> str:
    """Return the value of an attribute: of a node, or of the layer that it belongs to."""
    scope = graph.scopes.get(path)
    if name in node.op.attributes:
        return show(getattr(node.op, name))
    return show(scope.arguments[name]) if scope and name in scope.arguments else ""


def _origin(reading: Reading, node: Node, name: str, value: str, written: Written) -> Iterator[str]:
    assert node.span is not None
    line = f"`{name}` is {value}"
    names, is_computed = _names(written.text)
    facts = list(filter(None, (_variable(reading, node, each) for each in names)))
    if facts or is_computed:
        line = "; ".join((f"{line} = `{written.text}`", *facts))
    if _is_default(reading.document, node, name, written):
        yield f"{line}, by `defaults` in line {written.span.line}"
    elif "=" in line:
        yield line


def _is_default(spec: Spec | None, node: Node, name: str, written: Written) -> bool:
    """Whether a text stands in the section ``defaults``, and not in the step."""
    known = (spec.defaults if spec else {}).get(node.word, {})
    return name in known and known[name].operand.span[1:] == written.span[1:]


def _names(text: str) -> tuple[tuple[str, ...], bool]:
    """Return the names in a text, and whether it has any arithmetic."""
    try:
        expression = parse(text)
    except ExpressionError:
        return (), False
    return tuple(sorted(expression.names)), bool(expression.root.children())


def _variable(reading: Reading, node: Node, name: str) -> str:
    """Say what a name in a step stands for, and where that was decided."""
    assert reading.graph is not None
    scope = _module_around(reading.graph, node)
    if scope is not None and name in scope.arguments:
        return f"`{name}` is {show(scope.arguments[name])}, {_given(scope, name)}"
    spec = reading.document
    if spec is not None and name in spec.params:
        param = spec.params[name]
        return f"`{name}` is {show(param.value)}, a param of line {param.span.line}"
    if name == "in_channels":
        return "`in_channels` is what arrives at the list of steps"
    return ""


def _module_around(graph: Graph, node: Node) -> Scope | None:
    scopes = (graph.scopes.get(path) for path in upwards(node.path))
    return next((each for each in scopes if each and each.kind is Kind.MODULE), None)


def _given(scope: Scope, name: str) -> str:
    written = scope.written.get(name)
    if written is not None:
        return f"given as `{written.text}` in line {written.span.line}"
    default = scope.template.default(name) if scope.template else None
    return f"by default, `{name}={default.text}`" if default else "by default"
