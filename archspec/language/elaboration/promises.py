"""Holding values to what was promised of them: by the contracts of steps, by kinds of modules."""

from __future__ import annotations

from dataclasses import dataclass

from archspec.diagnostic import Diagnostic
from archspec.graph import GraphBuilder, Wire
from archspec.language.document.findings import Findings
from archspec.language.document.spec import Spec
from archspec.language.elaboration import misfits, refusals
from archspec.language.elaboration.frame import StepFrame
from archspec.language.elaboration.meaning import UNKNOWN
from archspec.language.elaboration.refusals import Use
from archspec.language.syntax.syntax import Step
from archspec.tensor import TensorType


@dataclass
class Promises:
    """Compares values with promises while a spec is written out.

    Contracts state the document as written; they are compared only where ``contracts`` says so,
    and behind a broken one, where all is doubted, only once one holds again.
    """

    spec: Spec
    builder: GraphBuilder
    findings: Findings
    contracts: bool
    is_doubted: bool = False

    def of_step(self, step: Step, wire: Wire, frame: StepFrame) -> Wire:
        """Hold a value to its step's contract, if it has one; trust it where nothing is known."""
        if step.shape is None:
            return wire
        promised = TensorType(step.shape.shape)
        if wire.type is UNKNOWN:
            return Wire(wire.path, promised)
        is_broken = wire.type != promised and self.contracts and frame.environment.spec is self.spec
        if is_broken and not self.is_doubted:
            self._report(misfits.broken_contract(step, wire, self.builder, frame.trail), frame)
        self.is_doubted = is_broken
        return wire

    def of_module(self, use: Use, before: Wire, after: Wire, frame: StepFrame) -> Wire:
        """Check what a stem, a block or a reduction promises; a broken one gives nothing known."""
        first = not frame.uses and before.path in self.spec.inputs
        broken = misfits.broken_promise(use, (before, after), first, self.builder)
        if broken is None:
            return after
        self._report(broken, frame)
        return Wire(after.path, UNKNOWN)

    def _report(self, broken: Diagnostic, frame: StepFrame) -> None:
        self.findings.report(refusals.inside(broken, frame.uses))
