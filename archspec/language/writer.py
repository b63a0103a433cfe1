"""Writing steps out as nodes and scopes, whatever kind of step they are."""

from __future__ import annotations

from collections.abc import Mapping

from archspec.attributes import Value
from archspec.graph import GraphBuilder, Kind, Scope, Wire
from archspec.graph import Step as Record
from archspec.language import misfits, paths, refusals
from archspec.language.evaluate import ChannelsUnknown, Refused, Unknowable
from archspec.language.findings import Findings
from archspec.language.meaning import (
    UNKNOWN,
    LayerUse,
    Meanings,
    ModuleUse,
    OperatorUse,
    RepeatUse,
    ResidualUse,
    count_of,
)
from archspec.language.place import Listed, Place
from archspec.language.promises import Promises
from archspec.language.refusals import Use
from archspec.language.spec import Spec
from archspec.language.syntax import Branch, Step, Text
from archspec.language.words import chooses_inputs
from archspec.operator import Operator, RuleError, operators

MAXIMUM_NESTING = 64
_NOTHING: Mapping[str, Value] = {}


class Writer:
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
        place: Place,
        listed: Listed,
        inputs: tuple[str, ...] | None = None,
        record: Record | None = None,
    ) -> None:
        """Record a scope of which nothing but its list of steps is to be said."""
        read = tuple(place.reads) if inputs is None else inputs
        self.builder.close(
            Scope(
                path,
                kind,
                read,
                listed.wire.path,
                listed.contents,
                _NOTHING,
                record,
                arriving=place.arriving and place.arriving.path,
            )
        )

    def steps(self, steps: tuple[Step, ...], place: Place, kind: Kind = Kind.BRANCH) -> Listed:
        """Write out a list of steps, each taking what the one before it gives."""
        if place.depth > MAXIMUM_NESTING:
            raise Refused(refusals.too_deep(steps[0], MAXIMUM_NESTING))
        wire = place.arriving
        contents = []
        inputs = tuple(self.spec.inputs) if kind is Kind.NETWORK else ()
        for name, step in self.names(steps, inputs):
            path = f"{place.prefix}{name}"
            contents.append(path)
            wire = self.step(step, path, place, wire)
            place.steps[name] = wire
            if step.name is not None:
                place.names[step.name.text] = wire
        assert wire is not None
        if wire.path and wire is place.arriving:
            place.read(wire.path)
        return Listed(wire, tuple(contents))

    def names(
        self, steps: tuple[Step, ...], taken: tuple[str, ...]
    ) -> tuple[tuple[str, Step], ...]:
        """Name the steps of a list once, however often it is written out."""
        found = self.named.get(id(steps))
        if found is None:
            found = self.named[id(steps)] = paths.named(steps, taken, self.findings.report)
        return found

    def step(self, step: Step, path: str, place: Place, arriving: Wire | None) -> Wire:
        """Write out a step and all of its copies; an error leaves a value of unknown type."""
        self.current = step
        if step.broken:
            return self.promises.of_step(step, Wire(path, UNKNOWN), place)
        try:
            wire = self.counted(step, path, place, self.sources(step, place, arriving))
        except Refused as refused:
            self.refuse(refused, place)
            wire = Wire(path, UNKNOWN)
        except ChannelsUnknown as unknown:
            if place.arriving is None:
                self.refuse(Refused(refusals.no_channels(unknown.span)), place)
            wire = Wire(path, UNKNOWN)
        except Unknowable:
            wire = Wire(path, UNKNOWN)
        return self.promises.of_step(step, wire, place)

    def refuse(self, refused: Refused, place: Place) -> None:
        """Report what is wrong with a step, and the way to it."""
        for diagnostic in refused.diagnostics:
            self.findings.report(refusals.inside(diagnostic, place.uses))

    def sources(self, step: Step, place: Place, arriving: Wire | None) -> tuple[Wire, ...]:
        """Find the values that a step takes: those it names, else the one before it.

        A merge whose branches all name theirs takes none where nothing arrives.
        """
        if step.sources:
            return tuple([self.source(name, place) for name in step.sources])
        if arriving is None:
            if not chooses_inputs(step):
                raise Refused(refusals.no_arrival(step, self.spec))
            return ()
        if not step.branches:
            place.read(arriving.path)
        return (arriving,)

    def source(self, name: Text, place: Place) -> Wire:
        """Find a named value."""
        wire = place.find(name.text)
        if wire is None:
            raise Refused(refusals.no_name(name, place.visible(), place.steps))
        inner: Place | None = place
        while inner is not None:
            inner.read(wire.path)
            inner = inner.outer
        return wire

    def counted(self, step: Step, path: str, place: Place, sources: tuple[Wire, ...]) -> Wire:
        """Write out the copies of a step one after another, or the step itself."""
        if step.count is None:
            return self.once(step, path, place, sources)
        if len(sources) > 1:
            raise Refused(refusals.repeated_merge(step))
        count = count_of(step.count, place.environment, place.in_channels)
        if not sources and not count:
            raise Refused(refusals.no_arrival(step, self.spec))
        wire = sources[0] if sources else None
        copies = tuple([f"{path}.{index}" for index in range(count)])
        for each in copies:
            if wire is not None and each != copies[0] and wire.type is UNKNOWN:
                break  # one copy has said all that is wrong
            wire = self.once(step, each, place, () if wire is None else (wire,))
        assert wire is not None
        scope = Scope(
            path,
            Kind.REPEAT,
            self.read_by(copies, tuple([each.path for each in sources]), f"{path}."),
            wire.path,
            copies,
            {"times": count},
            paths.repeat_record(step, step.count),
        )
        self.builder.close(scope)
        return wire

    def read_by(
        self, scopes: tuple[str, ...], first: tuple[str, ...], prefix: str
    ) -> tuple[str, ...]:
        """List the values that scopes take from outside of ``prefix``, beginning with ``first``."""
        known = [self.builder.scopes[each] for each in scopes if each in self.builder.scopes]
        read = [source for each in known for source in each.inputs]
        return tuple(dict.fromkeys([*first, *(one for one in read if not one.startswith(prefix))]))

    def once(self, step: Step, path: str, place: Place, sources: tuple[Wire, ...]) -> Wire:
        """Write out one copy of a step."""
        arriving = sources[0].type if sources else UNKNOWN
        meaning = self.meanings.of(step, place.environment, place.in_channels, arriving)
        if isinstance(meaning, OperatorUse):
            return self.operator(step, meaning, path, place, sources)
        if len(sources) > 1:
            raise Refused(refusals.too_many_sources(step))
        if isinstance(meaning, LayerUse):
            return self.layer(meaning, path, place, sources[0])
        if isinstance(meaning, ModuleUse):
            return self.module(step, meaning, path, place, sources[0])
        if isinstance(meaning, ResidualUse):
            return self.residual(step, meaning, path, place, sources[0])
        return self.copy(step, meaning, path, place, sources[0])

    def node(
        self,
        path: str,
        op: Operator,
        sources: tuple[Wire, ...],
        record: Record,
        place: Place,
        parts: misfits.Parts | None = None,
    ) -> Wire:
        """Add a node, unless something that it takes is broken; a merge's sources are parts."""
        if any(wire.type is UNKNOWN for wire in sources):
            return Wire(path, UNKNOWN)
        try:
            return self.builder.add(path, op, sources, record, place.trail)
        except RuleError as error:
            at = misfits.Misfit(op, record, sources, place.trail)
            raise Refused(misfits.explain(error, at, parts, self.builder, self.spec)) from None

    def operator(
        self, step: Step, use: OperatorUse, path: str, place: Place, sources: tuple[Wire, ...]
    ) -> Wire:
        """Write out an operator, or a merge of branches or named values."""
        assert use.operator is not None
        if not use.operator.variadic:
            if len(sources) > 1:
                raise Refused(refusals.too_many_sources(step))
            return self.node(path, use.operator, sources, use.record, place)
        if step.branches:
            if len(sources) > 1:
                raise Refused(refusals.branches_from_several(step))
            return self.merge(step, use, path, place, sources[0] if sources else None)
        if len(sources) < 2:
            raise Refused(refusals.lonely_merge(step))
        labels = tuple(f"`{name.text}`" for name in step.sources)
        return self.join(path, use.operator, misfits.Parts(labels, sources), use.record, place)

    def join(
        self, path: str, op: Operator, parts: misfits.Parts, record: Record, place: Place
    ) -> Wire:
        """Add the node that merges some parts."""
        return self.node(path, op, parts.wires, record, place, parts)

    def merge(
        self, step: Step, use: OperatorUse, path: str, place: Place, arriving: Wire | None
    ) -> Wire:
        """Write out a merge's branches and join them."""
        names = paths.branch_names(step)
        inner = tuple([f"{path}.{name}" for name in names])
        wires = tuple(
            [
                self.branch(branch, each, place, arriving, use.record)
                for branch, each in zip(step.branches, inner, strict=True)
            ]
        )
        assert use.operator is not None
        labels = tuple(f"branch `{name.rstrip('_')}`" for name in names)
        wire = self.join(path, use.operator, misfits.Parts(labels, wires), use.record, place)
        read = dict.fromkeys(
            source for each in inner for source in self.builder.scopes[each].inputs
        )
        self.builder.close(
            Scope(path, Kind.MERGE, tuple(read), wire.path, inner, _NOTHING, use.record)
        )
        return wire

    def branch(
        self, branch: Branch, path: str, place: Place, arriving: Wire | None, record: Record
    ) -> Wire:
        """Write out a branch; a lone ``identity`` passes the value through."""
        inner = place.inside(path, arriving)
        if arriving is not None and branch.passes_through:
            inner.read(arriving.path)
            listed = Listed(arriving, ())
        else:
            listed = self.steps(branch.steps, inner)
        for source in inner.reads:
            place.read(source)
        self.close(path, Kind.BRANCH, inner, listed, None, record)
        return listed.wire

    def residual(
        self, step: Step, use: ResidualUse, path: str, place: Place, arriving: Wire
    ) -> Wire:
        """Write out the shortcut and the body, scale the body, add, activate."""
        branches = {branch.name.text: branch for branch in step.branches if branch.name}
        shortcut, contents = arriving, []
        if "shortcut" in branches and not branches["shortcut"].passes_through:
            shortcut = self.branch(
                branches["shortcut"], f"{path}.shortcut", place, arriving, use.record
            )
            contents.append(f"{path}.shortcut")
        else:
            place.read(arriving.path)
        body = self.branch(branches["body"], f"{path}.body", place, arriving, use.record)
        contents.append(f"{path}.body")
        if use.scale != 1:
            body = self.node(
                f"{path}.scale", operators()["scale"](factor=use.scale), (body,), use.record, place
            )
            contents.append(body.path)
        wire = self.sum(shortcut, body, use, path, place)
        contents.append(f"{path}.add")
        if use.activation is not None:
            wire = self.node(
                f"{path}.{use.activation.word}", use.activation, (wire,), use.record, place
            )
            contents.append(f"{path}.{use.activation.word}")
        scope = Scope(
            path,
            Kind.RESIDUAL,
            self.read_by((f"{path}.shortcut", f"{path}.body"), (arriving.path,), f"{path}."),
            wire.path,
            tuple(contents),
            use.arguments,
            use.record,
        )
        self.builder.close(scope)
        return wire

    def sum(self, shortcut: Wire, body: Wire, use: ResidualUse, path: str, place: Place) -> Wire:
        """Add the body to the shortcut; where they do not fit, go on with the shortcut's type."""
        is_projected = f"{path}.shortcut" in self.builder.scopes
        parts = misfits.Parts(("the shortcut", "the residual"), (shortcut, body), is_projected)
        path = f"{path}.add"
        try:
            wire = self.join(path, operators()["add"](), parts, use.record, place)
        except Refused as refused:
            self.refuse(refused, place)
            return Wire(path, shortcut.type)
        return wire if wire.type is not UNKNOWN else Wire(path, shortcut.type)

    def layer(self, use: LayerUse, path: str, place: Place, arriving: Wire) -> Wire:
        """Write out a layer's operators in a row."""
        wire, contents = arriving, []
        for word, op in use.rows:
            inner = f"{path}.{word}"
            contents.append(inner)
            wire = self.node(inner, op, (wire,), use.record, place)
        self.builder.close(
            Scope(
                path,
                Kind.LAYER,
                (arriving.path,),
                wire.path,
                tuple(contents),
                use.arguments,
                use.record,
            )
        )
        return wire

    def module(self, step: Step, use: ModuleUse, path: str, place: Place, arriving: Wire) -> Wire:
        """Write out a module's steps in an environment of their own, and hold it to its promise."""
        template = use.module.template
        uses = (*place.uses, Use(template, step, (*place.trail, step.word.span)))
        inner = Place(f"{path}.", use.environment, arriving, uses, place.depth + 1)
        listed = self.steps(use.module.steps, inner, Kind.MODULE)
        self.builder.close(
            Scope(
                path,
                Kind.MODULE,
                (arriving.path,),
                listed.wire.path,
                listed.contents,
                use.arguments,
                use.record,
                template,
                arriving.path,
            )
        )
        return self.promises.of_module(uses[-1], arriving, listed.wire, place)

    def copy(self, step: Step, use: RepeatUse, path: str, place: Place, arriving: Wire) -> Wire:
        """Write out one copy of a repeated list."""
        if step.count is None:
            raise Refused(refusals.no_count(step))
        inner = place.inside(path, arriving)
        listed = self.steps(step.branches[0].steps, inner, Kind.COPY)
        for source in inner.reads:
            place.read(source)
        self.close(path, Kind.COPY, inner, listed, None, use.record)
        return listed.wire
