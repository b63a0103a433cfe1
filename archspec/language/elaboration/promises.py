"""Checks of values against the contracts of steps and the promises of modules."""

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
    """Checks values during elaboration.

    Contracts are checked only if ``contracts`` is true. After a broken one, further ones are not
    reported until one holds again, since they would have the same cause.
    """

    spec: Spec
    builder: GraphBuilder
    findings: Findings
    contracts: bool
    is_broken: bool = False

    def of_step(self, step: Step, values: Values, frame: StepFrame) -> Values:
        """Check the output of a step against its contract, if it has one."""
        if step.shape is None:
            return values
        if len(values) > 1:
            self._report(refusals.contract_on_several(step.shape, tuple(values)), frame)
            return values
        return {name: self._of_value(step, wire, frame) for name, wire in values.items()}

    def _of_value(self, step: Step, wire: Wire, frame: StepFrame) -> Wire:
        """Check a value against a contract, which supplies the type if that is unknown."""
        assert step.shape is not None
        promised = TensorType(step.shape.shape)
        if wire.type is UNKNOWN:
            return Wire(wire.path, promised)
        is_broken = wire.type != promised and self.contracts and frame.environment.spec is self.spec
        if is_broken and not self.is_broken:
            self._report(misfits.broken_contract(step, wire, self.builder, frame.trail), frame)
        self.is_broken = is_broken
        return wire

    def of_module(self, use: Inlining, before: Wire, values: Values, frame: StepFrame) -> Values:
        """Check the promise of a module for its first input and each output.

        The outputs of a module that breaks its promise have unknown type.
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
