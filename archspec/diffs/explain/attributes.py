"""Explaining nodes whose operator or attributes changed."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.attributes import is_size
from archspec.diffs.explain.cause import Cause
from archspec.diffs.explain.claims import Aspect, Claim, Finding, Subject
from archspec.diffs.explain.edits import Category, Change, EditKind
from archspec.diffs.explain.tracing import Tracer, is_rewritten
from archspec.diffs.match.indexed_graph import IndexedGraph
from archspec.diffs.match.matching import Matching
from archspec.graph import Kind, Node, parent
from archspec.operator import Operator, RuleError


def changed_attributes(matching: Matching) -> Iterator[Finding]:
    """Explain nodes whose operator differs: as a whole, or each attribute by its own text."""
    tracer = Tracer(matching)
    for old, new in matching.paired_nodes():
        if old.op == new.op:
            continue
        if is_rewritten(old, new) and old.op.word != new.op.word:
            yield _claim(matching, tracer.of_pass(old, new), old, new)
        elif is_replaced(old, new):
            yield _claim(matching, tracer.of_step(*_layers(matching, old, new)), old, new)
        else:
            yield from _attributes(tracer, old, new)


def is_replaced(old: Node, new: Node) -> bool:
    """Whether a step has replaced another: its word or its operator differs."""
    return old.op != new.op and (_has_other_operator(old, new) or old.word != new.word)


def _has_other_operator(old: Node, new: Node) -> bool:
    return old.op.word != new.op.word and not new.op.role


def _claim(matching: Matching, cause: Cause, old: Node, new: Node) -> Claim:
    """Claim that one cause changed the operator as a whole."""
    part, changes = _layers(matching, old, new), (Change(old, new),)
    subjects = (Subject(Aspect.NODE, new.path),)
    return Claim(cause, EditKind.CHANGED, _category(old, new), part, changes, subjects)


def _category(old: Node, new: Node) -> Category:
    if old.op.word != new.op.word:
        return Category.ATTRIBUTE if new.op.role else Category.TOPOLOGY
    is_numeric = all(_is_numeric(old, new, name) for _, name in _differing(old, new))
    return Category.NUMERICS if is_numeric else Category.ATTRIBUTE


def _attributes(tracer: Tracer, old: Node, new: Node) -> Iterator[Claim]:
    part = _layers(tracer.matching, old, new)
    changes, subjects = (Change(old, new),), (Subject(Aspect.NODE, new.path),)
    for at, name in _differing(old, new):
        category = Category.NUMERICS if _is_numeric(old, new, name) else Category.ATTRIBUTE
        for cause in tracer.of_attribute(old, new, name):
            yield Claim(cause, EditKind.CHANGED, category, part, changes, subjects, attribute=at)


def _differing(old: Node, new: Node) -> Iterator[tuple[int, str]]:
    """List the attributes that differ with their positions, or the role of a replaced operator."""
    if old.op.word != new.op.word:
        yield 0, new.op.role
        return
    for at, name in enumerate(new.op.attributes):
        if getattr(old.op, name) != getattr(new.op, name):
            yield at, name


def _is_numeric(old: Node, new: Node, name: str) -> bool:
    """Whether an attribute is no size, and changes no shape, of values or of tensors.

    The grid is judged for all changes together: kernel and padding may keep it jointly.
    """
    value = getattr(new.op, name, None)
    if value is None or is_size(value):
        return False
    try:
        grid = new.op.infer(*old.inputs).grid
    except RuleError:
        return False
    alone = old.op.replace(**{name: value})
    return grid == old.output.grid and _shapes(alone, old) == _shapes(old.op, old)


def _shapes(op: Operator, node: Node) -> dict[str, tuple[int, ...]]:
    return {each.name: each.shape for each in op.parameters(*node.inputs)}


def _layers(matching: Matching, old: Node, new: Node) -> tuple[str, str]:
    return _layer(matching.old, old), _layer(matching.new, new)


def _layer(side: IndexedGraph, node: Node) -> str:
    """Find the layer that a node belongs to; its own path where it stands by itself."""
    around = parent(node.path)
    return around if side.kind(around) is Kind.LAYER else node.path
