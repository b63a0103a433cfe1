"""Tracing a node that changed, came or went to the text of the source that caused it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archspec.attributes import show
from archspec.diffs.explain.cause import NOTHING, Cause, SourceText, between
from archspec.diffs.explain.written_part import WrittenPart, part_text, step_text, value_of
from archspec.diffs.match.indexed_graph import IndexedGraph
from archspec.diffs.match.matching import Matching
from archspec.graph import Kind, Node, Pass, Scope, parent
from archspec.layer import from_channels
from archspec.layers import residual

WrittenParts = tuple[WrittenPart, WrittenPart]
Texts = tuple[str, str]

_NAME = re.compile(r"[A-Za-z_]\w*")
_SET_BY_LINEAR = ("bias", "norm", "activation")

_ROWS = (Kind.LAYER, Kind.RESIDUAL)
_BRANCHING = (Kind.BRANCH, Kind.MERGE, Kind.RESIDUAL)


@dataclass(frozen=True)
class Tracer:
    """Traces what differs back to the text that its author changed."""

    matching: Matching

    def of_attribute(self, old: Node, new: Node, attribute: str) -> list[Cause]:
        """Find what changed an attribute; nothing if it follows from the channels of the input."""
        values = value_of(old, attribute), value_of(new, attribute)
        if is_rewritten(old, new):
            what = f"{new.op.word} {attribute}{_pass(old, new)}"
            texts = SourceText(values[0], old.span), SourceText(values[1], new.span)
            return [Cause(what, *texts)]
        parts = (
            WrittenPart(self.matching.old, old.path, old.step),
            WrittenPart(self.matching.new, new.path, new.step),
        )
        alias = residual.WRITTEN_AS.get(attribute, attribute)
        name = alias if any(part.says(alias) for part in parts) else attribute
        return _of(parts, name, values)

    def of_pass(self, old: Node, new: Node) -> Cause:
        """Describe the replacement of an operator by a pass."""
        texts = SourceText(old.text, old.span), SourceText(new.text, new.span)
        return Cause(f"operator{_pass(old, new)}", *texts)

    def of_step(self, old: str, new: str) -> Cause:
        """Compare the texts of two steps of which one replaced the other."""
        (_, before), (_, after) = (
            part_text(self.matching.old, old),
            part_text(self.matching.new, new),
        )
        return Cause("step", before, after)

    def of_part(self, path: str, *, inserted: bool) -> list[Cause]:
        """Find what inserted or removed a part: a count, an attribute, or the step itself."""
        mine = self.matching.new if inserted else self.matching.old
        around = mine.scope(parent(path))
        return (
            self._of_count(around, inserted=inserted)
            or self._of_row(around, mine.node(path), inserted=inserted)
            or [_of_one(*self._said(mine, path, inserted=inserted), inserted=inserted)]
        )

    def _said(self, mine: IndexedGraph, path: str, *, inserted: bool) -> tuple[str, SourceText]:
        """Describe a part as its author wrote it, or an operator within a step that stayed."""
        node, around = mine.node(path), mine.scope(parent(path))
        has_stayed = around is not None and self._partners(around, inserted=inserted)
        if node and around and has_stayed and around.kind in _ROWS and around.span == node.span:
            return "operator", SourceText(node.text, node.span)
        return part_text(mine, self._branching(path, inserted=inserted))

    def _branching(self, path: str, *, inserted: bool) -> str:
        """Find the outermost merge or residual that came or went with a part, else the part."""
        side = self.matching.new if inserted else self.matching.old
        pairs = self.matching.old_scopes if inserted else self.matching.scopes
        found = path
        while (path := parent(path)) and side.kind(path) in _BRANCHING and path not in pairs:
            found = path
        return found

    def _partners(self, scope: Scope, *, inserted: bool) -> tuple[Scope, Scope] | None:
        """Find the scope on the other side; return both, the old one first."""
        if inserted:
            other = self.matching.old.scope(self.matching.old_scopes.get(scope.path, ""))
            return (other, scope) if other and other.path else None
        other = self.matching.new.scope(self.matching.scopes.get(scope.path, ""))
        return (scope, other) if other and other.path else None

    def _written_parts(self, scopes: tuple[Scope, Scope]) -> WrittenParts:
        old, new = scopes
        return WrittenPart(self.matching.old, old.path, old.step), WrittenPart(
            self.matching.new, new.path, new.step
        )

    def _of_count(self, repeat: Scope | None, *, inserted: bool) -> list[Cause]:
        """Attribute copies that came or went to the count of their repeat."""
        if repeat is None or repeat.kind is not Kind.REPEAT or repeat.step is None:
            return []
        mine = self.matching.new if inserted else self.matching.old
        what = f"count of {mine.word(repeat.path)}"
        scopes = self._partners(repeat, inserted=inserted)
        if scopes is None or scopes[0].kind is not scopes[1].kind:
            return [_of_one(what, SourceText(*repeat.step.written["times"]), inserted=inserted)]
        parts = self._written_parts(scopes)
        before, after = parts[0].says("times") or NOTHING, parts[1].says("times") or NOTHING
        return _of_texts(parts, Cause(what, before, after))

    def _of_row(self, scope: Scope | None, node: Node | None, *, inserted: bool) -> list[Cause]:
        """Attribute an operator that came or went to an attribute of its layer or residual."""
        if scope is None or node is None or scope.kind not in _ROWS:
            return []
        name = node.op.role or (node.op.word if node.op.word in residual.ATTRIBUTES else "")
        scopes = self._partners(scope, inserted=inserted)
        if not name or scopes is None:
            return []
        parts = self._written_parts(scopes)
        if parts[0].step_word != parts[1].step_word:
            return [self.of_step(scopes[0].path, scopes[1].path)]
        return _of(parts, name, _arguments(scopes, name))


def is_rewritten(old: Node, new: Node) -> bool:
    """Whether one of two nodes has gone through a pass, and the other has not."""
    return _pass_name(old) != _pass_name(new)


def _pass_name(node: Node) -> str | None:
    return node.origin.name if isinstance(node.origin, Pass) else None


def _pass(old: Node, new: Node) -> str:
    """Name the pass that made one of two nodes, if it has a name."""
    name = _pass_name(new) or _pass_name(old) or ""
    return f" in pass {name}" if name.isidentifier() else ""


def _arguments(scopes: tuple[Scope, Scope], name: str) -> Texts:
    old, new = (show(scope.arguments.get(name, "none")) for scope in scopes)
    return old, new


def _of_one(what: str, said: SourceText, *, inserted: bool) -> Cause:
    return Cause(what, NOTHING, said) if inserted else Cause(what, said, NOTHING)


def _of(parts: WrittenParts, name: str, values: Texts) -> list[Cause]:
    """Compare the texts of two steps about an attribute whose values are known."""
    old, new = parts
    before, after = old.says(name), new.says(name)
    if name in _SET_BY_LINEAR and old.is_linear != new.is_linear:
        return [Cause("linear", step_text(old.step), step_text(new.step))]
    if before is None and after is None:
        return _unwritten(parts, name, values)
    if _by_defaults(parts, before, after):
        texts, what = (before or SourceText(values[0]), after or SourceText(values[1])), "defaults "
    else:
        texts = before or SourceText(values[0], old.span), after or SourceText(values[1], new.span)
        what = ""
    whats = f"{what}{old.step_word} {name}", f"{what}{new.step_word} {name}"
    return _of_texts(parts, between(whats, *texts))


def _of_texts(parts: WrittenParts, said: Cause) -> list[Cause]:
    """Return a change of texts as the cause, or trace the names in texts that are equal.

    Texts are equal up to renamed options and params. A name that only one side defines stands for
    its definition.
    """
    old, new = parts
    names = old.names_in(said.old.text), new.names_in(said.new.text)
    lost = [name for name in names[0] if not new.knows(name)]
    gained = [name for name in names[1] if not old.knows(name)]
    renamed = dict(zip(lost, gained, strict=False))
    if _NAME.sub(lambda found: renamed.get(found[0], found[0]), said.old.text) == said.new.text:
        pairs = ((name, renamed.get(name, name)) for name in names[0])
        return [cause for pair in pairs for cause in _of_name(parts, pair)]
    if gained == [said.new.text]:
        what, given = new.definition(said.new.text)
        return [Cause(what, SourceText(said.old.text), given)]
    if lost == [said.old.text]:
        what, given = old.definition(said.old.text)
        return [Cause(what, given, SourceText(said.new.text))]
    return [said]


def _by_defaults(parts: WrittenParts, before: SourceText | None, after: SourceText | None) -> bool:
    """Whether the texts are those of the files' defaults, not of the steps."""
    return all(
        said is None or part.defaults_to(said)
        for part, said in zip(parts, (before, after), strict=True)
    )


def _unwritten(parts: WrittenParts, name: str, values: Texts) -> list[Cause]:
    """Trace an attribute without a text: to defaults, or a bias to the norm that replaces it."""
    old, new = parts
    before, after = (part.fact(f"defaults.{part.word}.{name}") for part in parts)
    if before or after:
        what = f"defaults {new.word} {name}"
        return [Cause(what, before or SourceText(values[0]), after or SourceText(values[1]))]
    if name == "bias" and old.scope and new.scope:
        return _of(parts, "norm", _arguments((old.scope, new.scope), "norm"))
    if name in from_channels(new.step_word):
        return []
    saids = step_text(old.step), step_text(new.step)
    if saids[0] == saids[1]:  # changed by a pass, or in Python
        whats = f"{old.word} {name}", f"{new.word} {name}"
        return [between(whats, SourceText(values[0], old.span), SourceText(values[1], new.span))]
    return [Cause("step", *saids)]


def _of_name(parts: WrittenParts, names: Texts) -> Iterator[Cause]:
    """Find what changed the value of a name, which may be renamed on the new side."""
    old, new = parts
    before, after = old.argument(names[0]), new.argument(names[1])
    if before is not None and after is not None:
        if before != after:
            yield from _of_option((old.of_module, new.of_module), names)
        return
    said, says = old.fact(f"params.{names[0]}"), new.fact(f"params.{names[1]}")
    if said and says and said.text != says.text:
        yield between((f"param {names[0]}", f"param {names[1]}"), said, says)


def _of_option(parts: WrittenParts, names: Texts) -> list[Cause]:
    """Compare the values of an option in two uses of a module."""
    old, new = parts
    before, after = old.option(names[0]), new.option(names[1])
    words = old.side.word(old.path), new.side.word(new.path)
    cause = between((f"{words[0]} {names[0]}", f"{words[1]} {names[1]}"), before, after)
    is_given = old.says(names[0]) and new.says(names[1])
    return _of_texts(parts, cause) if is_given else [cause]
