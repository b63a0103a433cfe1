"""The recursive expansion of steps to nodes and scopes."""

from __future__ import annotations

from collections.abc import Mapping

from archspec.attributes import Value
from archspec.graph import GraphBuilder, Kind, Scope, Template, Wire, encloses
from archspec.graph import Step as Record
from archspec.language.document.findings import Findings
from archspec.language.document.spec import Spec
from archspec.language.elaboration import misfits, paths, refusals
from archspec.language.elaboration.denoted import denoted
from archspec.language.elaboration.evaluate import ChannelsUnknown, Poisoned, StepError
from archspec.language.elaboration.frame import Listed, StepFrame
from archspec.language.elaboration.meaning import (
    UNKNOWN,
    LayerUse,
    Meaning,
    Meanings,
    ModuleUse,
    OperatorUse,
    RepeatUse,
    ResidualUse,
    count_of,
)
from archspec.language.elaboration.promises import Promises
from archspec.language.elaboration.refusals import Inlining
from archspec.language.elaboration.step_values import Values, named, paths_by_output
from archspec.language.syntax.syntax import Branch, Step
from archspec.layer import ACTIVATION
from archspec.operator import Operator, RuleError, operators

MAXIMUM_NESTING = 64
_NOTHING: Mapping[str, Value] = {}


class Elaborator:
    """Adds the nodes and scopes of a spec's steps to a builder, one list of steps at a time.

    An erroneous step raises ``StepError``, is reported and leaves values of type ``UNKNOWN``; steps
    that depend on these raise ``Poisoned`` and are skipped silently.
    """

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
        """Add a scope whose list of steps has been elaborated."""
        left = listed.first.path
        through = "" if encloses(path, left) else left
        self.builder.close(
            Scope(
                path,
                kind,
                listed.contents,
                arguments,
                record,
                template,
                through,
                listed.arriving,
                listed.takes,
                paths_by_output(listed.values),
            )
        )

    def steps(self, steps: tuple[Step, ...], frame: StepFrame) -> Listed:
        """Elaborate a list of steps, each of which takes the values of the one before it."""
        if frame.depth > MAXIMUM_NESTING:
            raise StepError(refusals.too_deep(steps[0], MAXIMUM_NESTING))
        arriving = frame.arriving
        values: Values = {} if arriving is None else {"": arriving}
        contents = []
        for name, step in self.names(steps, tuple(frame.names)):
            path = f"{frame.prefix}{name}"
            contents.append(path)
            values = self.step(step, path, frame, values)
            frame.steps.update(named(name, values))
            if step.name is not None:
                frame.names.update(named(step.name.text, values))
        return Listed(values, tuple(contents), arriving and arriving.path)

    def names(
        self, steps: tuple[Step, ...], taken: tuple[str, ...]
    ) -> tuple[tuple[str, Step], ...]:
        """Assign names to the steps of a list, memoised by the list."""
        found = self.named.get(id(steps))
        if found is None:
            found = self.named[id(steps)] = paths.named(steps, taken, self.findings.report)
        return found

    def step(self, step: Step, path: str, frame: StepFrame, arriving: Values) -> Values:
        """Elaborate a step and all of its copies; an error leaves values of unknown type."""
        self.current = step
        values: Values = {"": Wire(path, UNKNOWN)}
        try:
            step = denoted(step, frame.environment)
            values = dict.fromkeys(self.outputs(step, frame), Wire(path, UNKNOWN))
            if step.broken:
                return self.promises.of_step(step, values, frame)
            values = self.counted(step, path, frame, frame.sources(step, arriving))
        except StepError as refused:
            self.refuse(refused, frame)
        except ChannelsUnknown as unknown:
            if frame.arriving is None:
                self.refuse(StepError(refusals.no_channels(unknown.span)), frame)
        except Poisoned:
            pass
        return self.promises.of_step(step, values, frame)

    def outputs(self, step: Step, frame: StepFrame) -> tuple[str, ...]:
        """Return the names of a step's outputs; a single one is empty unless a module names it."""
        module = frame.environment.spec.module(step.word.text)
        return (module.template.outputs if module else ()) or ("",)

    def refuse(self, error: StepError, frame: StepFrame) -> None:
        """Report the errors of a step, with the call sites of enclosing modules."""
        for diagnostic in error.diagnostics:
            self.findings.report(refusals.inside(diagnostic, frame.uses))

    def counted(self, step: Step, path: str, frame: StepFrame, sources: tuple[Wire, ...]) -> Values:
        """Elaborate the copies of a step in sequence, or the step itself.

        Each copy takes all values of the one before it.
        """
        if step.count is None:
            return self.once(step, path, frame, sources)
        outputs = self.outputs(step, frame)
        if sources and len(sources) != len(outputs):
            raise StepError(refusals.repeated(step, len(sources), outputs))
        count = count_of(step.count, frame.environment, frame.in_channels)
        if not sources and not count:
            raise StepError(refusals.no_arrival(step, frame.names))
        values: Values = dict(zip(outputs, sources, strict=False))
        copies = tuple([f"{path}.{index}" for index in range(count)])
        for each in copies:
            if each != copies[0] and any(wire.type is UNKNOWN for wire in values.values()):
                break  # the first copy has reported all errors
            values = self.once(step, each, frame, tuple(values.values()))
        record = paths.repeat_record(step, step.count)
        self.close(path, Kind.REPEAT, Listed(values, copies), record, {"times": count})
        return values

    def once(self, step: Step, path: str, frame: StepFrame, sources: tuple[Wire, ...]) -> Values:
        """Elaborate one copy of a step."""
        arriving = sources[0].type if sources else UNKNOWN
        meaning = self.meanings.of(step, frame.environment, frame.in_channels, arriving)
        if isinstance(meaning, ModuleUse):
            return self.module(step, meaning, path, frame, sources)
        return {"": self.one(step, meaning, path, frame, sources)}

    def one(
        self, step: Step, meaning: Meaning, path: str, frame: StepFrame, sources: tuple[Wire, ...]
    ) -> Wire:
        """Elaborate a step other than a module, which has one output."""
        if isinstance(meaning, OperatorUse) and meaning.activation is not None:
            return self.activated(step, meaning, path, frame, sources)
        if isinstance(meaning, OperatorUse):
            return self.operator(step, meaning, path, frame, sources)
        if len(sources) > 1:
            raise StepError(refusals.too_many_sources(step, sources, frame.visible()))
        if isinstance(meaning, LayerUse):
            return self.layer(meaning, path, frame, sources[0])
        if isinstance(meaning, ResidualUse):
            return self.residual(step, meaning, path, frame, sources[0])
        assert isinstance(meaning, RepeatUse)
        return self.copy(step, meaning, path, frame, sources[0])

    def node(
        self,
        path: str,
        op: Operator,
        sources: tuple[Wire, ...],
        record: Record,
        frame: StepFrame,
        parts: misfits.MergeParts | None = None,
    ) -> Wire:
        """Add a node unless a source is of unknown type; ``parts`` describe those of a merge."""
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
        """Elaborate an operator, or a merge of branches or named values."""
        assert use.operator is not None
        if not use.operator.variadic:
            if len(sources) > 1:
                raise StepError(refusals.too_many_sources(step, sources, frame.visible()))
            return self.node(path, use.operator, sources, use.record, frame)
        if step.branches:
            if len(sources) > 1:
                raise StepError(refusals.branches_from_several(step, sources, frame.visible()))
            return self.merge(step, use, path, frame, sources[0] if sources else None)
        if len(sources) < 2:
            raise StepError(refusals.lonely_merge(step))
        parts = misfits.MergeParts(frame.labels(step), sources)
        return self.join(path, use.operator, parts, use.record, frame)

    def activated(
        self, step: Step, use: OperatorUse, path: str, frame: StepFrame, sources: tuple[Wire, ...]
    ) -> Wire:
        """Elaborate a merge and the activation that follows it.

        Of named values, they are a layer of both, a row of operators; with branches, a list.
        """
        assert use.activation is not None
        contents = (f"{path}.{step.word.text}", f"{path}.{use.activation.word}")
        wire = self.operator(step, use, contents[0], frame, sources)
        wire = self.node(contents[1], use.activation, (wire,), use.record, frame)
        arguments = {ACTIVATION.name: use.activation.word}
        kind = Kind.COPY if step.branches else Kind.LAYER
        self.close(path, kind, Listed({"": wire}, contents), use.record, arguments)
        return wire

    def join(
        self, path: str, op: Operator, parts: misfits.MergeParts, record: Record, frame: StepFrame
    ) -> Wire:
        """Add the node of a merge."""
        return self.node(path, op, parts.wires, record, frame, parts)

    def merge(
        self, step: Step, use: OperatorUse, path: str, frame: StepFrame, arriving: Wire | None
    ) -> Wire:
        """Elaborate the branches of a merge and join them."""
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
        wire = self.join(path, use.operator, misfits.MergeParts(labels, wires), use.record, frame)
        self.close(path, Kind.MERGE, Listed({"": wire}, inner), use.record)
        return wire

    def branch(
        self, branch: Branch, path: str, frame: StepFrame, arriving: Wire | None, record: Record
    ) -> Wire:
        """Elaborate a branch; a lone ``identity`` makes an empty scope."""
        inner = frame.inside(path, arriving)
        if arriving is not None and branch.passes_through:
            listed = Listed({"": arriving}, (), arriving.path)
        else:
            listed = self.steps(branch.steps, inner)
        self.close(path, Kind.BRANCH, listed, record)
        return listed.one(branch.steps)

    def residual(
        self, step: Step, use: ResidualUse, path: str, frame: StepFrame, arriving: Wire
    ) -> Wire:
        """Elaborate the shortcut and the body, scale the body, add both, apply the activation."""
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
        self.close(
            path, Kind.RESIDUAL, Listed({"": wire}, tuple(contents)), use.record, use.arguments
        )
        return wire

    def sum(
        self, shortcut: Wire, body: Wire, use: ResidualUse, path: str, frame: StepFrame
    ) -> Wire:
        """Add the body to the shortcut; on a mismatch report it and assume the shortcut's type."""
        is_projected = f"{path}.shortcut" in self.builder.scopes
        parts = misfits.MergeParts(("the shortcut", "the residual"), (shortcut, body), is_projected)
        path = f"{path}.add"
        try:
            wire = self.join(path, operators()["add"](), parts, use.record, frame)
        except StepError as error:
            self.refuse(error, frame)
            return Wire(path, shortcut.type)
        return wire if wire.type is not UNKNOWN else Wire(path, shortcut.type)

    def layer(self, use: LayerUse, path: str, frame: StepFrame, arriving: Wire) -> Wire:
        """Elaborate the operators of a layer in sequence."""
        wire, contents = arriving, []
        for word, op in use.rows:
            inner = f"{path}.{word}"
            contents.append(inner)
            wire = self.node(inner, op, (wire,), use.record, frame)
        self.close(path, Kind.LAYER, Listed({"": wire}, tuple(contents)), use.record, use.arguments)
        return wire

    def module(
        self, step: Step, use: ModuleUse, path: str, frame: StepFrame, sources: tuple[Wire, ...]
    ) -> Values:
        """Elaborate the steps of a module in an environment of their own and check its promise."""
        template = use.module.template
        if any(each.template is template for each in frame.uses):
            raise StepError(refusals.recursive(step, template, frame.uses))
        if len(sources) != max(len(template.inputs), 1):
            if any(wire.type is UNKNOWN for wire in sources):
                raise Poisoned
            raise StepError(refusals.wrong_count(step, template, sources, frame.visible()))
        uses = (*frame.uses, Inlining(template, step, (*frame.trail, step.word.span)))
        only = sources[0] if len(sources) == 1 else None
        inner = StepFrame(f"{path}.", use.environment, only, uses, frame.depth + 1)
        takes = dict(zip(template.inputs, sources, strict=False))
        inner.names.update({name: {"": wire} for name, wire in takes.items()})
        listed = self.steps(use.module.steps, inner)
        left = listed._replace(
            values=listed.leaving(use.module, inner), takes=paths_by_output(takes)
        )
        self.close(path, Kind.MODULE, left, use.record, use.arguments, template)
        return self.promises.of_module(uses[-1], sources[0], left.values, frame)

    def copy(self, step: Step, use: RepeatUse, path: str, frame: StepFrame, arriving: Wire) -> Wire:
        """Elaborate one copy of a repeated list."""
        if step.count is None:
            raise StepError(refusals.no_count(step))
        inner = frame.inside(path, arriving)
        listed = self.steps(step.branches[0].steps, inner)
        self.close(path, Kind.COPY, listed, use.record)
        return listed.one(step.branches[0].steps)
