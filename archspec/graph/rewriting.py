"""Graph rewriting: a rule applied to each node in topological order, then dead-code elimination."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeAlias, Union

from archspec.attributes import Value
from archspec.graph.inference import Inference, require_applicable
from archspec.graph.node import Node, Wire
from archspec.graph.origin import Origin, Pass, Step
from archspec.graph.path import encloses, parent, upwards
from archspec.graph.scope import Kind, Scope
from archspec.operator import Operator


class Apply(NamedTuple):
    """A new node: an operator and its operands, which may be new nodes themselves.

    ``name`` is the last part of its path; the operator's word by default.
    """

    op: Operator
    sources: tuple[Wire | Apply, ...]
    name: str = ""


Change: TypeAlias = Union[Operator, Wire, Apply, None]  # noqa: UP007 - a record refers to itself
RewriteRule = Callable[[Node, tuple[Wire, ...]], Change]
"""Maps a node and its rewritten operands to its replacement.

An operator replaces that of the node; a wire replaces the node's result; ``Apply`` replaces the
node by new ones, of which the first with the same kind of operator, or else the last, keeps its
path; None keeps the node.
"""


@dataclass
class Rewriter:
    """Applies a rule to each node in topological order.

    ``wires`` maps each old value to its replacement, ``taken`` holds all paths in use, ``before``
    and ``after`` the new nodes on either side of the one that keeps an old path.
    """

    rule: RewriteRule
    name: str
    scopes: Mapping[str, Scope]
    wires: dict[str, Wire]
    taken: set[str]
    nodes: dict[str, Node] = field(default_factory=dict)
    before: dict[str, list[str]] = field(default_factory=dict)
    after: dict[str, list[str]] = field(default_factory=dict)
    inference: Inference = field(default_factory=Inference)

    def rewrite(self, node: Node) -> None:
        """Replace a node by what the rule returns; raise the new operators' ``RuleError``."""
        sources = tuple([self.wires[each] for each in node.sources])
        change = self.rule(node, sources)
        if isinstance(change, Wire):
            self.wires[node.path] = change
        elif change is None:
            self.wires[node.path] = self.add(node.path, node.op, sources, node.origin)
        else:
            new = change if isinstance(change, Apply) else Apply(change, sources)
            self.wires[node.path] = self.apply(new, node)

    def add(
        self, path: str, op: Operator, sources: tuple[Wire, ...], origin: Origin | None
    ) -> Wire:
        """Add a node and return its output."""
        require_applicable(op, sources)
        inputs = tuple([each.type for each in sources])
        output = self.inference.infer(op, inputs)
        paths = tuple([each.path for each in sources])
        self.nodes[path] = Node(path, op, paths, inputs, output, origin)
        return Wire(path, output)

    def given_together(self) -> Iterator[tuple[str, ...]]:
        """Yield the values that each module computes and gives by name."""
        for scope in self.scopes.values():
            given = scope.gives.values() if scope.kind in NAMING else ()
            now = [self.wires[path].path for path in given]
            yield tuple(path for path in now if encloses(scope.path, path))

    def apply(self, root: Apply, node: Node) -> Wire:
        """Add new nodes, operands first, and return the output of ``root``."""
        order = list({id(each): each for each in _operands(root)}.values())
        kept = next((each for each in order if type(each.op) is type(node.op)), root)
        beside = self.before
        found: dict[int, Wire] = {}
        for each in order:
            sources = tuple(
                [found[id(one)] if isinstance(one, Apply) else one for one in each.sources]
            )
            path = node.path
            if each is kept:
                beside = self.after
            else:
                path = self.free(each.name or each.op.word, self.home(node, sources, beside))
                beside.setdefault(node.path, []).append(path)
            origin = Pass(self.name, tuple(_still_true(node, each.op)))
            found[id(each)] = self.add(path, each.op, sources, origin)
        return found[id(root)]

    def home(self, node: Node, sources: tuple[Wire, ...], beside: Mapping[str, list[str]]) -> str:
        """Choose the scope of a new node: that of the old one, or the branch that feeds it.

        Of several branches that do, the last is chosen: branches read those before them alone.
        """
        merge = self.scopes.get(node.path)
        if merge is None or beside is self.after:
            return parent(node.path)
        for branch in reversed(merge.contents):
            if any(encloses(branch, each.path) for each in sources):
                return branch
        taken = [self.wires[each].path for each in node.sources]
        value = sources[0].path
        return merge.contents[taken.index(value)] if value in taken else parent(node.path)

    def free(self, name: str, scope: str) -> str:
        """Reserve an unused path in a scope."""
        first = path = f"{scope}.{name}" if scope else name
        count = 0
        while path in self.taken:
            count += 1
            path = f"{first}_{count}"
        self.taken.add(path)
        return path


def _operands(root: Apply) -> Iterator[Apply]:
    """Yield new nodes in post-order: operands first."""
    for each in root.sources:
        if isinstance(each, Apply):
            yield from _operands(each)
    yield root


def _still_true(node: Node, op: Operator) -> Iterator[Origin]:
    """Return the origin of a node with only the texts that are still true of ``op``."""
    if node.origin is not None:
        yield _trimmed(node.origin, node.op, op)


def _trimmed(origin: Origin, old: Operator, new: Operator) -> Origin:
    if isinstance(origin, Pass):
        return origin._replace(replaced=tuple(_trimmed(each, old, new) for each in origin.replaced))
    if not isinstance(origin, Step):
        return origin
    if type(old) is not type(new):
        return origin._replace(written={})
    gone = {name for name in old.attributes if getattr(old, name) != getattr(new, name)}
    return origin._replace(
        written={name: each for name, each in origin.written.items() if name not in gone}
    )


def alive(
    nodes: Mapping[str, Node], leaving: tuple[str, ...], together: Collection[tuple[str, ...]]
) -> dict[str, Node]:
    """Eliminate dead code: keep the nodes on which the ``leaving`` values depend.

    A module keeps all of the outputs that it computes ``together`` if any is needed, which may
    make more nodes live: the marking is repeated until it reaches a fixed point.
    """
    needed = set(leaving)
    while True:
        for path, node in reversed(list(nodes.items())):
            if path in needed:
                needed.update(node.sources)
        kept = {path for values in together if not needed.isdisjoint(values) for path in values}
        if kept <= needed:
            return {path: node for path, node in nodes.items() if path in needed}
        needed |= kept


@dataclass
class Regrouping:
    """Rebuilds the scopes around rewritten nodes; ``outputs`` are the old scopes' results."""

    done: Rewriter
    nodes: Mapping[str, Node]
    outputs: Mapping[str, str]
    found: dict[str, Scope] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.full = {around for path in self.nodes for around in upwards(path)}
        self.readers: dict[str, list[str]] = {}
        for path, node in self.nodes.items():
            for source in node.sources:
                self.readers.setdefault(source, []).append(path)

    def scopes(self) -> dict[str, Scope]:
        """Return the scopes that contain nodes or pass a value on, in post-order."""
        self.enter("")
        return self.found

    def enter(self, path: str) -> None:
        """Rebuild a scope after those inside it; leave it out if nothing remains."""
        old = self.done.scopes[path]
        contents = tuple(self.contents(path))
        through = self.passing(path)
        if path and path not in self.full and not through:
            self.forget(contents)
            return
        self.found[path] = replace(
            old,
            kind=self.kind(old, contents),
            contents=contents,
            arguments=_counted(old, contents),
            through=through,
            arriving=self.at(old.arriving or "") or None,
            takes=self.named(old.takes),
            gives=dict(self.given(old)) if old.kind in NAMING else {},
        )

    def given(self, old: Scope) -> Iterator[tuple[str, str]]:
        """Yield what a scope still gives by name: values of its own, or those that it takes."""
        taken = self.named(old.takes).values()
        for name, value in self.named(old.gives).items():
            readers = self.readers.get(value, ())
            is_read = any(encloses(old.path, reader) for reader in readers)
            if encloses(old.path, value) or value in taken or is_read:
                yield name, value

    def contents(self, path: str) -> Iterator[str]:
        """Yield the remaining and new contents of a scope, in source order."""
        for each in self.done.scopes[path].contents:
            yield from self.inside(path, self.done.before.get(each, ()))
            if each in self.done.scopes:
                self.enter(each)
            if each in self.found or each in self.nodes:
                yield each
            yield from self.inside(path, self.done.after.get(each, ()))
        yield from self.inside(path, self.done.before.get(parent(path), ()))

    def inside(self, scope: str, paths: list[str] | tuple[str, ...]) -> Iterator[str]:
        """Filter out the new nodes that are live and belong directly to a scope."""
        return (each for each in paths if each in self.nodes and parent(each) == scope)

    def at(self, path: str) -> str:
        """Return the path that an old value has now; empty if it was eliminated."""
        wire = self.done.wires.get(path)
        known = wire is not None and (wire.path in self.nodes or wire.path not in self.done.nodes)
        return wire.path if wire is not None and known else ""

    def named(self, old: Mapping[str, str]) -> dict[str, str]:
        """Rebind names to the values' new paths, without those that were eliminated."""
        return {name: now for name, path in old.items() if (now := self.at(path))}

    def forget(self, contents: tuple[str, ...]) -> None:
        """Remove scopes without nodes, recursively."""
        for each in contents:
            self.forget(self.found.pop(each).contents)

    def passing(self, path: str) -> str:
        """Return the value from outside that a scope passes on as its own; empty if none.

        A branch passes on what its merge reads in its place, any other scope what it passed on
        before if it still has no nodes and is in reach of that value.
        """
        around, through = self.done.scopes.get(parent(path)), self.done.scopes[path].through
        if path and around is not None and around.kind is Kind.MERGE:
            operand = self.operand(path, around)
            return "" if encloses(path, operand) else operand
        value = "" if path in self.full or not through else self.at(through)
        return value if self.is_in_reach(path, value) else ""

    def is_in_reach(self, path: str, value: str) -> bool:
        """Whether a value is made in the module around a scope, or still enters that module."""
        scopes = self.done.scopes
        around = (each for each in upwards(parent(path)) if scopes[each].kind is Kind.MODULE)
        module = next(around, "")
        if encloses(module, value) or module not in self.full:
            return True
        return any(encloses(module, each) for each in self.readers.get(value, ()))

    def operand(self, branch: str, around: Scope) -> str:
        """Return the value that a merge reads in the place of a branch; empty if none."""
        merge = self.nodes.get(around.path)
        if merge is None:
            return ""
        if len(merge.sources) == len(around.contents):
            return merge.sources[around.contents.index(branch)]
        value = self.at(self.outputs[branch])
        return value if value in merge.sources else ""

    def kind(self, old: Scope, contents: tuple[str, ...]) -> Kind:
        """Return the kind of a scope; a merge or layer that lost its form becomes a branch."""
        if old.kind is Kind.MERGE and old.path not in self.nodes:
            return Kind.BRANCH
        if old.kind is Kind.LAYER and not self.is_row(contents):
            return Kind.BRANCH
        return old.kind

    def is_row(self, contents: tuple[str, ...]) -> bool:
        """Whether the nodes form a chain: each reads the one before it and nothing else."""
        nodes = [self.nodes[path] for path in contents]
        pairs = zip(contents, nodes[1:], strict=False)
        return all(node.sources == (path,) for path, node in pairs)


NAMING = (Kind.MODULE, Kind.REPEAT)
"""Scopes whose outputs have names that are theirs; in others any value that is read has one."""


def _counted(scope: Scope, contents: tuple[str, ...]) -> Mapping[str, Value]:
    """Return the arguments of a scope, with ``times`` of a repeat set to its number of copies."""
    if scope.kind is not Kind.REPEAT:
        return scope.arguments
    return {**scope.arguments, "times": len(contents)}
