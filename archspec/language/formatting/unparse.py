"""The inverse of elaboration: the text of a spec for a graph that was built in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from archspec.graph import Graph, Kind, Scope, encloses, last, taking_graphs
from archspec.language.document.findings import Findings
from archspec.language.document.load import load
from archspec.language.elaboration.elaborate import elaborate
from archspec.location import of_text

_ARRIVING = "arriving"
"""The name of a module's input."""


class Unwritable(ValueError):
    """A graph cannot be written as a spec; the message says why."""


@taking_graphs
def unparse(graph: Graph) -> str:
    """Write a graph as a spec: merges with their branches, other scopes as modules.

    Raises ``Unwritable`` for auxiliary heads, layers, residuals and repeats, and if the spec would
    elaborate to a graph with other paths or wires.
    """
    writer = _Unparser(graph)
    flow = next(iter(graph.inputs)) if len(graph.inputs) == 1 else ""
    network = writer.steps(graph.children(""), flow, {name: name for name in graph.inputs})
    document = {
        "archspec": 1,
        "name": graph.name,
        "input": {name: str(given.type) for name, given in graph.inputs.items()},
        "parts": writer.parts,
        "network": network,
        "outputs": list(graph.outputs),
    }
    kept = {key: each for key, each in document.items() if each}
    text: str = yaml.safe_dump(kept, sort_keys=False, width=100)
    _require_same(graph, text)
    return text


def _require_same(graph: Graph, text: str) -> None:
    """Elaborate a text and raise ``Unwritable`` unless its graph equals the original."""
    findings = Findings()
    spec = load(of_text(text.encode()), findings)
    again = elaborate(spec, findings) if spec else None
    if again is None or _said(again) != _said(graph):
        reasons = [each.message for each in findings.errors] or [
            "a spec would name steps otherwise"
        ]
        raise Unwritable(f"{graph.name} cannot be written as a spec: {reasons[0]}")


def _said(graph: Graph) -> object:
    wires = [(path, node.op, node.sources) for path, node in graph.nodes.items()]
    return wires, graph.inputs.keys(), graph.outputs, graph.heads


@dataclass
class _Unparser:
    """Writes lists of steps; ``parts`` are the modules that they use, inner ones first."""

    graph: Graph
    parts: dict[str, Any] = field(default_factory=dict)

    def steps(self, contents: tuple[str, ...], flow: str, names: Mapping[str, str]) -> list[Any]:
        """Write a list with the input ``flow``; ``names`` maps visible values to their names."""
        known, written = dict(names), []
        for path, following in zip(contents, (*contents[1:], ""), strict=True):
            written.append(self.step(path, following, flow, known))
            flow = self.graph.boundary(path).output
            known[flow] = last(path)
        return written

    def step(self, path: str, following: str, flow: str, names: Mapping[str, str]) -> Any:
        """Write an operator, a merge, or the use of a module."""
        scope, node = self.graph.scopes.get(path), self.graph.nodes.get(path)
        if scope is not None and node is not None:
            branches = {last(each): self.branch(each, flow, names) for each in scope.contents}
            return {node.text: branches, "as": last(path)}
        word = self.part(scope) if scope else node.text if node else ""
        sources = self.graph.boundary(path).inputs if scope else node.sources if node else ()
        said = [word]
        if last(path) != word or not self.is_chained(path, following):
            said += ["as", last(path)]
        if sources != (flow,):
            said += ["from", *(self.name(each, path, names) for each in sources)]
        return " ".join(said)

    def branch(self, path: str, flow: str, names: Mapping[str, str]) -> Any:
        """Write a branch of a merge."""
        contents = self.graph.children(path)
        return self.steps(contents, flow, names) if contents else "identity"

    def is_chained(self, path: str, following: str) -> bool:
        """Whether only the next step takes a step's value, and nothing else: no name is needed."""
        value = self.graph.boundary(path).output
        is_taken = bool(following) and self.graph.boundary(following).inputs == (value,)
        return is_taken and len(self.graph.users(value)) == 1

    def name(self, value: str, path: str, names: Mapping[str, str]) -> str:
        """Return the name of a visible value."""
        if value not in names:
            raise Unwritable(f"`{path}` takes `{value}`, which is not visible there")
        return names[value]

    def flows_in(self, scope: Scope, value: str) -> bool:
        """Whether only the first step takes the input, so that this needs no name."""
        users = [each for each in self.graph.users(value) if encloses(scope.path, each.path)]
        return self.graph.boundary(scope.contents[0]).inputs == (value,) and len(users) == 1

    def part(self, scope: Scope) -> str:
        """Write a scope as a module unless there is an equal one; return the module's name."""
        inputs = self.graph.boundary(scope.path).inputs
        if not scope.contents:
            raise Unwritable(f"`{scope.path}` is a {scope.kind} without steps")
        if scope.kind not in (Kind.BRANCH, Kind.MODULE) or len(inputs) != 1:
            raise Unwritable(f"`{scope.path}` is a {scope.kind} with {len(inputs)} inputs")
        if self.flows_in(scope, inputs[0]):
            body: Any = {"steps": self.steps(scope.contents, inputs[0], {})}
        else:
            steps = self.steps(scope.contents, "", {inputs[0]: _ARRIVING})
            body = {"inputs": [_ARRIVING], "steps": steps}
        name = first = scope.word or last(scope.path)
        while self.parts.setdefault(name, body) != body:
            name = f"{first}_{len(self.parts)}"
        return name
