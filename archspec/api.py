"""The verbs of archspec, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from archspec import contracts, layers, operators
from archspec.analysis.count import Count
from archspec.analysis.count import count as count_graph
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.language import checks
from archspec.language.elaborate import elaborate
from archspec.language.expressions import Constant
from archspec.language.load import Findings
from archspec.language.load import load as load_spec
from archspec.language.spec import Param, Spec
from archspec.source import File, Unreadable, locate
from archspec.tensor import TensorType

REGISTERED = (operators, layers)
"""Importing these packages enters every word into its table."""


class Overrides(NamedTuple):
    """Values that take the place of what a document says; its contracts are not checked then."""

    params: Mapping[str, Constant] = {}
    inputs: Mapping[str, TensorType] = {}


AS_WRITTEN = Overrides()


@dataclass(frozen=True)
class Checked:
    """What checking a spec found; ``graph`` is None where an error is among the diagnostics.

    ``modules_only`` says that the file holds modules and no network, which is no error.
    """

    name: str
    diagnostics: tuple[Diagnostic, ...]
    graph: Graph | None = None
    contracts_checked: bool = True
    modules_only: bool = False

    @property
    def ok(self) -> bool:
        """Whether no error was found."""
        return not any(each.severity == "error" for each in self.diagnostics)


def check(
    spec: str | Path | File, overrides: Overrides = AS_WRITTEN, root: Path | None = None
) -> Checked:
    """Check a spec and its contracts; whatever is wrong is in the answer."""
    findings = Findings()
    try:
        file = spec if isinstance(spec, File) else locate(str(spec), root)
    except Unreadable as error:
        diagnostic = Diagnostic(f"file/{error.kind}", str(error), (), error.help)
        return Checked(str(spec), (diagnostic,))
    document = load_spec(file, findings)
    if document is None:
        return Checked(str(file.path), findings.all)
    changed = _override(document, overrides)
    graph = _graph(document, findings, contracts_checked=not changed)
    only = document.network is None and bool(document.modules)
    return Checked(document.source.name, findings.all, graph, not changed, only)


def _graph(document: Spec, findings: Findings, *, contracts_checked: bool) -> Graph | None:
    for diagnostic in checks.of_spec(document):
        findings.report(diagnostic)
    if document.network is None or not document.inputs:
        return None
    graph = elaborate(document, findings, contracts=contracts_checked)
    if graph is None:
        return None
    for diagnostic in checks.of_graph(graph):
        findings.report(diagnostic)
    for diagnostic in contracts.broken(document, graph) if contracts_checked else ():
        findings.report(diagnostic)
    return None if findings.errors else graph


def _override(document: Spec, overrides: Overrides) -> bool:
    """Put overridden values into a document; say whether there were any."""
    for name, value in overrides.params.items():
        document.params[name] = Param(value, document.params[name].span)
    for name, given in overrides.inputs.items():
        declared = document.inputs[name]
        document.inputs[name] = declared._replace(given=declared.given._replace(type=given))
    return bool(overrides.params or overrides.inputs)


def load(
    spec: str | Path | File, overrides: Overrides = AS_WRITTEN, root: Path | None = None
) -> Graph:
    """Read a spec as its checked graph; raise ``SpecError`` with all that is wrong with it."""
    checked = check(spec, overrides, root)
    if checked.graph is None:
        raise SpecError(checked.diagnostics)
    return checked.graph


def count(graph: Graph) -> Count:
    """Count parameters, MACs and activations, in total and by module."""
    return count_graph(graph)
