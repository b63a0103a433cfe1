"""Checking small specs in tests, and showing what came of them."""

from __future__ import annotations

from pathlib import PurePosixPath

from archspec import api
from archspec.diagnostic import Diagnostic
from archspec.graph import Graph
from archspec.language.document.overrides import Overrides
from archspec.operator import Operator
from archspec.source import File
from tests.texts import Texts

HEAD = "archspec: 1\nname: net\ninput: 32x32x3\n"


def checked(text: str, overrides: Overrides = api.AS_WRITTEN, /, **others: str) -> api.Checked:
    """Check ``net.yaml``; other files stand beside it, as ``name.yaml``."""
    files = {"net.yaml": text} | {f"{name}.yaml": other for name, other in others.items()}
    return api.check(File(Texts(files), PurePosixPath("net.yaml")), overrides)


def graph_of(text: str, **others: str) -> Graph:
    """Check a document that is all right."""
    found = checked(text, api.AS_WRITTEN, **others)
    assert [each for each in found.diagnostics if each.severity == "error"] == []
    assert found.graph is not None
    return found.graph


def network(*steps: str, head: str = "") -> Graph:
    """Check a network of steps, one a line, under more keys if there are any."""
    return graph_of(document(*steps, head=head))


def document(*steps: str, head: str = "") -> str:
    """Write a document with a network of steps, one a line."""
    lines = "".join(f"  - {step}\n" for step in steps)
    return f"{HEAD}{head}network:\n{lines}"


def findings(text: str, **others: str) -> list[str]:
    """List the codes of all that was found in a document."""
    return [each.code for each in checked(text, api.AS_WRITTEN, **others).diagnostics]


def wrong(*steps: str, head: str = "") -> Diagnostic:
    """Return the one thing that is wrong with a network of steps."""
    found = checked(document(*steps, head=head))
    (error,) = found.diagnostics
    assert found.graph is None
    return error


def shapes(graph: Graph) -> dict[str, str]:
    """Show the type that each node gives, by its path."""
    return {path: str(node.output) for path, node in graph.nodes.items()}


def sources(graph: Graph) -> dict[str, tuple[str, ...]]:
    """Show what each node takes, by its path."""
    return {path: node.sources for path, node in graph.nodes.items()}


def operator(graph: Graph, path: str) -> Operator:
    """Find the operator at a path."""
    return graph.nodes[path].op
