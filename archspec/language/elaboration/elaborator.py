"""Writing steps out as nodes and scopes, whatever kind of step they are."""

from __future__ import annotations

from collections.abc import Mapping

from archspec.attributes import Value
from archspec.graph import GraphBuilder, Kind, Scope, Template, Wire, encloses
from archspec.graph import Step as Record
from archspec.language.document.findings import Findings
from archspec.language.document.spec import Spec
from archspec.language.elaboration import misfits, paths, refusals
from archspec.language.elaboration.evaluate import ChannelsUnknown, Poisoned, StepError
from archspec.language.elaboration.frame import Listed, StepFrame
from archspec.language.elaboration.meaning import (
    UNKNOWN,
    LayerUse,
    Meanings,
    ModuleUse,
    OperatorUse,
    RepeatUse,
    ResidualUse,
    count_of,
)
from archspec.language.elaboration.promises import Promises
from archspec.language.elaboration.refusals import Use
from archspec.language.syntax.syntax import Branch, Step, Text
from archspec.language.syntax.words import chooses_inputs
from archspec.operator import Operator, RuleError, operators

MAXIMUM_NESTING = 64
_NOTHING: Mapping[str, Value] = {}


class Elaborator:
    """Adds the nodes and scopes of a spec's steps to a builder, one list after another."""

    def __init__(self, spec: Spec, findings: Findings, contracts: bool) -> None:
        self.spec = spec
        self.findings = findings
        self.builder = GraphBuilder()
        self.promises = Promises(spec, self.builder, findings, contracts)
        self.meanings = Meanings()
        self.named: dict[int, tuple[tuple[str, Step], ...]] = {}
        self.current: Step | None = None

    def close(
        self,
        path: str,
        kind: Kind,
        listed: Listed,
        record: Record | None = None,
        arguments: Mapping[str, Value] = _NOTHING,
        template: Template | None = None,
    ) -> None:
        """Add a scope when its list of steps is written out."""
        left = listed.wire.path
        through = "" if encloses(path, left) else left
        self.builder.close(
            Scope(
                path, kind, listed.contents, arguments, record, template, through, listed.arriving
            )
        )

    def steps(self, steps: tuple[Step, ...], frame: StepFrame, kind: Kind = Kind.BRANCH) -> Listed:
        """Write out a list of steps, each taking what the one before it gives."""
        if frame.depth > MAXIMUM_NESTING:
            raise StepError(refusals.too_deep(steps[0], MAXIMUM_NESTING))
        wire = frame.arriving
        contents = []
        inputs = tuple(self.spec.inputs) if kind is Kind.NETWORK else ()
        for name, step in self.names(steps, inputs):
            path = f"{frame.prefix}{name}"
            contents.append(path)
            wire = self.step(step, path, frame, wire)
            frame.steps[name] = wire
            if step.name is not None:
                frame.names[step.name.text] = wire
        assert wire is not None
        return Listed(wire, tuple(contents), frame.arriving and frame.arriving.path)

    def names(
        self, steps: tuple[Step, ...], taken: tuple[str, ...]
    ) -> tuple[tuple[str, Step], ...]:
        """Name the steps of a list once, however often it is written out."""
        found = self.named.get(id(steps))
        if found is None:
            found = self.named[id(steps)] = paths.named(steps, taken, self.findings.report)
        return found

    def step(self, step: Step, path: str, frame: StepFrame, arriving: Wire | None) -> Wire:
        """Write out a step and all of its copies; an error leaves a value of unknown type."""
        self.current = step
        if step.broken:
            return self.promises.of_step(step, Wire(path, UNKNOWN), frame)
        try:
            wire = self.counted(step, path, frame, self.sources(step, frame, arriving))
        except StepError as error:
            self.refuse(error, frame)
            wire = Wire(path, UNKNOWN)
        except ChannelsUnknown as unknown:
            if frame.arriving is None:
                self.refuse(StepError(refusals.no_channels(unknown.span)), frame)
            wire = Wire(path, UNKNOWN)
        except Poisoned:
            wire = Wire(path, UNKNOWN)
        return self.promises.of_step(step, wire, frame)

    def refuse(self, error: StepError, frame: StepFrame) -> None:
        """Report what is wrong with a step, and the way to it."""
        for diagnostic in error.diagnostics:
            self.findings.report(refusals.inside(diagnostic, frame.uses))

    def sources(self, step: Step, frame: StepFrame, arriving: Wire | None) -> tuple[Wire, ...]:
        """Find the values that a step takes: those it names, else the one before it.

        A merge whose branches all name theirs takes none where nothing arrives.
        """
        if step.sources:
            return tuple([self.source(name, frame) for name in step.sources])
        if arriving is None:
            if not chooses_inputs(step):
                raise StepError(refusals.no_arrival(step, self.spec))
            return ()
        return (arriving,)

    def source(self, name: Text, frame: StepFrame) -> Wire:
        """Find a named value."""
        wire = frame.find(name.text)
        if wire is None:
            raise StepError(refusals.no_name(name, frame.visible(), frame.steps))
        return wire

    def counted(self, step: Step, path: str, frame: StepFrame, sources: tuple[Wire, ...]) -> Wire:
        """Write out the copies of a step one after another, or the step itself."""
        if step.count is None:
            return self.once(step, path, frame, sources)
        if len(sources) > 1:
            raise StepError(refusals.repeated_merge(step))
        count = count_of(step.count, frame.environment, frame.in_channels)
        if not sources and not count:
            raise StepError(refusals.no_arrival(step, self.spec))
        wire = sources[0] if sources else None
        copies = tuple([f"{path}.{index}" for index in range(count)])
        for each in copies:
            if wire is not None and each != copies[0] and wire.type is UNKNOWN:
                break  # one copy has said all that is wrong
            wire = self.once(step, each, frame, () if wire is None else (wire,))
        assert wire is not None
        record = paths.repeat_record(step, step.count)
        self.close(path, Kind.REPEAT, Listed(wire, copies), record, {"times": count})
        return wire

    def once(self, step: Step, path: str, frame: StepFrame, sources: tuple[Wire, ...]) -> Wire:
        """Write out one copy of a step."""
        arriving = sources[0].type if sources else UNKNOWN
        meaning = self.meanings.of(step, frame.environment, frame.in_channels, arriving)
        if isinstance(meaning, OperatorUse):
            return self.operator(step, meaning, path, frame, sources)
        if len(sources) > 1:
            raise StepError(refusals.too_many_sources(step))
        if isinstance(meaning, LayerUse):
            return self.layer(meaning, path, frame, sources[0])
        if isinstance(meaning, ModuleUse):
            return self.module(step, meaning, path, frame, sources[0])
        if isinstance(meaning, ResidualUse):
            return self.residual(step, meaning, path, frame, sources[0])
        return self.copy(step, meaning, path, frame, sources[0])

    def node(
        self,
        path: str,
        op: Operator,
        sources: tuple[Wire, ...],
        record: Record,
        frame: StepFrame,
        parts: misfits.Parts | None = None,
    ) -> Wire:
        """Add a node, unless something that it takes is broken; a merge's sources are parts."""
        if any(wire.type is UNKNOWN for wire in sources):
            return Wire(path, UNKNOWN)
        try:
            origin = record._replace(inlined_at=frame.trail) if frame.trail else record
            return self.builder.put(path, op, sources, origin)
        except RuleError as error:
            at = misfits.Misfit(op, record, sources, frame.trail)
            raise StepError(misfits.explain(error, at, parts, self.builder, self.spec)) from None

    def operator(
        self, step: Step, use: OperatorUse, path: str, frame: StepFrame, sources: tuple[Wire, ...]
    ) -> Wire:
        """Write out an operator, or a merge of branches or named values."""
        assert use.operator is not None
        if not use.operator.variadic:
            if len(sources) > 1:
                raise StepError(refusals.too_many_sources(step))
            return self.node(path, use.operator, sources, use.record, frame)
        if step.branches:
            if len(sources) > 1:
                raise StepError(refusals.branches_from_several(step))
            return self.merge(step, use, path, frame, sources[0] if sources else None)
        if len(sources) < 2:
            raise StepError(refusals.lonely_merge(step))
        labels = tuple(f"`{name.text}`" for name in step.sources)
        return self.join(path, use.operator, misfits.Parts(labels, sources), use.record, frame)

    def join(
        self, path: str, op: Operator, parts: misfits.Parts, record: Record, frame: StepFrame
    ) -> Wire:
        """Add the node that merges some parts."""
        return self.node(path, op, parts.wires, record, frame, parts)

    def merge(
        self, step: Step, use: OperatorUse, path: str, frame: StepFrame, arriving: Wire | None
    ) -> Wire:
        """Write out a merge's branches and join them."""
        names = paths.branch_names(step)
        inner = tuple([f"{path}.{name}" for name in names])
        wires = tuple(
            [
                self.branch(branch, each, frame, arriving, use.record)
                for branch, each in zip(step.branches, inner, strict=True)
            ]
        )
        assert use.operator is not None
        labels = tuple(f"branch `{name.rstrip('_')}`" for name in names)
        wire = self.join(path, use.operator, misfits.Parts(labels, wires), use.record, frame)
        self.close(path, Kind.MERGE, Listed(wire, inner), use.record)
        return wire

    def branch(
        self, branch: Branch, path: str, frame: StepFrame, arriving: Wire | None, record: Record
    ) -> Wire:
        """Write out a branch; a lone ``identity`` passes the value through."""
        inner = frame.inside(path, arriving)
        if arriving is not None and branch.passes_through:
            listed = Listed(arriving, (), arriving.path)
        else:
            listed = self.steps(branch.steps, inner)
        self.close(path, Kind.BRANCH, listed, record)
        return listed.wire

    def residual(
        self, step: Step, use: ResidualUse, path: str, frame: StepFrame, arriving: Wire
    ) -> Wire:
        """Write out the shortcut and the body, scale the body, add, activate."""
        branches = {branch.name.text: branch for branch in step.branches if branch.name}
        shortcut, contents = arriving, []
        if "shortcut" in branches and not branches["shortcut"].passes_through:
            shortcut = self.branch(
                branches["shortcut"], f"{path}.shortcut", frame, arriving, use.record
            )
            contents.append(f"{path}.shortcut")
        body = self.branch(branches["body"], f"{path}.body", frame, arriving, use.record)
        contents.append(f"{path}.body")
        if use.scale != 1:
            body = self.node(
                f"{path}.scale", operators()["scale"](factor=use.scale), (body,), use.record, frame
            )
            contents.append(body.path)
        wire = self.sum(shortcut, body, use, path, frame)
        contents.append(f"{path}.add")
        if use.activation is not None:
            wire = self.node(
                f"{path}.{use.activation.word}", use.activation, (wire,), use.record, frame
            )
            contents.append(f"{path}.{use.activation.word}")
        self.close(path, Kind.RESIDUAL, Listed(wire, tuple(contents)), use.record, use.arguments)
        return wire

    def sum(
        self, shortcut: Wire, body: Wire, use: ResidualUse, path: str, frame: StepFrame
    ) -> Wire:
        """Add the body to the shortcut; where they do not fit, go on with the shortcut's type."""
        is_projected = f"{path}.shortcut" in self.builder.scopes
        parts = misfits.Parts(("the shortcut", "the residual"), (shortcut, body), is_projected)
        path = f"{path}.add"
        try:
            wire = self.join(path, operators()["add"](), parts, use.record, frame)
        except StepError as error:
            self.refuse(error, frame)
            return Wire(path, shortcut.type)
        return wire if wire.type is not UNKNOWN else Wire(path, shortcut.type)

    def layer(self, use: LayerUse, path: str, frame: StepFrame, arriving: Wire) -> Wire:
        """Write out a layer's operators in a row."""
        wire, contents = arriving, []
        for word, op in use.rows:
            inner = f"{path}.{word}"
            contents.append(inner)
            wire = self.node(inner, op, (wire,), use.record, frame)
        self.close(path, Kind.LAYER, Listed(wire, tuple(contents)), use.record, use.arguments)
        return wire

    def module(
        self, step: Step, use: ModuleUse, path: str, frame: StepFrame, arriving: Wire
    ) -> Wire:
        """Write out a module's steps in an environment of their own, and hold it to its promise."""
        template = use.module.template
        uses = (*frame.uses, Use(template, step, (*frame.trail, step.word.span)))
        inner = StepFrame(f"{path}.", use.environment, arriving, uses, frame.depth + 1)
        listed = self.steps(use.module.steps, inner, Kind.MODULE)
        self.close(path, Kind.MODULE, listed, use.record, use.arguments, template)
        return self.promises.of_module(uses[-1], arriving, listed.wire, frame)

    def copy(self, step: Step, use: RepeatUse, path: str, frame: StepFrame, arriving: Wire) -> Wire:
        """Write out one copy of a repeated list."""
        if step.count is None:
            raise StepError(refusals.no_count(step))
        inner = frame.inside(path, arriving)
        listed = self.steps(step.branches[0].steps, inner, Kind.COPY)
        self.close(path, Kind.COPY, listed, use.record)
        return listed.wire
