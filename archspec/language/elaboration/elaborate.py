"""The entry point of elaboration: the network and the auxiliary heads of a spec as a graph."""

from __future__ import annotations

from dataclasses import replace

from archspec.diagnostic import Diagnostic, Label, Severity
from archspec.graph import Graph, Header, Kind, TooLarge, Wire
from archspec.language.document.findings import Findings
from archspec.language.document.inputs import UNREAD
from archspec.language.document.spec import Head, Spec
from archspec.language.document.written import facts
from archspec.language.elaboration import refusals
from archspec.language.elaboration.elaborator import Elaborator
from archspec.language.elaboration.evaluate import StepEnvironment, StepError
from archspec.language.elaboration.frame import Listed, StepFrame
from archspec.language.elaboration.meaning import UNKNOWN
from archspec.language.elaboration.step_values import Values
from archspec.language.syntax.names import output_name, owned
from archspec.language.syntax.syntax import Text


def elaborate(spec: Spec, findings: Findings, *, contracts: bool = True) -> Graph | None:
    """Elaborate a spec to its graph; None if there are errors, which are added to ``findings``."""
    graph = attempt(spec, findings, contracts=contracts)
    return None if findings.errors else graph


def attempt(spec: Spec, findings: Findings, *, contracts: bool = True) -> Graph | None:
    """Elaborate a spec as far as it goes; errors are added to ``findings``.

    What errors leave unknown is missing from the graph, which is None where nothing can be said.
    ``contracts`` is to be false if a param or an input was overridden, since contracts are about
    the document as written. So are auxiliary heads, whose kernels may be as large as the remaining
    grid: if one does not fit an overridden input, all are left out.
    """
    found = Findings()
    graph = _Elaboration(spec, found, contracts).graph()
    if found.errors and spec.auxiliary and not contracts:
        graph, found = _without_heads(spec, found)
    for diagnostic in found.all:
        findings.report(diagnostic)
    return graph


def _without_heads(spec: Spec, found: Findings) -> tuple[Graph | None, Findings]:
    """Elaborate without heads and warn; keep the original findings if heads are not to blame."""
    bare = Findings()
    graph = _Elaboration(replace(spec, auxiliary=()), bare, contracts=False).graph()
    if bare.errors:
        return None, found
    bare.report(
        Diagnostic(
            "auxiliary/left-out",
            f"auxiliary heads are left out, since not all fit: {found.errors[0].message}",
            (Label(spec.auxiliary[0].name.span),),
            severity=Severity.WARNING,
        )
    )
    return graph, bare


class _Elaboration:
    def __init__(self, spec: Spec, findings: Findings, contracts: bool) -> None:
        self.spec = spec
        self.findings = findings
        self.elaborator = Elaborator(spec, findings, contracts)

    def graph(self) -> Graph | None:
        """Elaborate the network and its heads."""
        assert self.spec.network is not None
        given = {
            name: Wire(name, UNKNOWN if declared.given.type is UNREAD else declared.given.type)
            for name, declared in self.spec.inputs.items()
        }
        only = next(iter(given.values())) if len(given) == 1 else None
        environment = StepEnvironment(self.spec, self.spec.param_values)
        names: dict[str, Values] = {name: {"": wire} for name, wire in given.items()}
        root = StepFrame("", environment, only, names=names)
        try:
            listed = self.elaborator.steps(self.spec.network, root)
            heads = {
                owned(head.name.text): self.head(head, root, listed) for head in self.spec.auxiliary
            }
            outputs = self.outputs(listed, root)
        except TooLarge as error:
            self.findings.report(self.too_large(str(error)))
            return None
        except StepError as refused:
            self.elaborator.refuse(refused, root)
            return None
        contents = (*listed.contents, *heads)
        self.elaborator.close("", Kind.NETWORK, listed._replace(contents=contents))
        return Graph(
            header(self.spec),
            self.elaborator.builder.nodes,
            self.elaborator.builder.scopes,
            {name: declared.given for name, declared in self.spec.inputs.items()},
            outputs,
            heads,
        )

    def too_large(self, message: str) -> Diagnostic:
        """Return the diagnostic for the step at which the graph became too large."""
        assert self.elaborator.current is not None
        label = Label(self.elaborator.current.word.span, "the limit is exceeded here")
        return Diagnostic("graph/too-large", message, (label,))

    def outputs(self, listed: Listed, root: StepFrame) -> dict[str, str]:
        """Return the outputs of the network: those declared, or else the last value."""
        assert self.spec.network is not None
        if not self.spec.outputs:
            left = listed.one(self.spec.network)
            return {listed.contents[-1]: left.path} if listed.contents else {}
        wanted = {name: self.top(name, root, "outputs/unknown") for name in self.spec.outputs}
        return {output_name(name.text): wire.path for name, wire in wanted.items() if wire}

    def top(self, name: Text, root: StepFrame, code: str) -> Wire | None:
        """Return the value of a top-level step by its name; report an unknown or ambiguous one."""
        values = {**root.names, **root.steps}.get(name.text)
        if values is None:
            self.findings.report(refusals.no_step(code, name, root.steps))
        elif len(values) > 1:
            self.findings.report(refusals.no_output(name, values, root.steps))
        else:
            return next(iter(values.values()))
        return None

    def head(self, head: Head, root: StepFrame, network: Listed) -> str:
        """Elaborate an auxiliary head; return the path of its value."""
        name = owned(head.name.text)
        if name in network.contents or head.name.text in self.spec.inputs:
            self.findings.report(refusals.head_name(head))
        start = self.top(head.source, root, "auxiliary/unknown-step")
        frame = StepFrame(f"{name}.", root.environment, start or Wire(name, UNKNOWN))
        listed = self.elaborator.steps(head.steps, frame)
        self.elaborator.close(name, Kind.HEAD, listed)
        return listed.one(head.steps).path


def header(spec: Spec) -> Header:
    """Return the header of a spec's graph."""
    return Header(
        name=spec.name.text if spec.name else "",
        title=spec.title,
        source=spec.origin,
        doc=spec.doc,
        params=spec.param_values,
        moved=spec.moved,
        file=spec.source.name,
        texts=tuple([each.text for each in spec.files]),
        written=facts(spec),
    )
