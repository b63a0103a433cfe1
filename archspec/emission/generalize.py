"""The least general tree of which all uses of a module are instances: anti-unification.

See G. D. Plotkin, "A note on inductive generalization", Machine Intelligence 5, 1970. His variables
stand for all places with the same disagreement; ours stand for one place each, and are named after
it, unless its author had a formula for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, count, pairwise
from typing import Any, NamedTuple

from archspec.emission import formula as formulas
from archspec.emission.dependence import Params
from archspec.emission.formula import Formula
from archspec.emission.fragments import (
    Fragment,
    LayerChain,
    Operation,
    RepeatCopies,
    RepeatLoop,
    ResidualBlock,
)
from archspec.emission.lowering import Each, Leaf, Quantity

INDEX = "index"
"""The variable that counts the copies of a repeat."""

Group = Sequence[Leaf]
CopiesForm = Callable[[list[list[Leaf]], "Axis"], list[Leaf] | None]


class Axis(NamedTuple):
    """The copies of a repeat in some trees: how many each has, and the variable that counts them.

    ``counted`` says that the count is a formula, so that the copies cannot be listed; ``params``
    decide the count, ``live`` are the names that some param decides.
    """

    sizes: tuple[int, ...]
    variable: str
    counted: bool
    params: Params
    live: frozenset[str]


@dataclass
class Generalizer:
    """Generalizes the trees of some uses; ``arguments`` collects what differs without a formula.

    ``taken`` are names that an argument cannot have, ``live`` the names that params decide.
    ``unsaid`` collects the params that decide something without a formula.
    """

    taken: set[str]
    live: Mapping[str, Params] = field(default_factory=dict)
    unsaid: set[str] = field(default_factory=set)
    arguments: dict[str, tuple[Leaf, ...]] = field(default_factory=dict)

    def generalize(
        self,
        trees: Sequence[Fragment],
        path: tuple[str, ...] = (),
        axes: tuple[Axis, ...] = (),
    ) -> Fragment:
        """Generalize trees that fit; ``axes`` say which of them are copies in one repeat."""
        trees = _uncounted(_constructed_alike(trees))
        first = trees[0]
        leaves = {
            name: self._leaf([tree.leaves[name] for tree in trees], (*path, name), axes)
            for name in first.leaves
        }
        shared = _shared_results(trees)
        if isinstance(first, RepeatCopies) and first.alike:
            index, children = _variable(axes), self._copy(trees, path, axes)
            return RepeatLoop(index=index, leaves=leaves, children=children, **shared)
        return replace(first, leaves=leaves, children=self._children(trees, path, axes), **shared)

    def _children(
        self, trees: Sequence[Fragment], path: tuple[str, ...], axes: tuple[Axis, ...]
    ) -> Mapping[str, Fragment]:
        named = not isinstance(trees[0], LayerChain)  # its operators go by the layer's name
        return {
            name: self.generalize(
                [tree.children[name] for tree in trees], (*path, name) if named else path, axes
            )
            for name in trees[0].children
        }

    def _copy(
        self, repeats: Sequence[Fragment], path: tuple[str, ...], axes: tuple[Axis, ...]
    ) -> Mapping[str, Fragment]:
        """Generalize the copies of repeats, if there are any."""
        copies = [copy for repeat in repeats for copy in repeat.children.values()]
        if not copies:
            return {}
        times = [repeat.leaves["times"] for repeat in repeats]
        axis = Axis(
            tuple(len(repeat.children) for repeat in repeats),
            _variable(axes),
            any(map(_is_counted, times)),
            frozenset().union(*map(self._params, times)),
            frozenset(self.live),
        )
        return {"copy": self.generalize(copies, path, (*axes, axis))}

    def _leaf(self, leaves: Sequence[Leaf], path: tuple[str, ...], axes: tuple[Axis, ...]) -> Leaf:
        """Generalize the leaves at one place of all trees: what they share, else an argument."""
        rows = _folded(leaves, axes)
        merged = self._shared(rows)
        if merged is None and any(leaf and _is_counted_through(leaf) for leaf in rows):
            rows = _over_axes(leaves, axes, (_equal,))
            merged = self._shared(rows)
        listed = {name for row in rows if isinstance(row, Each) for name in _variables(row)}
        self.unsaid.update(
            param for axis in axes if axis.variable in listed for param in axis.params
        )
        if merged is not None and not (None in rows and _is_counted_list(merged, axes)):
            return merged
        self.unsaid.update(*map(self._params, leaves))
        argument = self._argument(path)
        self.arguments[argument] = tuple(_filled(rows))
        formula = formulas.name(argument)
        return next(_with(leaf, formula) for leaf in rows if leaf is not None)

    def _shared(self, rows: Sequence[Leaf | None]) -> Leaf | None:
        """Find the leaf that is shared by all uses that have any copies."""
        return agree([leaf for leaf in rows if leaf is not None], frozenset(self.live))

    def _params(self, leaf: Leaf) -> Params:
        """List the params that decide the names in the formula of a leaf."""
        names = leaf.formula.names if leaf.formula else ()
        return frozenset().union(*(self.live.get(name, frozenset()) for name in names))

    def _argument(self, path: tuple[str, ...]) -> str:
        """Name an argument after its node and attribute, by the shortest suffix that is free."""
        names = ("_".join(path[-length:]) for length in range(2, len(path) + 1))
        numbered = (f"{'_'.join(path)}_{number}" for number in count(2))
        known = (name for name in chain(names, numbered) if name.isidentifier())
        name = next(name for name in known if name not in self.taken)
        self.taken.add(name)
        return name


def _variable(axes: tuple[Axis, ...]) -> str:
    """Name the variable that counts the copies of a repeat inside others."""
    return f"{INDEX}_{len(axes)}" if axes else INDEX


def agree(leaves: Group, live: frozenset[str] = frozenset()) -> Leaf | None:
    """Find the leaf that stands for all: an equal formula, else an equal value; None if neither.

    Equal values do not count beside a formula with a ``live`` name or a loop index in it, which has
    other values elsewhere.
    """
    first = leaves[0]
    if any(isinstance(leaf, Each) for leaf in leaves):
        each = [leaf for leaf in leaves if isinstance(leaf, Each)]
        return _agree_on_items(each, len(leaves), live)
    assert isinstance(first, Quantity)
    if first.formula is not None and all(leaf.formula == first.formula for leaf in leaves):
        return first
    is_live = any(leaf.formula and live & leaf.formula.names for leaf in leaves)
    is_live = is_live or any(map(_is_counted_through, leaves))
    if not is_live and all(_same(leaf, first) for leaf in leaves):
        return Quantity(first.value)
    return None


def _is_counted_through(leaf: Leaf) -> bool:
    """Whether the index of a loop is free in the formula of a leaf."""
    names = leaf.formula.names if leaf.formula else ()
    return any(name.rstrip("0123456789") in (INDEX, f"{INDEX}_") for name in names)


def _same(leaf: Leaf, other: Quantity) -> bool:
    same_kind = isinstance(leaf, Quantity) and isinstance(leaf.value, bool) == isinstance(
        other.value, bool
    )
    return same_kind and isinstance(leaf, Quantity) and bool(leaf.value == other.value)


def _agree_on_items(leaves: list[Each], count: int, live: frozenset[str]) -> Each | None:
    kinds = {(leaf.variable, leaf.formula, len(leaf.items)) for leaf in leaves}
    if len(leaves) != count or len(kinds) > 1:
        return None
    items = [agree(each, live) for each in zip(*(leaf.items for leaf in leaves), strict=True)]
    known = tuple([item for item in items if item is not None])
    return leaves[0]._replace(items=known) if len(known) == len(items) else None


def _folded(leaves: Sequence[Leaf], axes: tuple[Axis, ...]) -> list[Leaf | None]:
    """Replace the leaves of the copies of each repeat by one, innermost repeats first.

    None stands for a repeat without copies. The index of an inner loop means nothing in values that
    an outer one lists: where it would occur there, values are listed for the inner one, too.
    """
    rows = _over_axes(leaves, axes, (_equal, _counted_up, _other_first))
    inner = {axis.variable for axis in axes[1:]}
    listed = [item for row in rows if isinstance(row, Each) for item in row.items]
    if any(item.formula and inner & set(item.formula.names) for item in listed):
        return _over_axes(leaves, axes, (_equal,))
    return rows


def _over_axes(
    leaves: Sequence[Leaf], axes: tuple[Axis, ...], forms: tuple[CopiesForm, ...]
) -> list[Leaf | None]:
    rows: list[Leaf | None] = list(leaves)
    for axis in reversed(axes):
        ends = list(accumulate(axis.sizes, initial=0))
        groups = [
            [leaf for leaf in rows[start:end] if leaf is not None] for start, end in pairwise(ends)
        ]
        rows = _over_copies(groups, axis, forms)
    return rows


def _over_copies(
    groups: list[list[Leaf]], axis: Axis, forms: tuple[CopiesForm, ...]
) -> list[Leaf | None]:
    """Find one leaf for each group of copies, by the first form that fits all groups."""
    for form in forms:
        found = form([group for group in groups if group], axis)
        if found is not None:
            rest = iter(found)
            return [next(rest) if group else None for group in groups]
    return [Each(tuple(group), axis.variable) if group else None for group in groups]


def _equal(groups: list[list[Leaf]], axis: Axis) -> list[Leaf] | None:
    """Fit copies that are all equal."""
    agreed = [agree(group, axis.live) for group in groups]
    found = [leaf for leaf in agreed if leaf is not None]
    return found if len(found) == len(agreed) else None


def _texts(groups: list[list[Leaf]], axis: Axis) -> list[list[Formula]] | None:
    texts = [[leaf.formula for leaf in group if isinstance(leaf, Quantity)] for group in groups]
    known = [[formula for formula in group if formula is not None] for group in texts]
    whole = [len(group) for group in known] == [len(group) for group in groups]
    is_symbolic = any(formula.constant is None for group in known for formula in group)
    return known if whole and (is_symbolic or axis.params) else None


def _counted_up(groups: list[list[Leaf]], axis: Axis) -> list[Leaf] | None:
    """Fit an arithmetic progression over the copies, as channels are in DenseNet."""
    texts = _texts(groups, axis)
    longest = max(texts, key=len) if texts else []
    if texts is None or len(longest) < 3:
        return None
    step = longest[1] - longest[0]
    index = formulas.name(axis.variable)
    for group in texts:
        if any(after - before != step for before, after in pairwise(group)):
            return None
    return [
        _with(group[0], formula[0] + index * step)
        for group, formula in zip(groups, texts, strict=True)
    ]


def _other_first(groups: list[list[Leaf]], axis: Axis) -> list[Leaf] | None:
    """Fit copies of which only the first differs; needed where copies cannot be listed."""
    texts = _texts(groups, axis)
    if texts is None or not axis.counted:
        return None
    rest = max(texts, key=len)[-1]
    if any(formula != rest for group in texts for formula in group[1:]):
        return None
    index = formulas.name(axis.variable)
    return [
        _with(group[0], formulas.choose(index, formula[0], rest))
        for group, formula in zip(groups, texts, strict=True)
    ]


def _variables(each: Each) -> Iterator[str]:
    """List the loop variables over which a value is listed."""
    yield each.variable
    for item in each.items:
        if isinstance(item, Each):
            yield from _variables(item)


def _with(leaf: Leaf, formula: Formula) -> Leaf:
    return leaf._replace(formula=formula)


def _shared_results(trees: Sequence[Fragment]) -> dict[str, Any]:
    """Find what trees agree on about their outputs."""
    grids = {tree.grid for tree in trees}
    return {
        "grid": grids.pop() if len(grids) == 1 else None,
        "channels": _agreed([tree.channels for tree in trees if tree.channels]),
        "outputs": {
            name: _agreed([found for tree in trees if (found := tree.outputs[name])])
            for name in trees[0].outputs
        },
    }


def _agreed(channels: list[Quantity]) -> Quantity | None:
    agreed = agree(channels) if channels else None
    return agreed if isinstance(agreed, Quantity) else None


def _uncounted(trees: Sequence[Fragment]) -> Sequence[Fragment]:
    """Forget what counts the copies of repeats that have none in any use."""
    if isinstance(trees[0], RepeatCopies) and not any(tree.children for tree in trees):
        return [replace(tree, leaves={"times": Quantity(0)}) for tree in trees]
    return trees


def _is_counted(leaf: Leaf) -> bool:
    return leaf.formula is not None and leaf.formula.constant is None


def _is_counted_list(leaf: Leaf, axes: tuple[Axis, ...]) -> bool:
    """Whether a value is listed for copies whose count is a formula, and may be 0 in a use."""
    counted = {axis.variable for axis in axes if axis.counted}
    return isinstance(leaf, Each) and not counted.isdisjoint(_variables(leaf))


def _filled(rows: list[Leaf | None]) -> Iterator[Leaf]:
    """Give a use without copies an empty list, or another use's value, which is never read."""
    some = next(leaf for leaf in rows if leaf is not None)
    empty = some._replace(items=()) if isinstance(some, Each) else some
    return (empty if leaf is None else leaf for leaf in rows)


def _constructed_alike(trees: Sequence[Fragment]) -> Sequence[Fragment]:
    """Give operations one construct: the wider one where theirs differ, in place if all are.

    The body of a residual is free if it is in all uses.
    """
    residuals = [tree for tree in trees if isinstance(tree, ResidualBlock)]
    if residuals:
        return [replace(each, free=all(one.free for one in residuals)) for each in residuals]
    operations = [tree for tree in trees if isinstance(tree, Operation)]
    if not operations:
        return trees
    if len({each.lowering.construct for each in operations}) > 1:
        operations = [_widened(each) for each in operations]
    in_place = all(each.lowering.in_place for each in operations)
    return [
        replace(each, lowering=replace(each.lowering, in_place=in_place)) for each in operations
    ]


def _widened(operation: Operation) -> Operation:
    wider = operation.lowering.wider
    if wider is None:
        return operation
    return replace(operation, lowering=wider, leaves={**wider.positional, **wider.named})


def fit(fragments: Collection[Fragment]) -> bool:
    """Whether trees can be generalized together."""
    return not fragments or _structure(fragments) is not None


def common(one: Fragment, other: Fragment) -> Fragment | None:
    """Return a tree of the structure of both; None where they have none in common.

    An empty repeat fits any other and takes over its structure, so that fitting is not transitive.
    """
    if type(one) is not type(other) or one.symbol != other.symbol:
        return None
    if list(one.outputs) != list(other.outputs):
        return None
    if isinstance(one, RepeatCopies) and one.alike:
        copies = [*one.children.values(), *other.children.values()]
        copy = _structure(copies) if copies else None
        return one if not copies else copy and replace(one, children={"0": copy})
    if list(one.children) != list(other.children):
        return None
    found = {name: common(child, other.children[name]) for name, child in one.children.items()}
    known = {name: child for name, child in found.items() if child is not None}
    if len(known) < len(found):
        return None
    is_same = all(child is one.children[name] for name, child in known.items())
    return one if is_same else replace(one, children=known)


def _structure(fragments: Collection[Fragment]) -> Fragment | None:
    """Return a tree of the structure of all; None where they have none in common."""
    found, *others = fragments
    for each in others:
        shared = common(found, each)
        if shared is None:
            return None
        found = shared
    return found
