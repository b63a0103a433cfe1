"""Checking a spec: reading, elaboration, contracts and lints in one call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from archspec import contracts, layers, operators
from archspec.analysis import receptive_field
from archspec.analysis.sizes import accepted, at_size
from archspec.argument_types import require
from archspec.collector import paused
from archspec.diagnostic import Diagnostic, SpecError, unreadable
from archspec.graph import Graph
from archspec.language.document.findings import Findings, of_variants
from archspec.language.document.load import load as load_spec
from archspec.language.document.overrides import Overrides, apply, taking_overrides
from archspec.language.document.spec import Spec, nested
from archspec.language.elaboration import lints
from archspec.language.elaboration.elaborate import attempt, elaborate
from archspec.location import locate, of_text, with_variant
from archspec.source import File, Unreadable

REGISTERED = (operators, layers)
"""Importing these packages registers the words of operators and layers."""


AS_WRITTEN = Overrides()


@dataclass(frozen=True)
class Checked:
    """The result of checking a spec; ``graph`` is None if there is an error or no network.

    ``variants`` are those that were checked, if the spec has any and names none; ``graph`` is then
    the first one's.

    ``contracts_checked`` is false if the spec states contracts that were skipped because overrides
    were set; ``modules_only`` if the file defines modules and no network, which is no error;
    ``imports_contracts`` if imported modules state contracts, which are checked in their own files.
    """

    name: str
    diagnostics: tuple[Diagnostic, ...]
    graph: Graph | None = None
    contracts_checked: bool = True
    modules_only: bool = False
    imports_contracts: bool = False
    variants: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether no error was found."""
        return not any(each.severity == "error" for each in self.diagnostics)


class Examined(NamedTuple):
    """A checked spec, and what it was found from, for tools that follow an author's typing.

    ``document`` is None if the spec is unusable. ``attempt`` is the graph as far as it is known: in
    a spec with errors it lacks the nodes that they leave unknown, so that only its nodes and scopes
    can be relied on.
    """

    checked: Checked
    document: Spec | None = None
    attempt: Graph | None = None


def specs_of(argument: str, root: Path | None = None) -> tuple[File, ...]:
    """Find the spec that an argument names, or all specs directly in a folder.

    Raises ``SpecError`` if there is none.
    """
    try:
        file = locate(argument, root)
        inside = file.tree.specs(file.path)
    except Unreadable as error:
        raise SpecError((unreadable(error),)) from None
    if inside is None:
        return (file,)
    found = tuple(replace(file, path=path) for path in inside)
    if not found:
        message = f"no spec lies in the folder {argument}"
        raise SpecError((Diagnostic("file/no-specs", message, (), "a spec is a file *.yaml"),))
    return found


def variants_of(file: File) -> tuple[str, ...]:
    """List the variants of a spec; none if it has none, or cannot be read."""
    document = load_spec(file, Findings())
    return tuple(document.variants) if document else ()


@taking_overrides
def check(
    spec: str | Path | File, overrides: Overrides = AS_WRITTEN, root: Path | None = None
) -> Checked:
    """Check a spec and its contracts, in all of its variants unless it names one.

    Errors are returned, not raised.
    """
    try:
        file = _file(spec, root)
    except Unreadable as error:
        return Checked(str(spec), (unreadable(error),))
    return examine(file, overrides).checked


@paused()
def examine(file: File, overrides: Overrides = AS_WRITTEN) -> Examined:
    """Check a spec in all of its variants unless it names one, and return what was read as well."""
    first = examine_one(file, overrides)
    names = tuple(first.document.variants) if first.document and not file.variant else ()
    if not names:
        return first
    others = [examine_one(replace(file, variant=name), overrides).checked for name in names[1:]]
    found = dict(zip(names, (first.checked, *others), strict=True))
    diagnostics = of_variants({name: each.diagnostics for name, each in found.items()})
    graph = first.checked.graph if all(each.ok for each in others) else None
    whole = replace(first.checked, diagnostics=diagnostics, graph=graph, variants=names)
    return first._replace(checked=whole)


def check_one(
    spec: str | Path | File, overrides: Overrides = AS_WRITTEN, root: Path | None = None
) -> Checked:
    """Check one network: of a spec with variants the one that it names, else the first."""
    try:
        return examine_one(_file(spec, root), overrides).checked
    except Unreadable as error:
        return Checked(str(spec), (unreadable(error),))


@paused()
def examine_one(file: File, overrides: Overrides = AS_WRITTEN) -> Examined:
    """Check one network, and return what was read and how far elaboration came as well."""
    findings = Findings()
    document = _read(file, overrides, findings)
    if document is None:
        return Examined(Checked(file.shown, findings.all))
    changed = any(overrides)
    attempt = _attempt(document, findings, contracts_checked=not changed)
    graph = None if findings.errors else attempt
    only = document.network is None and bool(document.modules)
    foreign = _imports_contracts(document)
    unchecked = changed and _states_contracts(document)
    name = file.shown
    checked = Checked(name, findings.all, graph, not unchecked, only, foreign)
    return Examined(checked, document, attempt)


def despite_contracts(
    spec: str | Path | File, overrides: Overrides = AS_WRITTEN, root: Path | None = None
) -> Checked:
    """Check a spec and return its graph even if contracts are broken, as long as all else holds."""
    try:
        file = _file(spec, root)
    except Unreadable as error:
        return Checked(str(spec), (unreadable(error),))
    checked = check_one(file, overrides)
    errors = [each for each in checked.diagnostics if each.severity == "error"]
    if not errors or not all(each.code.startswith("contract/") for each in errors):
        return checked
    document = _read(file, overrides, Findings())
    findings = Findings()
    graph = _attempt(document, findings, contracts_checked=False) if document else None
    return replace(checked, graph=None if findings.errors else graph)


def _file(spec: str | Path | File, root: Path | None) -> File:
    require(spec, (str, Path, File), "a spec", "name its file, or give its text as text=...")
    return spec if isinstance(spec, File) else locate(str(spec), root)


def _text(text: str) -> File:
    require(text, str, "the text of a spec", "decode what was read as bytes")
    return of_text(text.encode())


def _states_contracts(document: Spec) -> bool:
    """Whether a document states contracts for its steps or for its network."""
    lists = [document.network or (), *(module.steps for module in document.modules.values())]
    lists += [head.steps for head in document.auxiliary]
    return bool(document.expect) or any(step.shape for steps in lists for step in nested(steps))


def _imports_contracts(document: Spec) -> bool:
    """Whether an imported module, or one that it uses, states a contract in its steps."""
    found, waiting = set(), list(document.imported.values())
    while waiting:
        module = waiting.pop()
        found.add(module)
        steps = tuple(nested(module.steps))
        if any(step.shape for step in steps):
            return True
        used = (module.spec.module(step.word.text) for step in steps)
        waiting += [each for each in used if each is not None and each not in found]
    return False


def _read(file: File, overrides: Overrides, findings: Findings) -> Spec | None:
    document = load_spec(file, findings)
    if document is not None:
        apply(overrides, document, findings.report)
    return document


@paused()
def sizes(file: File, candidates: range, overrides: Overrides = AS_WRITTEN) -> tuple[int, ...]:
    """List the square input sizes in a range that a spec accepts, ignoring its contracts.

    Every input that is a map gets the size. Raises ``SpecError`` for errors at any size.
    """
    findings = Findings()
    document = _read(file, overrides, findings)
    if document is None or findings.errors or document.network is None or not document.inputs:
        raise SpecError(check_one(file, overrides).diagnostics)
    return accepted(candidates, lambda size: _at_size(document, size))


def _at_size(document: Spec, size: int) -> Graph | None:
    for name, declared in document.inputs.items():
        given = declared.given._replace(type=at_size(declared.given.type, size))
        document.inputs[name] = declared._replace(given=given)
    return elaborate(document, Findings(), contracts=False)


def _attempt(document: Spec, findings: Findings, *, contracts_checked: bool) -> Graph | None:
    """Elaborate a document as far as it goes, and report all that is wrong with it."""
    for diagnostic in lints.of_spec(document):
        findings.report(diagnostic)
    if _is_beyond_elaboration(document, findings):
        return None
    for diagnostic in lints.of_defaults(document):
        findings.report(diagnostic)
    is_network = document.network is not None and document.inputs
    graph = attempt(document, findings, contracts=contracts_checked) if is_network else None
    is_whole = not findings.errors
    for diagnostic in lints.of_steps(document):  # findings drops what elaboration has reported
        findings.report(diagnostic)
    if graph is None or not is_whole:
        return graph
    for diagnostic in chain(lints.of_graph(graph), receptive_field.suspicions(graph)):
        findings.report(diagnostic)
    for diagnostic in contracts.broken(document, graph) if contracts_checked else ():
        findings.report(diagnostic)
    return graph


def _is_beyond_elaboration(document: Spec, findings: Findings) -> bool:
    """Whether errors so far would only cause misleading ones in elaboration."""
    return document.has_unknown_keys or any(each.code == "param/value" for each in findings.errors)


@taking_overrides
def load(
    spec: str | Path | File | None = None,
    overrides: Overrides = AS_WRITTEN,
    root: Path | None = None,
    *,
    text: str | None = None,
    variant: str = "",
) -> Graph:
    """Read a spec by name or from ``text``, which cannot import, and return its checked graph.

    Of a spec with variants it is the one named by ``variant`` or as ``FILE#NAME``, else the first.
    Raises ``SpecError`` with all of its diagnostics.
    """
    given = spec if text is None else _text(text)
    if given is None or None not in (spec, text):
        raise TypeError("name a spec, or give its text, and not both")
    return graph_of(check_one(_of_variant(given, variant, root), overrides, root))


def _of_variant(given: str | Path | File, variant: str, root: Path | None) -> str | Path | File:
    if not variant:
        return given
    require(variant, str, "a variant", "name it as the spec does")
    if isinstance(given, File):
        return replace(given, variant=variant)
    return with_variant(str(given), variant)


def graph_of(checked: Checked) -> Graph:
    """Return the graph of a checked spec; raise ``SpecError`` with its diagnostics if none."""
    if checked.graph is not None:
        return checked.graph
    raise SpecError(checked.diagnostics if not checked.ok else (_modules_only(checked.name),))


def _modules_only(name: str) -> Diagnostic:
    return Diagnostic(
        "spec/network",
        f"{name} holds modules and no network",
        (),
        "name a spec that imports them",
    )
