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
from archspec.language.elaboration.refusals import Inlining
from archspec.language.elaboration.step_values import Values
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

    def of_step(self, step: Step, values: Values, frame: StepFrame) -> Values:
        """Hold what a step gives to its contract, if it has one, which is on one value."""
        if step.shape is None:
            return values
        if len(values) > 1:
            self._report(refusals.contract_on_several(step.shape, tuple(values)), frame)
            return values
        return {name: self._of_value(step, wire, frame) for name, wire in values.items()}

    def _of_value(self, step: Step, wire: Wire, frame: StepFrame) -> Wire:
        """Hold a value to a contract; trust it where nothing is known."""
        assert step.shape is not None
        promised = TensorType(step.shape.shape)
        if wire.type is UNKNOWN:
            return Wire(wire.path, promised)
        is_broken = wire.type != promised and self.contracts and frame.environment.spec is self.spec
        if is_broken and not self.is_doubted:
            self._report(misfits.broken_contract(step, wire, self.builder, frame.trail), frame)
        self.is_doubted = is_broken
        return wire

    def of_module(self, use: Inlining, before: Wire, values: Values, frame: StepFrame) -> Values:
        """Check what a stem, a block or a reduction promises of its first input and each output.

        What breaks a promise gives nothing known.
        """
        first = not frame.uses and before.path in self.spec.inputs
        for after in values.values():
            broken = misfits.broken_promise(use, (before, after), first, self.builder)
            if broken is not None:
                self._report(broken, frame)
                return {name: Wire(wire.path, UNKNOWN) for name, wire in values.items()}
        return values

    def _report(self, broken: Diagnostic, frame: StepFrame) -> None:
        self.findings.report(refusals.inside(broken, frame.uses))
